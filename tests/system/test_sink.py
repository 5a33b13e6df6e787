"""The sink and the archive between a real Kafka and a real ClickHouse, with everything being killed."""

import time
from contextlib import closing

import orjson
import pytest

from mingjing.services.ledger import Scope, migrate, open_ledger
from mingjing.services.stack.program import Program

from .small_disk import SmallDisk
from .stored import PARTITIONS, Site, archive, card, case, event, kill, run, sink, site, store_disk, until

__all__ = ["archive", "sink", "site", "store_disk"]

pytestmark = pytest.mark.system


def test_rows_equal_records_when_the_sink_is_killed_and_clickhouse_goes_away(site: Site, sink: Program) -> None:
    lives = [card(n % 4000, revision=1 + n // 4000) for n in range(12_000)]
    cases = [case(n) for n in range(3000)]
    site.send("cards", [(n % 4000 % PARTITIONS, orjson.dumps(each)) for n, each in enumerate(lives)])
    site.send("case-facts", [(n % PARTITIONS, orjson.dumps(each)) for n, each in enumerate(cases)])

    for share in (0.1, 0.4):
        run(sink)
        site.await_written(share)
        kill(sink)
    run(sink)
    site.store.stop()
    site.send("cards", [(n % PARTITIONS, orjson.dumps(card(n, revision=4))) for n in range(500)])
    until(lambda: "ledger away" in sink.log.read_text(), "the sink to miss its ledger")
    run(site.store)
    site.await_written()

    assert site.rows("SELECT count() FROM card_log FINAL") == [(12_500,)]
    latest = {row[0]: orjson.loads(row[1]) for row in site.rows("SELECT card_id, body FROM cards FINAL")}
    assert latest == {f"c{n}": card(n, revision=4 if n < 500 else 3) for n in range(4000)}
    facts = {row[0]: orjson.loads(row[1]) for row in site.rows("SELECT case_key, body FROM case_facts FINAL")}
    assert facts == {each["case_key"]: each for each in cases}


def test_rows_equal_records_when_the_disk_of_clickhouse_was_full(
    store_disk: SmallDisk, site: Site, sink: Program
) -> None:
    site.send("cards", [(n % PARTITIONS, orjson.dumps(card(n))) for n in range(500)])
    run(sink)
    site.await_written()
    store_disk.fill()
    site.send("cards", [(n % PARTITIONS, orjson.dumps(card(n))) for n in range(500, 30_000)])
    until(lambda: "ledger away" in sink.log.read_text(), "the sink to miss its ledger")
    store_disk.empty()
    site.await_written()

    assert site.rows("SELECT count(), uniqExact(card_id) FROM card_log FINAL") == [(30_000, 30_000)]
    assert site.rows("SELECT count() FROM dead_letters") == [(0,)]


def test_events_equal_records_when_archive_and_clickhouse_are_killed(site: Site, archive: Program) -> None:
    site.send("case-events", [(n % PARTITIONS, orjson.dumps(event(n))) for n in range(60_000)])

    for share in (0.1, 0.3):
        run(archive)
        site.await_written(share)
        kill(archive)
    run(archive)
    kill(site.store)
    until(lambda: "ledger away" in archive.log.read_text() or site.written() == 60_000, "the archive to notice")
    run(site.store)
    site.await_written()

    counted = "SELECT count(), uniqExact(event_id), sum(sequence) FROM events FINAL"
    assert site.rows(counted) == [(60_000, 60_000, sum(range(60_000)))]


def test_a_ledger_lost_whole_is_filled_again_from_the_log(site: Site, sink: Program, archive: Program) -> None:
    site.send("cards", [(n % PARTITIONS, orjson.dumps(card(n))) for n in range(2000)])
    site.send("case-events", [(n % PARTITIONS, orjson.dumps(event(n))) for n in range(20_000)])
    for program in (sink, archive):
        run(program)
    site.await_written()
    for program in (sink, archive):
        program.stop()

    site.rows(f"DROP DATABASE {site.settings.clickhouse_database}")
    migrate(site.settings)
    for program in (sink, archive):
        run(program)
    site.await_written()

    assert site.rows("SELECT count(), uniqExact(card_id) FROM cards FINAL") == [(2000, 2000)]
    assert site.rows("SELECT count(), uniqExact(event_id) FROM events FINAL") == [(20_000, 20_000)]
    assert "ledger lacks what was committed" in sink.log.read_text()


def test_a_record_the_ledger_refuses_is_found_among_the_dead_letters(site: Site, sink: Program) -> None:
    site.send("cards", [(0, b"no card"), (0, orjson.dumps(card(1))), (1, orjson.dumps(card(2, issued_at="soon")))])
    run(sink)
    site.await_written(more=2)  # the two letters about them

    with closing(open_ledger(site.settings, connections=1)) as ledger:
        letters = ledger.dead_letters(Scope.everything()).items
        cards = ledger.cards(Scope.everything()).items

    assert sorted((each["topic"], each["partition"], each["offset"]) for each in letters) == [
        ("cards", 0, 0),
        ("cards", 1, 0),
    ]
    assert {each["code"] for each in letters} == {"row_refused"}
    assert [each["card_id"] for each in cards] == ["c1"]


def test_a_card_can_be_selected_within_a_second_of_being_sent(site: Site, sink: Program) -> None:
    run(sink)
    site.send("cards", [(0, orjson.dumps(card(0)))])
    site.await_written()

    began = time.monotonic()
    site.send("cards", [(0, orjson.dumps(card(1)))])
    site.await_written()

    assert time.monotonic() - began < 1.0


@pytest.mark.parametrize("ledger", ["there", "away"])
def test_a_stop_takes_less_than_five_seconds(site: Site, sink: Program, ledger: str) -> None:
    run(sink)
    site.send("cards", [(0, orjson.dumps(card(0)))])
    site.await_written()
    if ledger == "away":
        site.store.stop()
        site.send("cards", [(0, orjson.dumps(card(1)))])
        until(lambda: "ledger away" in sink.log.read_text(), "the sink to miss its ledger")

    began = time.monotonic()
    sink.stop()

    assert time.monotonic() - began < 5.0
