"""Back-tests asked for on the page: one at a time, each in a process of its own, so that the API goes on answering."""

import asyncio
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec
import orjson

from mingjing.services.api.instants import written
from mingjing.services.api.tasks import ended

KEPT = 50
"""Back-tests that are kept; the oldest goes first."""
OLD, NEW, RECORD, JOB = "old.yaml", "new.yaml", "record.json", "job.json"
LAST_WORDS = 2000
"""Characters of a failure that are told."""


class BacktestJob(msgspec.Struct, kw_only=True):
    """A change of one rule tried on the archive; `failure` says why it came to nothing."""

    id: str
    rule: str
    pack: str
    since: str | None
    until: str
    state: Literal["running", "done", "failed"]
    made_by: str
    made_at: str
    ended_at: str | None = None
    failure: str = ""


class BacktestDocument(BacktestJob, kw_only=True):
    """A back-test with its record, as `mingjing rules backtest --out` writes it; null until it is done."""

    record: dict[str, Any] | None


class BacktestPage(msgspec.Struct):
    """Back-tests, newest first."""

    items: list[BacktestJob]
    next_cursor: str | None


class BacktestBusy(Exception):
    """Another back-test is running."""


class Backtests:
    """Runs back-tests in `folder`, where each has a folder of its own; `command` is how `mingjing` is called.

    `running` is the one begun last, None before the first.
    """

    def __init__(self, folder: Path, command: Sequence[str] = (sys.executable, "-m", "mingjing.services.cli")) -> None:
        self._folder = folder
        self._command = command
        self.running: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Say of what was running when the process ended that it came to nothing."""
        for job in self.newest():
            if job.state == "running":
                self._write(msgspec.structs.replace(job, state="failed", failure="服务重启，回测没有完成，请重新提交"))

    async def stop(self) -> None:
        """End what is running."""
        await ended(self.running)

    def begin(
        self, rule: str, pack: str, texts: tuple[str, str], *, since: str | None, until: str, by: str, now_ms: int
    ) -> BacktestJob:
        """Begin to try the file `texts[1]` against `texts[0]`; BacktestBusy while another is running."""
        if self.running is not None and not self.running.done():
            raise BacktestBusy
        job = BacktestJob(
            id=f"{now_ms:013d}{secrets.token_hex(4)}",
            rule=rule,
            pack=pack,
            since=since,
            until=until,
            state="running",
            made_by=by,
            made_at=written(now_ms),
        )
        place = self._folder / job.id
        place.mkdir(parents=True)
        (place / OLD).write_text(texts[0], "utf-8")
        (place / NEW).write_text(texts[1], "utf-8")
        self._write(job)
        self._drop_oldest()
        self.running = asyncio.create_task(self._run(job, now_ms), name=f"backtest-{job.id}")
        return job

    def newest(self, before: str | None = None) -> list[BacktestJob]:
        """Return the back-tests that are kept, newest first; with `before` those older than the one of that id."""
        kept = (each for each in self._folder.glob("*") if (each / JOB).is_file())
        places = sorted((each for each in kept if before is None or each.name < before), reverse=True)
        return [msgspec.json.decode((each / JOB).read_bytes(), type=BacktestJob) for each in places]

    def of(self, ident: str) -> BacktestDocument | None:
        """Return one back-test with its record; None when there is none."""
        place = self._folder / ident
        if not (place / JOB).is_file():
            return None
        job = msgspec.json.decode((place / JOB).read_bytes(), type=BacktestJob)
        record = orjson.loads((place / RECORD).read_bytes()) if job.state == "done" else None
        return BacktestDocument(**msgspec.structs.asdict(job), record=record)

    def file(self, ident: str) -> bytes | None:
        """Return the file that was tried; None when there is no such back-test."""
        path = self._folder / ident / NEW
        return path.read_bytes() if path.is_file() else None

    async def _run(self, job: BacktestJob, began_ms: int) -> None:
        place = self._folder / job.id
        since = ("--since", job.since) if job.since else ()
        command = (*self._command, "rules", "backtest", str(place / OLD), str(place / NEW), "--until", job.until)
        began = asyncio.get_running_loop().time()
        process = await asyncio.create_subprocess_exec(
            *command,
            *since,
            "--out",
            str(place / RECORD),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            _, said = await process.communicate()
        except asyncio.CancelledError:
            process.kill()
            await process.wait()
            raise
        ended = written(began_ms + int((asyncio.get_running_loop().time() - began) * 1000))
        failure = said.decode(errors="replace").strip()[-LAST_WORDS:] if process.returncode else ""
        state: Literal["done", "failed"] = "failed" if process.returncode else "done"
        self._write(msgspec.structs.replace(job, state=state, ended_at=ended, failure=failure))

    def _write(self, job: BacktestJob) -> None:
        path = self._folder / job.id / JOB
        fresh = path.with_suffix(".new")
        fresh.write_bytes(msgspec.json.encode(job))
        fresh.replace(path)

    def _drop_oldest(self) -> None:
        for job in self.newest()[KEPT:]:
            for name in (OLD, NEW, RECORD, JOB):
                (self._folder / job.id / name).unlink(missing_ok=True)
            (self._folder / job.id).rmdir()
