"""Silence against a day loop: who talked when, on which calendar, and what excuses it."""

from collections.abc import Callable, Mapping
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mingjing.rules.calendar import Calendar, Overlay
from mingjing.rules.card import Card
from mingjing.rules.events import VOIDED, Fact
from mingjing.rules.pack import Pack
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.tally import subjects_of
from mingjing.rules.together import Together
from mingjing.rules.workdays import Workdays
from mingjing.rules.yaml_page import PackRefused
from mingjing.rules.zone import HOUR, Zone

SHANGHAI = Zone("Asia/Shanghai")
RULE = "  - {id: S, kind: silence, of: '*', by: agency, rhythm: RHYTHM, cards: {hint: silent}}\n"
Heard = Callable[..., list[Card]]


@pytest.fixture
def heard(book: Callable[..., Rulebook], told: Callable[..., Fact], at: Callable[[str], int]) -> Heard:
    """Return the last state of each card after events at these times, each a case of agency A, up to `now`."""

    def judge(rhythm: str, times: list[str], now: str, **ground: object) -> list[Card]:
        engine = Together(book(RULE.replace("RHYTHM", rhythm), **ground), now=0)
        for number, when in enumerate(times):
            engine.fold(f"a/{number}", told(when, "event", id=str(number), agency="A"), number)
        _advance(engine, at(now))
        return _last(engine)

    return judge


def _advance(engine: Together, now: int) -> None:
    while (wake := engine.next_wake) is not None and wake <= now:
        engine.advance(max(wake, engine.now + 1))
    engine.advance(now)


def _last(engine: Together) -> list[Card]:
    cards = {card.card_id: card for card in engine.take().cards}
    return [card for card in cards.values() if card.status != "withdrawn"]


def test_the_third_working_day_must_pass_and_a_holiday_is_none(heard: Heard) -> None:
    # 2 April 2026 is a Thursday, 清明 is off from the 4th to the 6th: the third working day is the 8th
    assert not heard("3wd", ["2026-04-02 10:30"], "2026-04-09 00:59")
    (card,) = heard("3wd", ["2026-04-02 10:30"], "2026-04-09 01:00")

    assert (card.case_key, card.status, card.violated_at) == ("across/S/A", "standing", "2026-04-09T00:00:00+08:00")


def test_who_is_heard_again_is_found_to_have_been_silent_until_then(heard: Heard) -> None:
    (card,) = heard("3wd", ["2026-04-02 10:30", "2026-04-13 09:40"], "2026-04-13 10:00")

    assert (card.status, card.cleared_at) == ("cleared", "2026-04-13T09:00:00+08:00")
    assert card.explain["sentences"]["zh"][-1] == "4 月 13 日 09:00 恢复。"


def test_hours_run_from_the_end_of_the_hour_that_was_heard(heard: Heard) -> None:
    assert not heard("4h", ["2026-04-02 10:01", "2026-04-02 14:59"], "2026-04-02 15:00")
    assert heard("4h", ["2026-04-02 10:59", "2026-04-02 16:00"], "2026-04-02 17:00")


def test_what_comes_late_says_that_nobody_was_silent(heard: Heard) -> None:
    assert not heard(
        "3wd", ["2026-04-02 10:30", "2026-04-14 10:00", "2026-04-08 10:00", "2026-04-10 10:00"], "2026-04-14 11:00"
    )


def test_each_gap_is_a_card_of_its_own(heard: Heard) -> None:
    cards = heard("1cd", ["2026-04-01 10:00", "2026-04-05 10:00", "2026-04-09 10:00"], "2026-04-10 00:00")

    assert [card.violated_at[:10] for card in cards] == ["2026-04-03", "2026-04-07"]


def test_an_agency_is_silent_on_its_own_calendar(heard: Heard, cn: Calendar) -> None:
    closed = Overlay(off={date(2026, 4, day): "停办" for day in (8, 9)})
    calendar = cn.laid_over({}, {"A": closed}, version="t")

    assert not heard("3wd", ["2026-04-02 10:30"], "2026-04-11 00:00", calendar=calendar)
    assert heard("3wd", ["2026-04-02 10:30"], "2026-04-14 02:00", calendar=calendar)


def test_a_declared_outage_is_given_back(heard: Heard, at: Callable[[str], int]) -> None:
    outages: Mapping[str, tuple[tuple[int, int], ...]] = {"A": ((at("2026-04-08 08:00"), at("2026-04-09 18:00")),)}

    assert not heard("3wd", ["2026-04-02 10:30"], "2026-04-11 00:00", outages=outages)
    (card,) = heard("3wd", ["2026-04-02 10:30"], "2026-04-14 02:00", outages=outages)
    assert card.explain["excused"] == 2


@pytest.mark.parametrize("heard_of", ["2026-04-02 12:00", "2026-04-07 23:00"])
def test_an_outage_counts_alike_whenever_it_was_heard_of_before_it_began(
    book: Callable[..., Rulebook], told: Callable[..., Fact], at: Callable[[str], int], heard_of: str
) -> None:
    rulebook = book(RULE.replace("RHYTHM", "3wd"))
    engine = Together(rulebook, now=0)
    engine.fold("a/1", told("2026-04-02 10:30", "event", id="1", agency="A"), 1)
    _advance(engine, at(heard_of))
    told_of = rulebook.excusing({"A": ((at("2026-04-08 08:00"), at("2026-04-09 18:00")),)})
    engine.cases.adopt(told_of)
    engine.subjects.adopt(subjects_of(told_of))

    _advance(engine, at("2026-04-11 00:00"))
    assert not _last(engine)
    _advance(engine, at("2026-04-14 02:00"))
    (card,) = _last(engine)
    assert (card.explain["excused"], card.violated_at[:10]) == (2, "2026-04-11")


def test_a_source_that_may_be_late_is_waited_for(heard: Heard) -> None:
    delays = {"urn:test": 24 * HOUR}

    assert not heard("3wd", ["2026-04-02 10:30"], "2026-04-10 00:59", delays=delays)
    (card,) = heard("3wd", ["2026-04-02 10:30"], "2026-04-10 01:00", delays=delays)
    assert card.violated_at[:10] == "2026-04-09"


def test_what_is_taken_back_was_heard_all_the_same(
    book: Callable[..., Rulebook], told: Callable[..., Fact], at: Callable[[str], int]
) -> None:
    engine = Together(book(RULE.replace("RHYTHM", "1cd")), now=0)
    engine.fold("a/1", told("2026-04-01 10:00", "event", id="1", agency="A"), 1)
    engine.fold("a/1", told("2026-04-01 11:00", VOIDED, id="2", corrects="1", agency="A"), 2)
    engine.advance(at("2026-04-02 12:00"))

    assert not _last(engine)


def test_each_agency_is_silent_for_itself(
    book: Callable[..., Rulebook], told: Callable[..., Fact], at: Callable[[str], int]
) -> None:
    engine = Together(book(RULE.replace("RHYTHM", "1cd")), now=0)
    for number, (when, agency) in enumerate(
        [("2026-04-01 10:00", "A"), ("2026-04-01 10:00", "B"), ("2026-04-02 10:00", "B")]
    ):
        engine.fold(f"a/{number}", told(when, "event", id=str(number), agency=agency), number)
    _advance(engine, at("2026-04-03 02:00"))

    assert [card.case_key for card in _last(engine)] == ["across/S/A"]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.integers(0, 40 * 24 - 1), min_size=1, max_size=12, unique=True),
    st.sampled_from(["wd", "cd"]),
    st.integers(1, 5),
)
def test_walking_day_by_day_finds_the_same_gaps(
    heard: Heard, cn: Calendar, hours: list[int], unit: str, rhythm: int
) -> None:
    begin = SHANGHAI.midnight(date(2026, 9, 21).toordinal())  # before 中秋 and 国庆
    times = [SHANGHAI.text(begin + hour * HOUR) for hour in sorted(hours)]
    found = heard(f"{rhythm}{unit}", times, "2026-12-01")

    days = [SHANGHAI.day(begin + hour * HOUR) for hour in sorted(hours)]
    by_hand = [
        silent
        for last, again in pairwise([*days, date(2026, 12, 1).toordinal()])
        if (silent := _silent_from(last, rhythm, unit, cn.workdays())) <= again
    ]
    assert sorted(date.fromisoformat(card.violated_at[:10]).toordinal() for card in found) == by_hand


def _silent_from(last: int, rhythm: int, unit: str, workdays: Workdays) -> int:
    """Walk on from the day last heard until `rhythm` counted days have passed; return the day after."""
    day, left = last, rhythm
    while left:
        day += 1
        left -= unit == "cd" or workdays.is_workday(date.fromordinal(day))
    return day + 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("RHYTHM", "30min"), "rhythm 30min is finer than the hour"),
        (("RHYTHM, ", "3wd, settle: 2wd, "), "settle 2wd is counted on the machine's clock"),
        (("rhythm: RHYTHM, ", ""), "give exactly one of `rhythm`"),
        (("RHYTHM, ", "3wd, per: year, "), "give exactly one of `rhythm`"),
        (("RHYTHM, ", "3wd, at_least: 2, "), "`at_least` counts what comes `per` period"),
        (("rhythm: RHYTHM", "per: quater"), "quarter"),
        (("by: agency, rhythm: RHYTHM", "by: case.owner, rhythm: 3wd"), "an event is heard for itself"),
    ],
)
def test_what_is_written_wrongly_is_refused(pack: Callable[[str], Pack], change: tuple[str, str], message: str) -> None:
    with pytest.raises(PackRefused) as refused:
        pack(RULE.replace(*change))

    assert message in str(refused.value)
