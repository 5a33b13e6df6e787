import asyncio
import base64
import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path

import orjson
import pytest
import structlog
from sqlalchemy import create_engine, text

from mingjing.services.agencies import Agencies
from mingjing.services.api.gateway.letters import Letters
from mingjing.services.api.gateway.outbox import OutboxUnavailable, Outgoing
from mingjing.services.exchange.fetching import ROWS_AT_ONCE, Fetcher, Means, every
from mingjing.services.exchange.plan import read_plan
from mingjing.services.registry import Database, Registry

FOLDER = """
sources:
  - name: drop
    kind: folder
    agency: 91330100MA00000001
    source: urn:a
    standard: up-pro
    object: up_pro_accept
    path: {path}
"""
TABLE = """
sources:
  - name: scjg
    kind: table
    agency: 91330100MA00000001
    source: urn:a
    standard: up-pro
    object: up_pro_accept
    url_env: EXCHANGE_URL
    table: up_pro_accept
    key: [project_no]
    mode: watermark
    column: cd_time
"""
GOOD = {"project_no": "浙A1", "apply_date": "2026-03-05 16:00:00", "accept_date": "2026-03-06 10:00:00"}
BAD = {"project_no": "浙A2", "apply_date": "昨天"}
INGEST = "ingest.91330100MA00000001"


class Kafka:
    """Takes records, or nothing while it is away."""

    def __init__(self) -> None:
        self.sent: list[Outgoing] = []
        self.away = False

    async def send(self, records: Sequence[Outgoing]) -> None:
        if self.away:
            raise OutboxUnavailable("no broker")
        self.sent += records

    @property
    def topics(self) -> list[str]:
        return [each.topic for each in self.sent]


@pytest.fixture
def kafka() -> Kafka:
    return Kafka()


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    kept = Registry(Database(f"sqlite:///{tmp_path / 'registry.sqlite'}"))
    kept.database.migrate()
    yield kept
    kept.database.close()


@pytest.fixture
def means(kafka: Kafka, registry: Registry) -> Means:
    ticks = itertools.count(1)
    return Means(
        kafka.send, "secret", registry.receipts, registry.exchange_marks, Letters("exchange"), lambda: next(ticks)
    )


@pytest.fixture
def table(tmp_path: Path, agencies: Agencies, means: Means) -> Fetcher:
    """An exchange table of one good row and one that cannot be read."""
    url = f"sqlite:///{tmp_path / 'exchange.sqlite'}"
    with create_engine(url).begin() as connection:
        columns = ("project_no", "apply_date", "accept_date", "cd_time")
        connection.execute(text(f"CREATE TABLE up_pro_accept ({', '.join(f'{each} TEXT' for each in columns)})"))
        for row in (GOOD, BAD):
            connection.execute(
                text(
                    "INSERT INTO up_pro_accept VALUES (:project_no, :apply_date, :accept_date, '2026-03-06 11:00:00')"
                ),
                {"accept_date": None, **row},
            )
    return Fetcher(read_plan(TABLE, "exchange.yaml", agencies, {"EXCHANGE_URL": url})[0], means)


@pytest.fixture
def folder(tmp_path: Path, agencies: Agencies, means: Means) -> Fetcher:
    path = tmp_path / "drop"
    path.mkdir()
    return Fetcher(read_plan(FOLDER.format(path=path), "exchange.yaml", agencies, {})[0], means)


def rounds(fetcher: Fetcher, count: int = 1) -> None:
    async def fetch() -> None:
        for _ in range(count):
            await fetcher.round()

    asyncio.run(fetch())


def test_good_rows_become_events_and_bad_ones_dead_letters(table: Fetcher, kafka: Kafka) -> None:
    rounds(table)

    assert kafka.topics == [INGEST, INGEST, "dead-letters"]


def test_rows_without_a_watermark_are_told_in_the_receipt_and_the_log(
    table: Fetcher, registry: Registry, tmp_path: Path
) -> None:
    with create_engine(f"sqlite:///{tmp_path / 'exchange.sqlite'}").begin() as connection:
        connection.execute(text("INSERT INTO up_pro_accept VALUES ('浙A3', '2026-03-05', NULL, NULL)"))
    with structlog.testing.capture_logs() as said:
        rounds(table, 2)
    (receipt,) = registry.receipts.within("91330100MA00000001", 0, 100)

    assert receipt.detail["unmarked"]["rows"] == 1
    assert "请填此刻的值" in receipt.detail["unmarked"]["remedy"]
    assert [(each["event"], each["rows"]) for each in said] == [("exchange_rows_unmarked", 1)]


def test_a_row_that_was_put_aside_is_kept_as_it_was_with_the_reason(table: Fetcher, kafka: Kafka) -> None:
    rounds(table)
    letter = orjson.loads(kafka.sent[-1].value)

    assert (letter["code"], letter["place"], letter["topic"]) == ("bad_row", "$.row.apply_date", "exchange")
    assert orjson.loads(base64.b64decode(letter["original"]))["row"]["project_no"] == "浙A2"


def test_what_was_fetched_has_a_receipt(table: Fetcher, registry: Registry) -> None:
    rounds(table)
    (receipt,) = registry.receipts.within("91330100MA00000001", 0, 100)

    assert (receipt.way, receipt.accepted, receipt.rejected) == ("exchange", 2, 0)
    assert receipt.detail == {"from": "scjg", "returned_rows": 1}


def test_what_was_fetched_is_not_fetched_again(table: Fetcher, kafka: Kafka) -> None:
    rounds(table, 2)

    assert len(kafka.sent) == 3


def test_nothing_is_marked_as_read_that_kafka_does_not_have(table: Fetcher, kafka: Kafka, registry: Registry) -> None:
    kafka.away = True
    with pytest.raises(OutboxUnavailable):
        rounds(table)

    assert registry.exchange_marks.get("scjg") is None


def test_a_dropped_table_is_read_and_put_away_with_its_receipt(folder: Fetcher, kafka: Kafka) -> None:
    assert folder.source.path is not None
    (folder.source.path / "a.csv").write_text("办件编号,受理时间\n浙A1,2026-03-06 10:00\n", encoding="utf-8")
    rounds(folder, 2)

    receipt = orjson.loads((folder.source.path / "done" / "a.csv.receipt.json").read_bytes())
    assert (kafka.topics, receipt["accepted"], receipt["returned"]) == ([INGEST], 1, 0)


def test_dropped_rows_in_json_are_read(folder: Fetcher, kafka: Kafka) -> None:
    assert folder.source.path is not None
    (folder.source.path / "a.jsonl").write_bytes(orjson.dumps(GOOD) + b"\n" + orjson.dumps(BAD))
    rounds(folder, 2)

    assert kafka.topics == [INGEST, INGEST, "dead-letters"]


def test_a_dropped_file_of_rows_has_one_receipt_that_says_what_was_wrong(folder: Fetcher, registry: Registry) -> None:
    assert folder.source.path is not None
    (folder.source.path / "a.json").write_bytes(orjson.dumps([GOOD, BAD]))
    rounds(folder, 2)
    told = orjson.loads((folder.source.path / "done" / "a.json.receipt.json").read_bytes())
    (receipt,) = registry.receipts.within("91330100MA00000001", 0, 100)

    assert (told["receipt"], told["put_aside"]) == (receipt.id, receipt.detail["returned_rows"])
    assert [(each["row"], each["column"]) for each in told["faults"]] == [(2, "apply_date")]


def test_dropped_rows_may_call_columns_by_their_titles(folder: Fetcher, kafka: Kafka) -> None:
    assert folder.source.path is not None
    row = "<row><办件编号>浙A1</办件编号><受理时间>2026-03-06 10:00:00</受理时间></row>"
    (folder.source.path / "a.xml").write_text(f"<rows>{row}</rows>", encoding="utf-8")
    rounds(folder, 2)

    assert kafka.topics == [INGEST]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "流水号,受理时间,备注\n浙A1,2026-03-06 10:00,急\n"),
        ("a.json", '[{"流水号": "浙A1", "受理时间": "2026-03-06 10:00:00", "备注": "急"}]'),
    ],
    ids=["a table", "rows"],
)
def test_dropped_files_may_have_columns_of_their_own(
    tmp_path: Path, agencies: Agencies, means: Means, kafka: Kafka, name: str, content: str
) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    plan = FOLDER.format(path=tmp_path) + "    columns: [流水号=办件编号, 备注=]\n"
    rounds(Fetcher(read_plan(plan, "exchange.yaml", agencies, {})[0], means), 2)

    assert kafka.topics == [INGEST]


def test_a_table_of_an_agency_may_have_columns_of_its_own(
    tmp_path: Path, agencies: Agencies, means: Means, kafka: Kafka
) -> None:
    url = f"sqlite:///{tmp_path / 'own.sqlite'}"
    with create_engine(url).begin() as connection:
        connection.execute(
            text("CREATE TABLE up_pro_accept (lsh TEXT, project_no TEXT, accept_date TEXT, cd_time TEXT)")
        )
        connection.execute(
            text("INSERT INTO up_pro_accept VALUES ('浙A1', 'x', '2026-03-06 10:00:00', '2026-03-06 11:00:00')")
        )
    plan = TABLE + "    columns: [lsh=办件编号, project_no=]\n"
    rounds(Fetcher(read_plan(plan, "exchange.yaml", agencies, {"EXCHANGE_URL": url})[0], means))

    assert [orjson.loads(each.value)["subject"] for each in kafka.sent] == ["浙A1"]


def test_the_watermark_tells_when_a_row_was_written_that_does_not_tell_itself(
    tmp_path: Path, agencies: Agencies, means: Means, kafka: Kafka
) -> None:
    url = f"sqlite:///{tmp_path / 'gd.sqlite'}"
    with create_engine(url).begin() as connection:
        connection.execute(text("CREATE TABLE sb (SBLSH TEXT, SBSJ TEXT, GXSJ DATETIME)"))
        connection.execute(text("INSERT INTO sb VALUES ('1', '2026-03-05 16:00:00', '2026-03-06 11:00:00.000000')"))
    plan = TABLE.replace("up-pro", "guangdong").replace("object: up_pro_accept", "object: SB")
    plan = (
        plan.replace("table: up_pro_accept", "table: sb").replace("[project_no]", "[SBLSH]").replace("cd_time", "gxsj")
    )
    rounds(Fetcher(read_plan(plan, "exchange.yaml", agencies, {"EXCHANGE_URL": url})[0], means))

    (event,) = (orjson.loads(each.value) for each in kafka.sent)
    assert (event["time"], event["recordedtime"]) == ("2026-03-05T16:00:00+08:00", "2026-03-06T11:00:00+08:00")


def test_rows_before_a_broken_line_have_a_receipt(folder: Fetcher, registry: Registry) -> None:
    assert folder.source.path is not None
    (folder.source.path / "a.jsonl").write_bytes(b"\n".join([*[orjson.dumps(GOOD)] * ROWS_AT_ONCE, b"{broken"]))
    rounds(folder, 2)
    (receipt,) = registry.receipts.within("91330100MA00000001", 0, 100)

    assert receipt.events == 2 * ROWS_AT_ONCE
    assert "已读" in (folder.source.path / "failed" / "a.jsonl.receipt.json").read_text("utf-8")


def test_what_is_doubtful_in_fetched_rows_stands_in_the_receipt(folder: Fetcher, registry: Registry) -> None:
    assert folder.source.path is not None
    (folder.source.path / "a.json").write_bytes(orjson.dumps([{**GOOD, "region_code": "3301"}]))
    (folder.source.path / "b.csv").write_text("办件编号,申请时间,行政区划代码\n浙A1,2026-03-05 16:00,3301\n", "utf-8")
    rounds(folder, 2)
    of_rows, of_table = registry.receipts.within("91330100MA00000001", 0, 100)
    told = orjson.loads((folder.source.path / "done" / "a.json.receipt.json").read_bytes())

    assert told["remarks"][0]["examples"] == [{"row": 1, "text": "行政区划代码 3301 应为6位或12位数字"}]
    assert [list(each.detail["remarks"].values()) for each in (of_rows, of_table)] == [[1], [1]]


def test_a_file_that_is_none_is_put_away_with_the_reason(folder: Fetcher) -> None:
    assert folder.source.path is not None
    (folder.source.path / "a.json").write_text("{", encoding="utf-8")
    rounds(folder, 2)

    assert b"JSON" in (folder.source.path / "failed" / "a.json.receipt.json").read_bytes()


def test_a_source_that_fails_in_a_way_nobody_foresaw_leaves_the_others_going(
    table: Fetcher, means: Means, kafka: Kafka
) -> None:
    stopping = asyncio.Event()

    class Broken(Fetcher):
        async def round(self) -> None:
            raise RecursionError("nobody foresaw it")

    class Once(Fetcher):
        async def round(self) -> None:
            await super().round()
            stopping.set()

    async def fetch() -> None:
        async with asyncio.TaskGroup() as running:
            for each in (Broken(table.source, means), Once(table.source, means)):
                running.create_task(every(each, stopping, (), structlog.get_logger()))

    asyncio.run(fetch())

    assert kafka.topics == [INGEST, INGEST, "dead-letters"]


def test_a_file_too_deep_to_read_is_put_away_and_the_next_one_is_read(folder: Fetcher, kafka: Kafka) -> None:
    assert folder.source.path is not None
    (folder.source.path / "a.json").write_bytes(b"[" * 100_000)
    (folder.source.path / "b.json").write_bytes(orjson.dumps([GOOD]))
    rounds(folder, 2)

    assert (kafka.topics, "嵌套" in (folder.source.path / "failed" / "a.json.receipt.json").read_text("utf-8")) == (
        [INGEST, INGEST],
        True,
    )
