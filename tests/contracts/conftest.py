"""One suite, two engines: every test that takes `settings` or `ledger` runs on both."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest

from mingjing.services.ledger import Ledger, open_ledger
from mingjing.services.ledger.connection import Connection
from mingjing.services.ledger.migrate import migrate
from mingjing.services.settings import Settings, read_settings
from mingjing.services.sink.source import Record
from mingjing.services.sink.stage_writer import StageWriter
from mingjing.services.sink.writers import CardWriter, CaseWriter, LedgerWriter, LetterWriter

LOGGED_MS = 1_790_000_000_000

_databases = itertools.count()


@pytest.fixture(
    params=[
        pytest.param("clickhouse18", marks=pytest.mark.contract),
        pytest.param("clickhouse26", marks=pytest.mark.contract),
    ]
)
def empty(request: pytest.FixtureRequest) -> Settings:
    """Settings of an engine on which the database does not exist."""
    address = request.getfixturevalue(request.param)
    return read_settings(clickhouse=str(address), clickhouse_database=f"contract_{next(_databases)}")


@pytest.fixture
def root(empty: Settings) -> Iterator[Connection]:
    """A connection that stands outside the database of the test."""
    root = Connection(empty, database="default")
    root.command(f"DROP DATABASE IF EXISTS {empty.clickhouse_database}")
    yield root
    root.command(f"DROP DATABASE IF EXISTS {empty.clickhouse_database}")
    root.close()


@pytest.fixture
def settings(empty: Settings, root: Connection) -> Settings:
    """Settings of a migrated database with nothing in it."""
    assert root.rows("SELECT 1")
    migrate(empty)
    return empty


@pytest.fixture
def connection(settings: Settings) -> Iterator[Connection]:
    connection = Connection(settings)
    yield connection
    connection.close()


@pytest.fixture
def ledger(settings: Settings) -> Iterator[Ledger]:
    ledger = open_ledger(settings, connections=2)
    yield ledger
    ledger.close()


@pytest.fixture
def sink(connection: Connection) -> LedgerWriter:
    """The writer of the sink process, without its Kafka."""
    return LedgerWriter(
        connection,
        {
            "cards": CardWriter(connection),
            "case-facts": CaseWriter(connection),
            "dead-letters": LetterWriter(connection),
            "card-stages": StageWriter(connection),
        },
    )


@pytest.fixture
def record() -> Callable[..., Record]:
    """Make the record of a topic that carries `said`; offsets rise by themselves."""
    offsets = itertools.count()

    def made(
        topic: str,
        said: dict[str, Any] | bytes,
        *,
        partition: int = 0,
        offset: int | None = None,
        logged_ms: int = LOGGED_MS,
    ) -> Record:
        value = said if isinstance(said, bytes) else orjson.dumps(said, option=orjson.OPT_SORT_KEYS)
        return Record(topic, partition, next(offsets) if offset is None else offset, logged_ms, None, value)

    return made


@pytest.fixture
def card() -> Callable[..., dict[str, Any]]:
    def made(card_id: str = "c1", ver: tuple[int, int, int] = (1, 1, 1), **changes: Any) -> dict[str, Any]:
        return {
            "card_id": card_id,
            "case_key": "91330100MA2XXXXX01/2026-0001",
            "rule": "TL-04",
            "rung": "TL-04",
            "title": "办结时限",
            "occurrence": "-",
            "level": "yellow",
            "status": "standing",
            "issue": "auto",
            "item": "000131001000",
            "item_title": "食品经营许可",
            "agency": "91330100MA2XXXXX01",
            "region": "330106000000",
            "officer": None,
            "post": None,
            "step": None,
            "violated_at": "2026-03-12T00:00:00+08:00",
            "due_at": "2026-03-12T00:00:00+08:00",
            "cleared_at": None,
            "issued_at": "2026-03-12T00:00:01+08:00",
            "evidence": [
                {"id": "e1", "source": "urn:yunzhou:scjg", "type": "case.accepted", "at": "2026-03-06T10:00:00+08:00"}
            ],
            "explain": {"over": "超期1个工作日", "days": [1, 2, 3]},
            "basis": ["行政许可法 第四十二条"],
            "versions": {"pack": "2026.1"},
            "digest": "d1",
            "revision": ver[2],
            "ver": list(ver),
        } | changes

    return made


@pytest.fixture
def case() -> Callable[..., dict[str, Any]]:
    def made(subject: str = "2026-0001", ver: tuple[int, int, int] = (1, 1, 1), **changes: Any) -> dict[str, Any]:
        return {
            "case_key": f"91330100MA2XXXXX01/{subject}",
            "subject": subject,
            "item": "000131001000",
            "item_title": "食品经营许可",
            "agency": "91330100MA2XXXXX01",
            "region": "330106000000",
            "applied_at": "2026-03-05T09:00:00+08:00",
            "accepted_at": "2026-03-06T10:00:00+08:00",
            "decided_at": None,
            "delivered_at": None,
            "last_event_at": "2026-03-06T10:00:00+08:00",
            "last_event_type": "case.accepted",
            "state": "accepted",
            "clocks": [],
            "events": 2,
            "ver": list(ver),
        } | changes

    return made


@pytest.fixture
def stage() -> Callable[..., dict[str, Any]]:
    def made(card_id: str = "c1", ver: tuple[int, int, int] = (1, 1, 0), **changes: Any) -> dict[str, Any]:
        return {
            "card_id": card_id,
            "case_key": "91330100MA2XXXXX01/2026-0001",
            "agency": "91330100MA2XXXXX01",
            "region": "330106000000",
            "stage": "drawn",
            "round": 1,
            "revision": 1,
            "shown": "yellow",
            "entries": [],
            "outcome": None,
            "ver": list(ver),
        } | changes

    return made


@pytest.fixture
def letter() -> Callable[..., dict[str, Any]]:
    def made(letter_id: str = "l1", offset: int = 0, **changes: Any) -> dict[str, Any]:
        return {
            "letter_id": letter_id,
            "code": "naive_time",
            "place": "$.time",
            "message": "时间 2026-03-06T10:00:00 没有时区偏移, 请写成 2026-03-06T10:00:00+08:00",
            "agency": "91330100MA2XXXXX01",
            "source": "urn:yunzhou:scjg",
            "event_id": "e1",
            "topic": "ingest.91330100MA2XXXXX01",
            "partition": 0,
            "offset": offset,
            "received_at": "2026-03-06T10:00:01+08:00",
            "original": "eyJpZCI6ICJlMSJ9",
        } | changes

    return made
