"""Every measure counted into cells is the measure asked of the tables directly, and counting keeps nobody waiting."""

import threading
from typing import Any

import pytest

from mingjing.services.ledger import Scope
from mingjing.services.ledger.connection import MODERN, Connection
from mingjing.services.ledger.port import Ledger
from mingjing.services.reports import cells
from mingjing.services.reports.cells import Wanted
from mingjing.services.reports.indicators import Measure, shipped
from mingjing.services.reports.opening import behind_all_else
from mingjing.services.reports.sources import AS_SHOWN
from mingjing.services.settings import Settings

from .test_report_cells import MARCH, ZONE, Rows, cards, cases

__all__ = ["cards", "cases"]

BEGIN, END = MARCH.bounds(ZONE)
TABLES = {"cases": "case_figures FINAL", "cards": AS_SHOWN.format(begin=BEGIN, end=END)}


def direct(connection: Connection, measure: Measure) -> dict[tuple[str, ...], int]:
    """Return the measure by agency as one plain question of its table."""
    if measure.stock:
        edge = BEGIN if measure.stock == "begin" else END
        held = f"accepted_ms > 0 AND accepted_ms < {edge} AND (ended_ms = 0 OR ended_ms >= {edge})"
    else:
        held = f"{measure.at} >= {BEGIN} AND {measure.at} < {END}"
    status = " AND status != 'withdrawn'" if measure.source == "cards" else ""
    total = f"toInt64(sum({measure.sum}))" if measure.sum else "toInt64(count())"
    rows = connection.rows(
        f"SELECT agency, {total} AS total FROM {TABLES[measure.source]} "  # noqa: S608  # our own words
        f"WHERE {held} AND ({measure.where}){status} GROUP BY agency"
    )
    return {(agency,): total for agency, total in rows if total}


def test_every_measure_in_cells_is_the_measure_asked_directly(connection: Connection, cases: Rows, cards: Rows) -> None:
    assert cases
    assert cards
    build = cells.count(connection, MARCH, shipped(), ZONE)
    found: dict[tuple[str, ...], Any] = cells.totals(
        connection, Scope.everything(), Wanted(), {build.month: build.build}, shipped(), by=("agency",)
    )

    plain = {name: each for name, each in shipped().measures.items() if each.source in TABLES and not each.bucket}
    for name, measure in plain.items():
        counted = {key: sums[name][""] for key, sums in found.items() if sums.get(name, {}).get("")}
        assert counted == direct(connection, measure), name
    assert sum(bool(direct(connection, each)) for each in plain.values()) > 15  # it compares something


def test_a_count_takes_the_threads_and_the_place_it_is_given(settings: Settings) -> None:
    counting = Connection(settings, limits=behind_all_else(settings))
    listing = Connection(settings)
    spilled = dict.fromkeys(("max_bytes_before_external_group_by", "max_bytes_before_external_sort"), "1000000000")
    older = {"priority": "10", "max_threads": "1"} | spilled
    known = older | {"os_thread_priority": "10", "max_insert_threads": "1"}

    def given(connection: Connection) -> dict[str, str]:
        wanted = "SELECT name, value FROM system.settings WHERE name IN %(names)s"
        return dict(connection.rows(wanted, {"names": tuple(known)}))

    assert given(counting) == (known if counting.version >= MODERN else older)
    assert given(listing)["priority"] == "1"
    assert given(listing).get("os_thread_priority", "0") == "0"
    for each in (counting, listing):
        each.close()


@pytest.mark.usefixtures("cards")
def test_a_list_is_answered_while_a_heavy_question_is_still_being_worked_on(settings: Settings, ledger: Ledger) -> None:
    heavy = Connection(settings, answer_within_s=600, limits=behind_all_else(settings))
    begun, answer = threading.Event(), []

    def ask() -> None:
        heavy.rows("SELECT 1")
        begun.set()
        answer.append(heavy.rows("SELECT sum(cityHash64(number, number + 1)) FROM numbers(200000000)"))

    thread = threading.Thread(target=ask)
    thread.start()
    begun.wait()

    page = ledger.cards(Scope.everything(), limit=50)
    still_working = thread.is_alive() and not answer
    thread.join()
    heavy.close()

    assert len(page.items) == 50
    assert still_working
