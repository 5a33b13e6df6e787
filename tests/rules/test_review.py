"""The ribbon by console/README §5: the start is not counted, each counted day bears its number, days off bear none."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from mingjing.rules.calendar import Calendar, Year
from mingjing.rules.events import Fact
from mingjing.rules.review import review
from mingjing.rules.rulebook import Rulebook

Told = Callable[..., Fact]
Book = Callable[..., Rulebook]
At = Callable[[str], int]
Reviewed = Callable[..., dict[str, Any]]

RULES = """
pack: p
version: 1
vocabulary: approval
rules:
  - {id: T, title: 办结时限, kind: time-limit, start: case.accepted, stop: case.decided, limit: promised,
     pause: [special-procedure], extend: [extension],
     cards: {warning: 2wd before, yellow: past promised, red: past statutory}}
"""
START = "2026-09-30 17:00"


@pytest.fixture
def reviewed(book: Book, told: Told, at: At) -> Reviewed:
    """Return the review of a case accepted on 2026-09-30 with 5 working days promised and 10 by statute."""

    def make(*facts: Fact, now: str, unit: str = "wd", **more: Any) -> dict[str, Any]:
        rules = book(RULES, {"promised": f"5{unit}", "statutory": f"10{unit}"}, **more)
        return review("c", [told(START, "case.accepted", item="item-1"), *facts], rules, at(now))

    return make


def _days(clock: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {day["date"][5:]: day for day in clock["ribbon"]}


def test_the_national_holiday_is_not_counted_and_the_saturday_worked_instead_is(reviewed: Reviewed) -> None:
    days = _days(reviewed(now="2026-10-09 12:00")["clocks"][0])

    assert [days[f"10-0{n}"]["counted"] for n in range(1, 8)] == [False] * 7
    assert {days[f"10-0{n}"]["name"] for n in range(1, 8)} == {"国庆节"}
    assert (days["10-10"]["counted"], days["10-10"]["kind"], days["10-10"]["n"]) == (True, "makeup", 3)
    assert (days["10-11"]["kind"], days["10-11"]["n"]) == ("weekend", None)


def test_five_working_days_from_the_last_of_september_end_on_the_thirteenth(reviewed: Reviewed) -> None:
    clock = reviewed(now="2026-10-09 12:00")["clocks"][0]

    assert (clock["due_on"], clock["due_at"]) == ("2026-10-13", "2026-10-14T00:00:00+08:00")
    assert _days(clock)["10-13"]["n"] == 5


def test_the_day_of_the_start_is_marked_and_not_counted(reviewed: Reviewed) -> None:
    first = reviewed(now="2026-10-09 12:00")["clocks"][0]["ribbon"][0]

    assert (first["date"], first["start"], first["counted"], first["n"]) == ("2026-09-30", True, False, None)


def test_a_ribbon_ends_with_the_first_working_day_after_its_last_limit(reviewed: Reviewed) -> None:
    clocks = reviewed(now="2026-10-09 12:00")["clocks"]

    assert clocks[1]["due_on"] == "2026-10-20"
    assert [clock["ribbon"][-1]["date"] for clock in clocks] == ["2026-10-21", "2026-10-21"]


def test_a_ribbon_ends_with_the_working_day_after_now_where_that_is_later(reviewed: Reviewed) -> None:
    assert reviewed(now="2026-10-30 12:00")["clocks"][0]["ribbon"][-1]["date"] == "2026-11-02"


def test_every_day_stands_once_and_none_is_missing(reviewed: Reviewed, at: At) -> None:
    ribbon = reviewed(now="2026-10-30 12:00")["clocks"][0]["ribbon"]
    noons = [at(f"{day['date']} 00:00") for day in ribbon]

    assert {later - sooner for sooner, later in pairwise(noons)} == {86_400_000_000}


def test_days_past_a_limit_lie_in_its_zone(reviewed: Reviewed) -> None:
    days = _days(reviewed(now="2026-10-22 12:00")["clocks"][0])

    zones = {date: days[date]["zone"] for date in ("10-13", "10-14", "10-20", "10-21")}
    assert zones == {"10-13": "in", "10-14": "past_promised", "10-20": "past_promised", "10-21": "past_statutory"}


def test_a_special_procedure_bears_its_reason_and_beyond_its_days_the_count_goes_on(
    reviewed: Reviewed, told: Told
) -> None:
    stop = told("2026-10-09 10:00", "clock.suspended", data={"days": 2, "reason": "专家评审"})
    clock = reviewed(stop, now="2026-10-14 12:00")["clocks"][0]
    days = _days(clock)

    assert [(days[date]["paused"], days[date]["n"]) for date in ("10-09", "10-10", "10-12", "10-13")] == [
        (None, 2),
        ("专家评审", None),
        ("专家评审", None),
        (None, 3),
    ]
    assert [days[date]["over_cap"] for date in ("10-12", "10-13", "10-14")] == [False, True, True]
    assert (clock["due_on"], days["10-15"]["n"]) == ("2026-10-15", 5)


def test_a_special_procedure_ended_in_its_days_is_never_over_them(reviewed: Reviewed, told: Told) -> None:
    facts = [
        told("2026-10-09 10:00", "clock.suspended", data={"days": 5}),
        told("2026-10-10 16:00", "clock.resumed"),
    ]
    clock = reviewed(*facts, now="2026-10-12 12:00")["clocks"][0]

    assert not any(day["over_cap"] for day in clock["ribbon"])
    assert (clock["due_on"], clock["pauses"][0]["reason"]) == ("2026-10-14", "特别程序")


@pytest.mark.parametrize(
    ("now", "used", "left", "state"),
    [
        ("2026-09-30 18:00", 0, 5, "running"),
        ("2026-10-08 00:00", 1, 4, "running"),
        ("2026-10-11 12:00", 3, 2, "running"),
        ("2026-10-13 23:59", 5, 0, "running"),
        ("2026-10-14 00:00", 6, -1, "past"),
        ("2026-10-18 12:00", 8, -3, "past"),
    ],
)
def test_days_used_and_left_are_those_of_the_ribbon(
    reviewed: Reviewed, now: str, used: int, left: int, state: str
) -> None:
    clock = reviewed(now=now)["clocks"][0]

    assert (clock["days_used"], clock["days_left"], clock["state"]) == (used, left, state)


def test_while_the_clock_stands_no_day_is_used_and_none_is_known_to_be_left(reviewed: Reviewed, told: Told) -> None:
    stop = told("2026-10-09 10:00", "clock.suspended")
    clock = reviewed(stop, now="2026-10-20 12:00")["clocks"][0]

    assert (clock["days_used"], clock["days_left"], clock["state"], clock["due_on"]) == (2, None, "paused", None)


def test_a_finished_clock_stays_as_it_was_when_it_finished(reviewed: Reviewed, told: Told) -> None:
    done = told("2026-10-12 10:00", "case.decided")
    clock = reviewed(done, now="2026-12-01 12:00")["clocks"][0]

    assert (clock["state"], clock["days_used"], clock["days_left"]) == ("stopped", 4, 1)
    assert clock["finish_at"] == "2026-10-12T10:00:00+08:00"


def test_an_extension_shows_on_the_statutory_clock_alone(reviewed: Reviewed, told: Told) -> None:
    longer = told("2026-10-12 10:00", "case.extended", data={"days": 10})
    promised, statutory = reviewed(longer, now="2026-10-13 12:00")["clocks"]

    assert (promised["extensions"], promised["due_on"]) == ([], "2026-10-13")
    assert statutory["extensions"] == [{"at": "2026-10-12T10:00:00+08:00", "by": "10wd"}]
    assert statutory["due_on"] == "2026-11-03"


def test_days_of_the_calendar_are_all_counted(reviewed: Reviewed) -> None:
    clock = reviewed(now="2026-10-03 12:00", unit="cd")["clocks"][0]

    assert [day["n"] for day in clock["ribbon"][:5]] == [None, 1, 2, 3, 4]
    assert clock["due_on"] == "2026-10-08"  # day 5, rolled out of the holiday


def test_a_ribbon_stops_where_the_calendar_does_and_the_review_says_why(reviewed: Reviewed, told: Told) -> None:
    del told
    found = reviewed(now="2026-10-09 12:00", calendar=Calendar("short", {2026: Year(status="official")}))
    assert found["calendar_missing"] is None

    beyond = reviewed(now="2027-02-01 12:00", calendar=Calendar("short", {2026: Year(status="official")}))
    assert beyond["clocks"][0]["ribbon"] == []


def test_findings_come_with_their_digest_and_sentences(reviewed: Reviewed) -> None:
    [finding] = reviewed(now="2026-10-14 12:00")["findings"]

    assert (finding["level"], finding["status"], len(finding["digest"])) == ("yellow", "standing", 32)
    assert finding["explain"]["sentences"]["zh"]


def test_the_clock_of_a_member_says_whose_it_is(book: Book, told: Told, at: At) -> None:
    rules = book(
        """
        pack: p
        version: 1
        vocabulary: approval
        rules:
          - {id: M, kind: time-limit, start: {event: joint.dispatched, which: each}, stop: joint.opined,
             key: data.member, limit: data.days, unit: wd, cards: {yellow: past}}
        """
    )
    asked = [
        told(f"2026-03-06 09:0{n}", "joint.dispatched", id=f"e{n}", data={"member": f"m{n}", "days": 3}) for n in (1, 2)
    ]

    clocks = review("c", asked, rules, at("2026-03-09 12:00"))["clocks"]

    assert [each["key"] for each in clocks] == ["m1", "m2"]


def test_a_clock_that_is_the_whole_cases_is_nobodys(reviewed: Reviewed) -> None:
    assert {each["key"] for each in reviewed(now="2026-10-09 12:00")["clocks"]} == {None}


def test_a_case_without_facts_has_nothing_to_show(book: Book, at: At) -> None:
    found = review("c", [], book(RULES), at(START))

    assert (found["state"], found["clocks"], found["findings"]) == (None, [], [])


def test_the_clocks_of_a_case_deemed_accepted_run_from_its_application(book: Book, told: Told, at: At) -> None:
    law = RULES.replace("start: case.accepted", "start: [case.accepted, case.deemed_accepted]")
    rules = book(law, {"kind": "licence", "promised": "5wd", "statutory": "10wd"})
    # 9-01 + 5 working days: 2, 3, 4, 7, 8. From the 9th on the law takes it for accepted on the 1st.
    applied = told("2026-09-01 10:00", "case.applied", item="item-1")

    before, after = (review("c", [applied], rules, at(now)) for now in ("2026-09-08 23:59", "2026-09-09 00:00"))

    assert (before["state"], before["clocks"]) == ("applied", [])
    assert after["state"] == "accepted"
    assert {(each["clock"], each["start_at"][:16], each["due_on"]) for each in after["clocks"]} == {
        ("promised", "2026-09-01T10:00", "2026-09-08"),
        ("statutory", "2026-09-01T10:00", "2026-09-15"),
    }


@pytest.mark.parametrize(
    ("events", "state"),
    [
        ([], "accepted"),
        (["clock.suspended"], "suspended"),
        (["clock.suspended", "clock.resumed"], "accepted"),
        (["clock.resumed"], "accepted"),
        (["case.decided"], "decided"),
        (["case.decided", "case.delivered"], "delivered"),
        (["case.abandoned"], "abandoned"),
    ],
)
def test_a_case_is_in_the_state_its_last_event_of_state_put_it_in(
    reviewed: Reviewed, told: Told, events: list[str], state: str
) -> None:
    facts = [told(f"2026-10-09 1{n}:00", event) for n, event in enumerate(events)]

    assert reviewed(*facts, now="2026-10-10 12:00")["state"] == state
