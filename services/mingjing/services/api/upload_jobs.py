"""Files on their way in: kept on disk, read one after another, each ending in a receipt and its returned rows."""

import asyncio
import secrets
import shutil
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import structlog
from starlette.concurrency import run_in_threadpool

from mingjing.services.agencies import Agencies
from mingjing.services.api.gateway.letters import Letters
from mingjing.services.api.gateway.outbox import Outbox, OutboxUnavailable, Outgoing
from mingjing.services.api.gateway.remembered import Remembered
from mingjing.services.api.kept_file import write_down
from mingjing.services.api.problems import Problem
from mingjing.services.auth.gate import Gate
from mingjing.services.receipts.way_in import WayIn
from mingjing.services.registry import RegistryError, Upload
from mingjing.services.standards.shelf import shipped_standards
from mingjing.services.uploads.sheet import SheetRefused
from mingjing.services.uploads.submission import Submitted, submit
from mingjing.streams.ports import Principal

MAX_UPLOAD = 512 * 1024 * 1024
"""Bytes of one file."""
MOST_WAITING = 5
"""Files of one agency that may wait or be read at a time."""
KEPT_MS = 30 * 24 * 3_600_000
"""How long a sheet of returned rows can be fetched; it may hold personal data."""
ORIGIN = "upload"

_COLUMNS = "columns.json"
_TOLD_EVERY_S = 1.0
_AGAIN_S = 5.0
_LOOK_EVERY_S = 0.25

_log = structlog.get_logger(__name__)


class _Leaving(Exception):
    """The process is about to end: whatever is under way is left for the next one."""


class UploadJobs:
    """The files of one API process; they lie in `folder` and are read in the order in which they came."""

    def __init__(
        self,
        folder: Path,
        secret: str,
        outbox: Outbox,
        agencies: Agencies,
        gate: Gate,
        most_bytes: int = MAX_UPLOAD,
        known: Remembered | None = None,
    ) -> None:
        self._folder = folder
        self._secret = secret
        self._outbox = outbox
        self._agencies = agencies
        self._gate = gate
        self._kept = gate.registry.uploads
        self._most_bytes = most_bytes
        self._letters = Letters(ORIGIN)
        self._known = known if known is not None else Remembered()
        self._leaving = False
        self._more = False
        self._reading: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to read; what an earlier process left unread comes first, and sending rows twice does no harm."""
        self._leaving = False
        self._read_on()

    async def stop(self) -> None:
        """Stop; a file being read is read again, from its beginning, by the next process."""
        self._leaving = True
        if self._reading is not None and not self._reading.done():
            await self._reading

    async def take(
        self,
        upload: Upload,
        chunks: AsyncIterator[bytes],
        digest: str | None = None,
        columns: Mapping[str, str] | None = None,
    ) -> Upload:
        """Keep the file on disk and return its upload; it is read later, its headers as `columns` says.

        Problem 413 as soon as it is too long, 429 while the agency has too many waiting,
        400 when its SHA-256 is not `digest`, where that was told: then nothing is kept.
        """
        if len(await run_in_threadpool(self._kept.unfinished, upload.agency)) >= MOST_WAITING:
            detail = f"本部门已有 {MOST_WAITING} 个文件等待处理，请待其完成后再传"
            raise Problem(429, "too_many_uploads", detail, headers={"Retry-After": "10"})
        await run_in_threadpool(self._forget_old)
        place = self._folder / upload.id
        place.mkdir(parents=True)
        try:
            lines = await write_down(place / "file", chunks, self._most_bytes, digest)
            (place / _COLUMNS).write_bytes(msgspec.json.encode(columns or {}))
            taken = msgspec.structs.replace(upload, lines=lines)
            await run_in_threadpool(self._kept.add, taken)
        except BaseException:
            shutil.rmtree(place, ignore_errors=True)
            raise
        self._read_on()
        return taken

    def errors_of(self, upload: Upload) -> Path | None:
        """Return the sheet of returned rows, or None where there is none."""
        path = self._folder / upload.id / "errors.xlsx"
        return path if upload.returned and path.exists() else None

    def _read_on(self) -> None:
        self._more = True
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read_all(), name="uploads")

    async def _read_all(self) -> None:
        """Read what is there until nothing is left."""
        with suppress(_Leaving):
            while True:
                try:
                    self._more = False
                    waiting = await run_in_threadpool(self._kept.unfinished)
                    here = [each for each in waiting if self._file(each).exists()]
                    if here:
                        await self._read(here[0])
                    elif not self._more:
                        return
                except RegistryError as exc:
                    _log.warning("uploads_wait", reason=str(exc), again_in_s=_AGAIN_S)
                    await self._rest()

    def _file(self, upload: Upload) -> Path:
        return self._folder / upload.id / "file"

    async def _read(self, upload: Upload) -> None:
        while True:
            try:
                await self._read_once(upload, self._file(upload))
                break
            except OutboxUnavailable as exc:
                _log.warning("upload_waits", upload=upload.id, reason=str(exc), again_in_s=_AGAIN_S)
                await self._rest()
        self._file(upload).unlink()

    async def _rest(self) -> None:
        """Wait before the next try; raises _Leaving when it is time to stop."""
        for _ in range(int(_AGAIN_S / _LOOK_EVERY_S)):
            if self._leaving:
                raise _Leaving
            await asyncio.sleep(_LOOK_EVERY_S)

    async def _read_once(self, upload: Upload, path: Path) -> None:
        agency = self._agencies.of_code(upload.agency)
        # Of who is registered no more every event is refused, as having no source that is theirs.
        principal = Principal(agency=upload.agency, sources=frozenset()) if agency is None else agency.principal
        way = WayIn(_across_threads(self._outbox), self._secret, principal, self._letters, self._known)
        try:
            submitted = await asyncio.to_thread(self._submitted, upload, path, way)
        except SheetRefused as exc:
            await self._ended(upload, way, {"state": "refused", "reason": str(exc)}, returned=0)
        except (OutboxUnavailable, RegistryError, _Leaving):
            raise
        except Exception as exc:  # noqa: BLE001  # one file's fault must not keep the others waiting
            _log.exception("upload_failed", upload=upload.id)
            reason = f"系统内部错误（{type(exc).__name__}），已记录；请联系系统管理员"
            await self._ended(upload, way, {"state": "failed", "reason": reason}, returned=0)
        else:
            outcome = {
                "state": "done",
                "rows": submitted.rows,
                "accepted": submitted.accepted,
                "returned": submitted.returned,
                "events": submitted.events,
                "remarks": submitted.remarks,
            }
            await self._ended(upload, way, outcome, returned=submitted.returned)

    def _submitted(self, upload: Upload, path: Path, way: WayIn) -> Submitted:
        """Read the file in a thread: minutes of arithmetic must not hold up the API."""
        standard = shipped_standards()[upload.standard]
        return asyncio.run(
            submit(
                path,
                standard,
                standard.objects[upload.object],
                upload.source,
                way,
                path.with_name("errors.xlsx"),
                columns=_said(path),
                dry_run=upload.dry_run,
                progress=self._telling(upload.id),
            )
        )

    def _telling(self, upload: str) -> Callable[[int], None]:
        told = 0.0

        def tell(rows: int) -> None:
            nonlocal told
            if self._leaving:
                raise _Leaving
            if time.monotonic() - told >= _TOLD_EVERY_S:
                told = time.monotonic()
                self._kept.change(upload, state="reading", rows=rows)

        return tell

    async def _ended(self, upload: Upload, way: WayIn, outcome: dict[str, object], *, returned: int) -> None:
        now_ms = self._gate.now_ms()
        if not upload.dry_run:
            detail: dict[str, Any] = {"file": upload.name, "standard": upload.standard, "object": upload.object}
            if said := _said(self._file(upload)):
                detail["columns"] = said
            receipt = way.receipt("upload", now_ms, detail, returned=returned)
            await run_in_threadpool(self._gate.registry.receipts.add, [receipt])
            outcome["receipt"] = receipt.id
        await run_in_threadpool(self._kept.change, upload.id, ended_ms=now_ms, **outcome)

    def _forget_old(self) -> None:
        for upload in self._kept.forget(self._gate.now_ms() - KEPT_MS):
            shutil.rmtree(self._folder / upload, ignore_errors=True)


def _said(file: Path) -> dict[str, str]:
    """Return what was said of the headers of a file; nothing of one that an earlier version kept."""
    path = file.with_name(_COLUMNS)
    return msgspec.json.decode(path.read_bytes(), type=dict[str, str]) if path.exists() else {}


def new_id() -> str:
    """Return an id that nobody can guess."""
    return f"{datetime.now(UTC):%Y%m%d}-{secrets.token_hex(12)}"


def _across_threads(outbox: Outbox) -> Callable[[list[Outgoing]], asyncio.Future[None]]:
    """Return how to send from another thread's loop through an outbox that lives in this one."""
    here = asyncio.get_running_loop()

    def send(records: list[Outgoing]) -> asyncio.Future[None]:
        return asyncio.wrap_future(asyncio.run_coroutine_threadsafe(outbox.send(records), here))

    return send
