"""An application on a ledger and an outbox in memory."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from mingjing.rules.calendar import Calendar, Year
from mingjing.rules.catalogue import Catalogue, ItemVersion
from mingjing.rules.rulebook import Rulebook
from mingjing.services.agencies import Agencies, Agency, Region
from mingjing.services.api.app import build
from mingjing.services.api.feed.hub import Hub
from mingjing.services.api.gateway.outbox import OutboxUnavailable, Outgoing
from mingjing.services.ledger.errors import CursorRefused, LedgerUnavailable
from mingjing.services.ledger.port import (
    CardFilter,
    CaseFilter,
    DayCounts,
    LetterFilter,
    LevelCounts,
    OnTime,
    Overview,
    Page,
)
from mingjing.services.ledger.scope import Scope
from mingjing.services.settings import read_settings

AGENCY = "91330100MA00000001"
KEY = "key-of-the-market-bureau"
SOURCE = "urn:yunzhou:scjg"


class MemoryLedger:
    """A `Ledger` over lists; `away` makes every question fail as a dead ClickHouse does."""

    def __init__(self) -> None:
        self.card_rows: list[dict[str, Any]] = []
        self.case_rows: list[dict[str, Any]] = []
        self.event_rows: dict[str, list[dict[str, Any]]] = {}
        self.letter_rows: list[dict[str, Any]] = []
        self.offsets: dict[str, dict[int, int]] = {}
        self.away = False

    def cards(
        self, scope: Scope, wanted: CardFilter | None = None, *, limit: int = 50, cursor: str | None = None
    ) -> Page:
        wanted = wanted or CardFilter()
        rows = [
            row
            for row in sorted(self.card_rows, key=lambda row: row["issued_at"], reverse=True)
            if (not wanted.levels or row["level"] in wanted.levels)
            and (wanted.agency is None or row["agency"] == wanted.agency)
            and (wanted.case is None or row["case_key"] == wanted.case)
        ]
        return self._page(scope, rows, limit, cursor)

    def card(self, scope: Scope, card_id: str) -> dict[str, Any] | None:
        found = self.history(scope, card_id)
        return found[-1] if found else None

    def history(self, scope: Scope, card_id: str) -> list[dict[str, Any]]:
        self._seen(scope)
        return [row for row in self.card_rows if row["card_id"] == card_id]

    def cases(
        self, scope: Scope, wanted: CaseFilter | None = None, *, limit: int = 50, cursor: str | None = None
    ) -> Page:
        wanted = wanted or CaseFilter()
        rows = [row for row in self.case_rows if not wanted.states or row["state"] in wanted.states]
        return self._page(scope, rows, limit, cursor)

    def case(self, scope: Scope, case_key: str) -> dict[str, Any] | None:
        self._seen(scope)
        return next((row for row in self.case_rows if row["case_key"] == case_key), None)

    def events(self, scope: Scope, case_key: str) -> list[dict[str, Any]]:
        self._seen(scope)
        return self.event_rows.get(case_key, [])

    def overview(self, scope: Scope, days: int, today: date, zone: ZoneInfo) -> Overview:
        self._seen(scope)
        assert zone.key == "Asia/Shanghai"
        return Overview(
            open=1,
            suspended=0,
            accepted_today=1,
            decided_today=0,
            cards=LevelCounts(yellow=2),
            cards_today=LevelCounts(),
            standing=LevelCounts(yellow=1),
            withdrawn=0,
            dead_letters=0,
            on_time=OnTime(3, 4),
            trend=[DayCounts(today - timedelta(ago), yellow=1) for ago in reversed(range(days))],
            agencies=[],
            rules=[],
            feeds=[],
        )

    def dead_letters(
        self, scope: Scope, wanted: LetterFilter | None = None, *, limit: int = 50, cursor: str | None = None
    ) -> Page:
        wanted = wanted or LetterFilter()
        rows = [row for row in self.letter_rows if wanted.code is None or row["code"] == wanted.code]
        return self._page(scope, rows, limit, cursor)

    def progress(self) -> dict[str, dict[int, int]]:
        self._seen(Scope.everything())
        return self.offsets

    def ready(self) -> None:
        self._seen(Scope.everything())

    def close(self) -> None:
        self.away = True

    def _page(self, scope: Scope, rows: list[dict[str, Any]], limit: int, cursor: str | None) -> Page:
        self._seen(scope)
        if cursor is not None and not (cursor.isascii() and cursor.isdigit()):
            raise CursorRefused("not a cursor")
        at = int(cursor or 0)
        return Page(rows[at : at + limit], str(at + limit) if at + limit < len(rows) else None)

    def _seen(self, scope: Scope) -> None:
        assert isinstance(scope, Scope)
        if self.away:
            raise LedgerUnavailable("connection refused")


class MemoryOutbox:
    """An outbox that keeps what it was given."""

    def __init__(self) -> None:
        self.sent: list[Outgoing] = []
        self.ready = True

    async def start(self) -> None:
        """Nothing to connect to."""

    async def stop(self) -> None:
        """Nothing to let go of."""

    async def send(self, records: Sequence[Outgoing]) -> None:
        if not self.ready:
            raise OutboxUnavailable("no broker")
        self.sent += records


@pytest.fixture
def agencies() -> Agencies:
    bureau = Agency(
        code=AGENCY,
        title="云州市市场监督管理局",
        region="330100000000",
        kind="window",
        sources=(SOURCE,),
        delay_s=0,
        key_sha256=hashlib.sha256(KEY.encode()).hexdigest(),
        types=None,
    )
    return Agencies([bureau], [Region(code="330100000000", title="云州市", tier="市")])


@pytest.fixture
def ledger() -> MemoryLedger:
    return MemoryLedger()


@pytest.fixture
def outbox() -> MemoryOutbox:
    return MemoryOutbox()


@pytest.fixture
def rulebook() -> Rulebook:
    calendar = Calendar("cn", {2026: Year(status="official", holidays={date(2026, 10, 1): "国庆节"})})
    item = {"title": "食品经营许可", "agency": AGENCY, "promised": "5wd", "statutory": "20wd"}
    return Rulebook([], calendar, Catalogue([ItemVersion("000131001000", date(2020, 1, 1), None, item)], "2026.1"))


@pytest.fixture
def app(
    ledger: MemoryLedger,
    rulebook: Rulebook,
    agencies: Agencies,
    hub: Hub,
    cards: Any,
    outbox: MemoryOutbox,
    tmp_path: Path,
) -> FastAPI:
    settings = read_settings(clock="event-time")
    return build(
        settings,
        ledger,
        rulebook,
        agencies,
        hub=hub,
        cards=cards,
        outbox=outbox,
        dist=tmp_path / "dist",
    )


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client
