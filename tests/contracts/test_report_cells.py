"""A month counted into cells, against the same month counted in Python and by the plain query."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mingjing.services.archive.event_writer import EventWriter
from mingjing.services.ledger import Scope
from mingjing.services.ledger.connection import Connection
from mingjing.services.reports import cells
from mingjing.services.reports.cells import Wanted
from mingjing.services.reports.indicators import shipped
from mingjing.services.reports.period import Month
from mingjing.services.sink.source import Record
from mingjing.services.sink.writers import LedgerWriter

ZONE = ZoneInfo("Asia/Shanghai")
MARCH = Month(2026, 3)
BEGIN = datetime(2026, 3, 1, tzinfo=ZONE)
END = datetime(2026, 4, 1, tzinfo=ZONE)
AGENCIES = {"A": "330106001001", "B": "330203000000", "C": "340100000000"}

Make = Callable[..., dict[str, Any]]
Send = Callable[..., Record]
Rows = list[dict[str, Any]]


def sometime(dice: random.Random) -> datetime:
    return BEGIN + timedelta(minutes=dice.randrange(-20 * 1440, 50 * 1440))


def made_case(case: Make, number: int, dice: random.Random, ver: tuple[int, int, int]) -> dict[str, Any]:
    agency = dice.choice(list(AGENCIES))
    accepted = sometime(dice)
    decided = accepted + timedelta(days=dice.randrange(0, 30)) if dice.random() < 0.7 else None
    used = dice.randrange(0, 25)
    due = (accepted + timedelta(days=14)).isoformat()
    types = {"case.accepted": 1, "case.applied": 1} | ({"case.supp_noticed": n} if (n := dice.randrange(3)) else {})
    return case(
        f"n{number}",
        ver,
        agency=agency,
        region=AGENCIES[agency],
        item=dice.choice(["I1", "I2"]),
        state="decided" if decided else "accepted",
        applied_at=(accepted - timedelta(hours=3)).isoformat(),
        accepted_at=accepted.isoformat(),
        decided_at=decided.isoformat() if decided else None,
        figures={
            "kind": "licence",
            "post": dice.choice(["审查", "窗口"]),
            "window": dice.choice(["1", "2"]),
            "channel": dice.choice(["online", "window"]),
            "ended_at": decided.isoformat() if decided else None,
            "types": types,
            "promised": {"unit": "wd", "days": 10, "due_at": due} | ({"used": used} if decided else {}),
            "statutory": {"unit": "wd", "days": 20, "due_at": due} | ({"used": used} if decided else {}),
        },
    )


@pytest.fixture
def cases(sink: LedgerWriter, record: Send, case: Make) -> Rows:
    """Write 300 cases, each three times over with other figures every time, and return them as they stand."""
    dice = random.Random(5)  # noqa: S311  # seeded dice, not secrets
    lives = [[made_case(case, n, dice, (n, 1, life)) for n in range(300)] for life in (1, 2, 3)]
    for life in lives:
        sink.write([record("case-facts", each) for each in life])
    sink.write([record("case-facts", each) for each in lives[2]])
    return lives[2]


@pytest.fixture
def cards(sink: LedgerWriter, record: Send, card: Make) -> Rows:
    dice = random.Random(6)  # noqa: S311  # seeded dice, not secrets
    made = []
    for n in range(120):
        agency = dice.choice(list(AGENCIES))
        made.append(
            card(
                f"c{n}",
                (n, 1, 1),
                agency=agency,
                region=AGENCIES[agency],
                level=dice.choice(["hint", "warning", "yellow", "red"]),
                status=dice.choice(["standing", "cleared", "withdrawn"]),
                rule=dice.choice(["TL-04", "NTC-01"]),
                post=dice.choice(["审查", "窗口"]),
                explain={"post": "别的岗位"},
                violated_at=sometime(dice).isoformat(),
            )
        )
    sink.write([record("cards", each) for each in made])
    return made


def added(connection: Connection, *by: str, scope: Scope | None = None, **wanted: str) -> dict[tuple[str, ...], Any]:
    build = cells.count(connection, MARCH, shipped(), ZONE)
    return cells.totals(
        connection, scope or Scope.everything(), Wanted(**wanted), {build.month: build.build}, shipped(), by=by
    )


def within(instant: str | None) -> bool:
    return instant is not None and BEGIN <= datetime.fromisoformat(instant) < END


def test_every_case_is_counted_once_however_often_it_was_written(connection: Connection, cases: Rows) -> None:
    decided = [each for each in cases if within(each["decided_at"])]
    kept = [each for each in decided if each["decided_at"] < each["figures"]["promised"]["due_at"]]

    found = added(connection)[()]

    assert found["decided"][""] == len(decided)
    assert found["accepted"][""] == sum(within(each["accepted_at"]) for each in cases)
    assert found["kept_promised"][""] == len(kept)
    assert found["days_used"][""] == sum(each["figures"]["statutory"]["used"] for each in decided)


@pytest.mark.parametrize("grain", ["item", "post", "window"])
def test_the_cells_add_up_to_the_plain_query(connection: Connection, cases: Rows, grain: str) -> None:
    assert cases
    begin, end = MARCH.bounds(ZONE)
    plain = connection.rows(
        f"SELECT agency, region, {grain}, countIf(decided_ms < promised_due_ms), sum(statutory_used) "  # noqa: S608
        "FROM case_figures FINAL WHERE decided_ms >= %(begin)s AND decided_ms < %(end)s "
        f"GROUP BY agency, region, {grain}",
        {"begin": begin, "end": end},
    )

    found = added(connection, "agency", "region", grain)

    def value(group: tuple[str, ...], measure: str) -> int:
        return int(found.get(group, {}).get(measure, {}).get("", 0))

    for *group, kept, used in plain:
        assert (value(tuple(group), "kept_promised"), value(tuple(group), "days_used")) == (kept, used)
    assert sum(row[4] for row in plain) == sum(value(group, "days_used") for group in found)


def test_every_grain_adds_up_to_the_whole(connection: Connection, cases: Rows) -> None:
    assert cases
    whole = added(connection)[()]

    for grain in ("item", "post", "window"):
        parts = added(connection, grain)
        assert sum(each.get("decided", {}).get("", 0) for each in parts.values()) == whole["decided"][""]


def test_a_report_is_cut_to_an_item_and_had_by_agency(connection: Connection, cases: Rows) -> None:
    found = added(connection, "agency", item="I1")

    for (agency,), sums in found.items():
        mine = [each for each in cases if (each["agency"], each["item"]) == (agency, "I1")]
        assert sums.get("decided", {}).get("", 0) == sum(within(each["decided_at"]) for each in mine)


def test_nothing_is_had_by_one_grain_within_another(connection: Connection, cases: Rows) -> None:
    assert cases
    assert added(connection, "post", item="I1") == {}
    with pytest.raises(ValueError, match="一次只能选一个"):
        Wanted(item="I1", post="审查")


def test_a_stock_is_what_is_open_at_the_edge_of_the_month(connection: Connection, cases: Rows) -> None:
    def opened(edge: datetime) -> int:
        return sum(
            datetime.fromisoformat(each["accepted_at"]) < edge
            and (each["decided_at"] is None or datetime.fromisoformat(each["decided_at"]) >= edge)
            for each in cases
        )

    found = added(connection)[()]

    assert (found["carried_in"][""], found["carried_out"][""]) == (opened(BEGIN), opened(END))
    assert found["carried_in"][""] + found["taken_in"][""] == found["closed"][""] + found["carried_out"][""]


def test_over_several_months_flows_are_summed_and_stocks_are_those_of_the_edges(
    connection: Connection, cases: Rows
) -> None:
    assert cases
    months = [MARCH, MARCH.later(1)]
    builds = {each.number: cells.count(connection, each, shipped(), ZONE).build for each in months}

    def sums(chosen: dict[int, int]) -> Any:
        return cells.totals(connection, Scope.everything(), Wanted(), chosen, shipped())[()]

    single = [sums({each.number: builds[each.number]}) for each in months]
    together = sums(builds)

    assert together["decided"][""] == sum(each.get("decided", {}).get("", 0) for each in single)
    assert together["carried_in"] == single[0]["carried_in"]
    assert together["carried_out"] == single[-1]["carried_out"]


@pytest.mark.parametrize(
    ("wanted", "agencies"),
    [({"region": "33"}, {"A", "B"}), ({"agency": "C"}, {"C"}), ({"region": "330106000000"}, {"A"})],
)
def test_a_report_is_cut_to_a_region_or_an_agency(
    connection: Connection, cases: Rows, wanted: dict[str, str], agencies: set[str]
) -> None:
    found = added(connection, **wanted)[()]

    assert found["decided"][""] == sum(within(each["decided_at"]) and each["agency"] in agencies for each in cases)


def test_nobody_sees_cells_outside_of_their_scope(connection: Connection, cases: Rows) -> None:
    assert cases
    assert {key for (key,) in added(connection, "agency", scope=Scope.of_region("3402", "3302"))} == {"B"}


@pytest.mark.parametrize(("tier", "length"), [("省", 2), ("市", 4), ("县", 6), ("镇", 9), ("村", 12)])
def test_figures_are_had_by_each_tier_of_regions(connection: Connection, cases: Rows, tier: str, length: int) -> None:
    found = added(connection, tier)

    for (prefix,), sums in found.items():
        mine = [each for each in cases if each["region"][:length] == prefix and within(each["accepted_at"])]
        assert sums.get("accepted", {}).get("", 0) == len(mine)


def test_cards_that_were_withdrawn_are_not_counted(connection: Connection, cards: Rows) -> None:
    held = [each for each in cards if each["status"] != "withdrawn" and within(each["violated_at"])]

    found = added(connection)[()]

    assert found["yellows"][""] == sum(each["level"] == "yellow" for each in held)
    assert found["cards_by_rule"]["NTC-01/red"] == sum(
        (each["rule"], each["level"]) == ("NTC-01", "red") for each in held
    )


def test_cards_are_had_by_the_post_they_name(connection: Connection, cards: Rows) -> None:
    held = [each for each in cards if each["status"] != "withdrawn" and within(each["violated_at"])]

    found = added(connection, "post")

    for post in ("审查", "窗口"):
        mine = sum(each["post"] == post and each["level"] == "red" for each in held)
        assert found[(post,)]["reds"][""] == mine


def test_an_event_that_was_sent_twice_is_reported_once(connection: Connection, record: Send) -> None:
    def sent(ident: str, time: str, ingested: str) -> Record:
        event = {"id": ident, "source": "urn:a", "type": "case.accepted", "subject": "s", "time": time, "agency": "A"}
        return record("case-events", event | {"ingestedtime": ingested})

    EventWriter(connection).write(
        [
            sent("1", "2026-03-05T10:00:00+08:00", "2026-03-05T10:00:01+08:00"),
            sent("1", "2026-03-05T10:00:00+08:00", "2026-03-09T10:00:01+08:00"),
            sent("2", "2026-03-05T10:00:00+08:00", "2026-03-07T10:00:01+08:00"),
            sent("3", "2026-04-05T10:00:00+08:00", "2026-04-05T10:00:01+08:00"),
        ]
    )

    found = added(connection)[()]

    assert (found["events"][""], found["events_timely"][""]) == (2, 1)


def test_a_count_that_broke_off_is_never_read(connection: Connection, cases: Rows) -> None:
    assert cases
    build = cells.count(connection, MARCH, shipped(), ZONE)
    connection.insert(
        "report_cells",
        ("month", "build", "measure", "bucket", "agency", "value"),
        [(202603, build.build + 1, "decided", "", "A", 1000)],
    )

    assert cells.newest(connection, [MARCH], shipped())[202603] == build


def test_a_build_of_other_definitions_is_not_read(connection: Connection) -> None:
    cells.count(connection, MARCH, shipped(), ZONE)
    other = type(shipped())({**shipped().measures, "more": shipped().measures["decided"]}, [])

    assert cells.newest(connection, [MARCH], other) == {}
