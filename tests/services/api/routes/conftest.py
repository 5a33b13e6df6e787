"""An application on a ledger and an outbox in memory."""

import hashlib
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient

from mingjing.rules.calendar import Calendar, Year
from mingjing.rules.catalogue import Catalogue, ItemVersion
from mingjing.rules.pack import Pack
from mingjing.rules.publication import Publication, PublicationRefused, refuse
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.vocabulary import EventType, Vocabulary
from mingjing.rules.zone import Zone
from mingjing.services.agencies import Agencies, Agency, Region
from mingjing.services.api.app import build
from mingjing.services.api.desk.stage_feed import StageFeed
from mingjing.services.api.feed.case_feed import CaseFeed
from mingjing.services.api.feed.hub import Hub
from mingjing.services.api.gateway.outbox import OutboxUnavailable, Outgoing
from mingjing.services.api.http_protocol import Http
from mingjing.services.api.porter import COOKIE, CSRF
from mingjing.services.audit.book import LinkFilter
from mingjing.services.audit.chain import Link
from mingjing.services.auth.gate import Gate
from mingjing.services.ledger.enterprise import EnterpriseAgency, EnterpriseCounts, EnterpriseFilter, EnterprisePage
from mingjing.services.ledger.errors import CursorRefused, LedgerUnavailable
from mingjing.services.ledger.port import (
    ArchivedDay,
    CardFilter,
    CaseFilter,
    DayCounts,
    FeedSample,
    LetterFilter,
    LetterGroup,
    LevelCounts,
    OnTime,
    Overview,
    Page,
)
from mingjing.services.ledger.scope import Scope
from mingjing.services.registry import Account, Database, Registry
from mingjing.services.settings import read_settings
from mingjing.services.stack.addresses import free_ports

AGENCY = "91330100MA00000001"
KEY = "key-of-the-market-bureau"
SOURCE = "urn:yunzhou:scjg"
EVENT: dict[str, Any] = {
    "specversion": "1.0",
    "id": "e-1",
    "source": SOURCE,
    "type": "case.applied",
    "subject": "2026-1",
    "time": "2026-03-06T10:00:00+08:00",
}


class MemoryLedger:
    """A `Ledger` over lists; `away` makes every question fail as a dead ClickHouse does."""

    def __init__(self) -> None:
        self.card_rows: list[dict[str, Any]] = []
        self.case_rows: list[dict[str, Any]] = []
        self.enterprise_rows: list[EnterpriseCounts] = []
        self.inspecting: list[EnterpriseAgency] = []
        self.event_rows: dict[str, list[dict[str, Any]]] = {}
        self.letter_rows: list[dict[str, Any]] = []
        self.stage_rows: dict[str, dict[str, Any]] = {}
        self.traces: dict[str, str] = {}
        self.offsets: dict[str, dict[int, int]] = {}
        self.away = False
        self.scopes: list[Scope] = []
        self.sample = FeedSample(sources=[], bodies=[])
        self.day = ArchivedDay(events=0, distinct=0, late=0, hash="0" * 16, distinct_hash="0" * 16, letters={})

    def cards(
        self, scope: Scope, wanted: CardFilter | None = None, *, limit: int = 50, cursor: str | None = None
    ) -> Page:
        wanted = wanted or CardFilter()
        rows = [
            row
            for row in sorted(self.card_rows, key=lambda row: row["issued_at"], reverse=True)
            if (not wanted.levels or row["level"] in wanted.levels)
            and (wanted.agency is None or row["agency"] == wanted.agency)
            and (wanted.rule is None or row["rule"] == wanted.rule)
            and (wanted.case is None or row["case_key"] == wanted.case)
            and (wanted.officer is None or row["officer"] == wanted.officer)
        ]
        return self._page(scope, rows, limit, cursor)

    def card(self, scope: Scope, card_id: str) -> dict[str, Any] | None:
        found = self.history(scope, card_id)
        return found[-1] if found else None

    def history(self, scope: Scope, card_id: str) -> list[dict[str, Any]]:
        self._seen(scope)
        return [row for row in self.card_rows if row["card_id"] == card_id]

    def trace(self, scope: Scope, card_id: str) -> str | None:
        self._seen(scope)
        return self.traces.get(card_id)

    def stages(self, scope: Scope, card_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        self._seen(scope)
        return {each: self.stage_rows[each] for each in card_ids if each in self.stage_rows}

    def stage_counts(self, scope: Scope) -> dict[str, int]:
        self._seen(scope)
        return dict(Counter(row["stage"] for row in self.stage_rows.values()))

    def outcome(self, scope: Scope, card_id: str, action_id: str) -> dict[str, Any] | None:
        row = self.stages(scope, [card_id]).get(card_id)
        return row if row and row["outcome"] and row["outcome"]["action_id"] == action_id else None

    def cases(
        self, scope: Scope, wanted: CaseFilter | None = None, *, limit: int = 50, cursor: str | None = None
    ) -> Page:
        wanted = wanted or CaseFilter()
        rows = [
            row
            for row in self.case_rows
            if (not wanted.states or row["state"] in wanted.states)
            and (not wanted.items or row.get("item") in wanted.items)
            and (wanted.enterprise is None or row.get("enterprise") == wanted.enterprise)
        ]
        return self._page(scope, rows, limit, cursor)

    def enterprises(
        self, scope: Scope, wanted: EnterpriseFilter | None = None, *, limit: int = 50, cursor: str | None = None
    ) -> EnterprisePage:
        wanted = wanted or EnterpriseFilter()
        rows = [
            row
            for row in self.enterprise_rows
            if (not wanted.monitoring or row.reflections)
            and (
                (wanted.text is None and not wanted.codes)
                or row.enterprise in wanted.codes
                or (wanted.text is not None and row.enterprise.startswith(wanted.text))
            )
        ]
        page = self._page(scope, [{"row": row} for row in rows], limit, cursor)
        return EnterprisePage([each["row"] for each in page.items], page.next_cursor)

    def enterprise(self, scope: Scope, code: str) -> EnterpriseCounts | None:
        self._seen(scope)
        return next((row for row in self.enterprise_rows if row.enterprise == code), None)

    def enterprise_agencies(self, scope: Scope, code: str) -> list[EnterpriseAgency]:
        self._seen(scope)
        assert code
        return self.inspecting

    def case(self, scope: Scope, case_key: str) -> dict[str, Any] | None:
        self._seen(scope)
        return next((row for row in self.case_rows if row["case_key"] == case_key), None)

    def events(self, scope: Scope, case_key: str) -> list[dict[str, Any]]:
        self._seen(scope)
        return self.event_rows.get(case_key, [])

    def stories(self, scope: Scope, case_keys: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
        self._seen(scope)
        return {key: self.event_rows[key] for key in case_keys if key in self.event_rows}

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

    def dead_letter(self, scope: Scope, letter: str) -> dict[str, Any] | None:
        self._seen(scope)
        return next((row for row in self.letter_rows if row["letter_id"] == letter), None)

    def dead_letter_groups(self, scope: Scope, wanted: LetterFilter) -> list[LetterGroup]:
        self._seen(scope)
        rows = [row for row in self.letter_rows if wanted.code is None or row["code"] == wanted.code]
        codes = Counter((row["code"], row["agency"]) for row in rows)
        return [LetterGroup(code=code, agency=agency, count=n, newest_ms=0) for (code, agency), n in codes.items()]

    def archived_day(self, scope: Scope, agency: str, begin_ms: int, end_ms: int, late_before_ms: int) -> ArchivedDay:
        self._seen(scope)
        assert agency
        assert begin_ms < end_ms
        assert late_before_ms <= begin_ms
        return self.day

    def feed_sample(self, scope: Scope, agency: str, cases: int, zone: ZoneInfo, now_ms: int) -> FeedSample:
        self._seen(scope)
        assert now_ms > 0
        assert agency
        assert cases > 0
        assert zone.key == "Asia/Shanghai"
        return self.sample

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
        self.scopes.append(scope)
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


class Instant:
    """A clock that stands until it is told; milliseconds since 1970."""

    def __init__(self) -> None:
        self.ms = 1_790_000_000_000

    def __call__(self) -> int:
        return self.ms

    def pass_minutes(self, minutes: float) -> None:
        self.ms += int(minutes * 60_000)


SignIn = Callable[..., Account]


class MemoryBook:
    """The trail as a list of links, oldest first."""

    def __init__(self) -> None:
        self.links: list[Link] = []

    def newest(self, wanted: LinkFilter, *, limit: int, before: int | None) -> list[Link]:
        asked = {name: value for name, value in msgspec.structs.asdict(wanted).items() if value is not None}
        fitting = [
            link
            for link in reversed(self.links)
            if (before is None or link.seq < before) and all(getattr(link, name) == asked[name] for name in asked)
        ]
        return fitting[:limit]


class MemoryLaw:
    """The topic `rulebook` as a dict; `away` makes every question fail as a dead Kafka does."""

    def __init__(self) -> None:
        self.versions: dict[str, Publication] = {}
        self.away = False

    def known(self) -> dict[str, Publication]:
        if self.away:
            raise PublicationRefused("Kafka 不在")
        return dict(self.versions)

    def publish(self, new: Sequence[Publication]) -> None:
        known = self.known()
        for each in new:
            refuse(each, known)
            known[each.key] = each
        self.versions = known


@pytest.fixture
def published() -> MemoryLaw:
    return MemoryLaw()


@pytest.fixture
def book() -> MemoryBook:
    return MemoryBook()


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
    points = {"91330100MA2XHRP019": "云州市清源食品有限公司"}
    return Agencies([bureau], [Region(code="330100000000", title="云州市", tier="市")], points)


@pytest.fixture
def agencies_file() -> Path | None:
    """The file whose keys the application follows; none unless a test has one."""
    return None


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
    fields = {"applicant": {"title": "申请人", "personal": True}, "channel": {"title": "渠道"}}
    fields["enterprise"] = {"title": "投诉企业", "confided": True}
    vocabulary = Vocabulary("approval", "审批", {"case.applied": EventType("申请", fields=fields)}, {}, {})
    pack = Pack("approval", "审批", "2026.1", vocabulary, Zone("Asia/Shanghai"), (), ())
    return Rulebook([pack], calendar, Catalogue([ItemVersion("000131001000", date(2020, 1, 1), None, item)], "2026.1"))


@pytest.fixture
def app(
    ledger: MemoryLedger,
    rulebook: Rulebook,
    agencies: Agencies,
    hub: Hub,
    cards: Any,
    stages: StageFeed,
    case_feed: CaseFeed,
    outbox: MemoryOutbox,
    gate: Gate,
    book: MemoryBook,
    published: MemoryLaw,
    agencies_file: Path | None,
    tmp_path: Path,
) -> FastAPI:
    settings = read_settings(
        clock="event-time", clickhouse="127.0.0.1:1", data_dir=tmp_path / "data", agencies=agencies_file
    )
    return build(
        settings,
        ledger,
        rulebook,
        agencies,
        gate,
        book,
        hub=hub,
        cards=cards,
        stages=stages,
        cases_feed=case_feed,
        answer_within_s=0.2,
        outbox=outbox,
        published=published,
        dist=tmp_path / "dist",
    )


@pytest.fixture
def instant() -> Instant:
    """The clock of the gate."""
    return Instant()


@pytest.fixture
def gate(tmp_path: Path, instant: Instant) -> Iterator[Gate]:
    """Accounts in a registry of the test's own, in demo mode."""
    registry = Registry(Database(f"sqlite:///{tmp_path / 'registry.sqlite'}"))
    registry.database.migrate()
    yield Gate(read_settings(demo=True), registry, instant)
    registry.database.close()


@pytest.fixture
def sign_in(gate: Gate) -> SignIn:
    """Have a client signed in as somebody new of this role."""

    def signed_in(
        client: TestClient, role: str, region: str | None = None, agency: str | None = None, name: str | None = None
    ) -> Account:
        account = Account(
            name=name or role, title=role, role=role, region=region, agency=agency, password_set_ms=gate.now_ms()
        )
        gate.registry.accounts.add(account)
        opened = gate.tickets.give(account, "open", address="-", browser="-", now_ms=gate.now_ms())
        client.cookies.set(COOKIE, opened.token)
        client.headers[CSRF] = opened.session.csrf
        return account

    return signed_in


@pytest.fixture
def visitor(app: FastAPI) -> Iterator[TestClient]:
    """A client that is not signed in."""
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def client(visitor: TestClient, sign_in: SignIn) -> TestClient:
    """A client signed in as a supervisor of the whole installation."""
    sign_in(visitor, "supervisor")
    return visitor


@pytest.fixture
def make_case(ledger: MemoryLedger) -> Callable[[], str]:
    """Put a case of one event, which names a person and who complains, into the ledger and return its key."""

    def made() -> str:
        key = f"{AGENCY}/2026-9"
        ledger.case_rows = [{"case_key": key, "agency": AGENCY, "region": "330106000000", "last_event_at": None}]
        event = {"specversion": "1.0", "id": "e-9", "source": SOURCE, "type": "case.applied", "subject": "2026-9"}
        data = {"applicant": "王小明", "channel": "online", "enterprise": "91990100MB0000031Q"}
        at = "2026-03-06T10:00:00+08:00"
        ledger.event_rows[key] = [{**event, "time": at, "ingestedtime": at, "data": data}]
        return key

    return made


@pytest.fixture
def gateway(app: FastAPI) -> Iterator[str]:
    """The address of the application, served."""
    port = free_ports(1)[0]
    server = uvicorn.Server(uvicorn.Config(app, port=port, http=Http, ws="none", log_level="warning", lifespan="on"))
    running = threading.Thread(target=server.run)
    running.start()
    while not server.started:
        assert running.is_alive()
        running.join(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    running.join(30)
