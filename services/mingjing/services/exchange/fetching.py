"""Fetching one source, round after round: what is read is in Kafka, with its receipt, before it is marked as read."""

import asyncio
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
import orjson
import structlog
from sqlalchemy import create_engine
from starlette.concurrency import run_in_threadpool

from mingjing.services.api.gateway.letters import Letters
from mingjing.services.api.gateway.remembered import Remembered
from mingjing.services.exchange import metrics
from mingjing.services.exchange.carry import Carried, Fetched, carry
from mingjing.services.exchange.file_rows import FileRefused, rows_in
from mingjing.services.exchange.folder import DONE, FAILED, Folder
from mingjing.services.exchange.plan import Source
from mingjing.services.exchange.ports import Marks
from mingjing.services.exchange.table_poll import TablePoll
from mingjing.services.receipts.way_in import Send, WayIn
from mingjing.services.registry import Receipt, Receipts
from mingjing.services.standards.remarked import sentences
from mingjing.services.standards.rows import Remark, Row
from mingjing.services.standards.saying import Said
from mingjing.services.uploads.mapping import LEFT_OUT, rows_named
from mingjing.services.uploads.sheet import SheetRefused
from mingjing.services.uploads.submission import submit

ROWS_AT_ONCE = 500
ORIGIN = "exchange"
_log = structlog.get_logger(__name__)
_TABLES = frozenset({".csv", ".xlsx"})


class Means(msgspec.Struct, frozen=True):
    """What every source is fetched with; `now_ms` is the clock of receipts, `known` what this process sent last."""

    send: Send
    secret: str
    receipts: Receipts
    marks: Marks
    letters: Letters
    now_ms: Callable[[], int]
    known: Remembered = msgspec.field(default_factory=Remembered)


class Fetcher:
    """One source of the plan. What a round raises is a fault of the world; the next round goes on from the mark."""

    def __init__(self, source: Source, means: Means) -> None:
        self.source = source
        self._means = means
        self._told_unmarked = 0

    async def round(self) -> None:
        """Fetch what is new."""
        if self.source.kind == "table":
            await self._table_round()
        else:
            await self._folder_round()
        self.done()

    async def stop(self) -> None:
        """Let go of what is held open between rounds."""
        if "_poll" in self.__dict__:
            await run_in_threadpool(self._poll.close)

    def done(self) -> None:
        """Note that a round is whole."""
        metrics.EXCHANGE_ROUND.labels(self.source.name).set(self._means.now_ms() / 1000)

    async def carried(
        self, rows: list[Fetched], detail: dict[str, Any], refused: Sequence[tuple[bytes, Remark]] = ()
    ) -> Carried:
        """Pass rows on, put aside what is `refused` already, and keep their receipt."""
        way = self._way()
        named = list(_named(rows, self.source))
        told = await carry(named, self.source.standard, self.source.form, self.source.source, way)
        if refused:
            await way.put_aside(refused)
            told += Carried(len(refused), 0, len(refused))
        await self.kept(way, {**detail, **_doubts(sentences(told.remarks))})
        self._count(told)
        return told

    async def kept(self, way: WayIn, detail: dict[str, Any], *, returned: int = 0) -> Receipt:
        """Keep the receipt of what went this way."""
        receipt = way.receipt("exchange", self._means.now_ms(), {"from": self.source.name, **detail}, returned=returned)
        await run_in_threadpool(self._means.receipts.add, [receipt])
        return receipt

    async def _table_round(self) -> None:
        detail = self._unmarked(await run_in_threadpool(self._poll.unmarked), self._poll.remedy)
        batches = await run_in_threadpool(self._poll.batches)
        while (rows := await run_in_threadpool(next, batches, None)) is not None:
            await self.carried([Fetched(row, self._said(row)) for row in rows], detail)

    def _unmarked(self, count: int, remedy: str) -> dict[str, Any]:
        """Tell of rows that no round reads, once for each count, and return what a receipt says of them."""
        metrics.EXCHANGE_UNMARKED.labels(self.source.name).set(count)
        if count and count != self._told_unmarked:
            _log.warning("exchange_rows_unmarked", source=self.source.name, rows=count, remedy=remedy)
        self._told_unmarked = count
        return {"unmarked": {"rows": count, "remedy": remedy}} if count else {}

    def _said(self, row: Row) -> Said:
        """Return what the source tells of its rows beside their cells: by its watermark, when each was written."""
        table = self.source.table
        rising = table.column.lower() if table is not None and table.mode == "watermark" else None
        written = next((value for name, value in row.items() if name.lower() == rising), None)
        if not isinstance(written, datetime):
            return Said(row=self.source.row)
        zoned = written if written.tzinfo else written.replace(tzinfo=self.source.standard.zone)
        return Said(recorded=zoned, row=self.source.row)

    async def _folder_round(self) -> None:
        for file in await run_in_threadpool(self._folder.settled):
            try:
                receipt = await (self._sheet(file) if file.suffix.lower() in _TABLES else self._rows(file))
            except (SheetRefused, FileRefused) as exc:
                self._folder.put_away(file, to=FAILED, receipt=orjson.dumps({"refused": str(exc)}))
            else:
                self._folder.put_away(file, to=DONE, receipt=orjson.dumps(receipt))

    async def _sheet(self, file: Path) -> dict[str, Any]:
        way = self._way()
        errors = self._folder.path / DONE / f"{file.name}.errors.xlsx"
        source = self.source
        submitted = await submit(file, source.standard, source.form, source.source, way, errors, columns=source.columns)
        if not submitted.returned:
            errors.unlink()
        doubts = _doubts(submitted.remarks)
        receipt = await self.kept(way, {"file": file.name, **doubts}, returned=submitted.returned)
        self._count(Carried(submitted.rows, submitted.events, submitted.returned))
        return {"receipt": receipt.id, **msgspec.to_builtins(submitted)}

    async def _rows(self, file: Path) -> dict[str, Any]:
        source, way, total = self.source, self._way(), Carried()
        try:
            for rows in _groups(_named((Fetched(row, self._said(row)) for row in rows_in(file)), source)):
                total += await carry(rows, source.standard, source.form, source.source, way)
        except FileRefused as exc:
            if total.rows:
                await self._told(file, way, total)
                raise FileRefused(f"{exc}；之前的 {total.rows} 行已读，改好后整个重传即可") from exc
            raise
        return await self._told(file, way, total)

    async def _told(self, file: Path, way: WayIn, total: Carried) -> dict[str, Any]:
        receipt = await self.kept(way, {"file": file.name, **_doubts(sentences(total.remarks))})
        self._count(total)
        return {"receipt": receipt.id, **msgspec.to_builtins(total)}

    def _way(self) -> WayIn:
        means = self._means
        return WayIn(means.send, means.secret, self.source.agency.principal, means.letters, means.known)

    def _count(self, told: Carried) -> None:
        metrics.EXCHANGE_ROWS.labels(self.source.name, "taken").inc(told.rows - told.put_aside)
        metrics.EXCHANGE_ROWS.labels(self.source.name, "put_aside").inc(told.put_aside)
        metrics.EXCHANGE_EVENTS.labels(self.source.name).inc(told.events)

    @cached_property
    def _poll(self) -> TablePoll:
        assert self.source.table is not None, "a table source has its plan"  # noqa: S101
        engine = create_engine(self.source.url, pool_pre_ping=True)
        return TablePoll(engine, self.source.table, self._means.marks)

    @cached_property
    def _folder(self) -> Folder:
        assert self.source.path is not None, "a folder source has its path"  # noqa: S101
        return Folder(self.source.path)


def _doubts(remarks: dict[str, int]) -> dict[str, Any]:
    return {"remarks": remarks} if remarks else {}


def _named(rows: Iterable[Fetched], source: Source) -> Iterator[Fetched]:
    """Yield the rows with the standard's names for columns of the plan's, for titles, and for names in another case."""
    own = {source.table.column.lower(): LEFT_OUT} if source.table is not None else {}
    named = rows_named(source.form, source.columns, own)
    for each in rows:
        before = named(each.before) if each.before is not None else None
        yield Fetched(named(each.row), each.said, before)


def _groups(rows: Iterator[Fetched]) -> Iterator[list[Fetched]]:
    while group := list(itertools.islice(rows, ROWS_AT_ONCE)):
        yield group


async def every(fetcher: Fetcher, stopping: asyncio.Event, faults: tuple[type[Exception], ...], log: Any) -> None:
    """Fetch round after round until `stopping`; a round that fails is told and tried again.

    Whatever it raises stays with its source: one that cannot be read must not keep the others waiting.
    Of what is none of `faults`, which the world brings about, the trace is told.
    """
    while not stopping.is_set():
        try:
            await fetcher.round()
        except faults as exc:
            metrics.EXCHANGE_FAILURES.labels(fetcher.source.name).inc()
            log.warning("exchange_round_failed", source=fetcher.source.name, reason=str(exc).split("\n", 1)[0])
        except Exception:
            metrics.EXCHANGE_FAILURES.labels(fetcher.source.name).inc()
            log.exception("exchange_source_failed", source=fetcher.source.name)
        try:
            async with asyncio.timeout(fetcher.source.every_s):
                await stopping.wait()
        except TimeoutError:
            continue
