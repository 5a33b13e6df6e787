"""Trying a file: its rows go into the sandbox as the events they would be, and what cannot be used comes back."""

import asyncio
import base64
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from mingjing.services.api.gateway.sandbox import Sandbox
from mingjing.services.api.problems import Problem
from mingjing.services.api.sandbox_documents import TriedFile
from mingjing.services.standards.standard import ExchangeObject, Standard
from mingjing.services.uploads.sheet import SheetRefused
from mingjing.services.uploads.submission import submit
from mingjing.streams.ports import Principal


class _IntoSandbox:
    """An `Intake` that produces nothing to any topic."""

    def __init__(self, sandbox: Sandbox, principal: Principal, now: datetime) -> None:
        self._sandbox = sandbox
        self._principal = principal
        self._now = now

    def judge(self, raw_events: Sequence[bytes]) -> list[str | None]:
        return self._sandbox.judge(raw_events, self._principal)

    async def pass_on(self, raw_events: Sequence[bytes]) -> None:
        self._sandbox.keep(raw_events, self._principal, self._now)


def try_file(
    content: bytes,
    form: tuple[Standard, ExchangeObject],
    source: str,
    sandbox: Sandbox,
    principal: Principal,
    now: datetime,
    columns: Mapping[str, str] | None = None,
) -> TriedFile:
    """Return what became of a file's rows, and the cards that the agency's sandbox has with them; blocks.

    Problem 422 for a file that is no table, 409 when the sandbox would hold too much: rows before are then in it.
    """
    with TemporaryDirectory() as folder:
        path, errors = Path(folder, "file"), Path(folder, "errors.xlsx")
        path.write_bytes(content)
        try:
            intake = _IntoSandbox(sandbox, principal, now)
            submitted = asyncio.run(submit(path, *form, source, intake, errors, columns=columns))
        except SheetRefused as exc:
            raise Problem(422, "no_sheet", str(exc)) from exc
        returned = base64.b64encode(errors.read_bytes()).decode() if submitted.returned else None
    return TriedFile(
        rows=submitted.rows,
        accepted=submitted.accepted,
        returned=submitted.returned,
        events=submitted.events,
        remarks=submitted.remarks,
        errors=returned,
        cards=sandbox.cards(principal.agency, now, None).cards,
    )
