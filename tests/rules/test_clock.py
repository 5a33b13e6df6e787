"""Each date is counted by hand on March 2026: the 2nd is a Monday, no holiday falls in the month."""

from collections.abc import Callable
from datetime import date

import pytest

from mingjing.rules.calendar import Calendar
from mingjing.rules.clock import fixed, run
from mingjing.rules.events import Fact, instant
from mingjing.rules.meter import Meter
from mingjing.rules.stretch import Extension, Pause, Run
from mingjing.rules.zone import Zone

SHANGHAI = Zone("Asia/Shanghai")
Told = Callable[..., Fact]
Runs = Callable[..., Run]


@pytest.fixture(scope="module")
def runs(cn: Calendar, told: Told) -> Runs:
    """Return the course of a clock from a start, a limit, and pauses and extensions as texts."""

    def make(
        start: str,
        amount: int,
        pauses: tuple[tuple[str, str | None, int | None], ...] = (),
        extensions: tuple[tuple[str, int], ...] = (),
        unit: str = "wd",
    ) -> Run:
        return run(
            Meter(SHANGHAI, cn.workdays(), unit, "end-of-day", roll=False),
            told(start, "start"),
            amount,
            [Pause(told(begin, "b"), told(end, "e") if end else None, cap, "停表") for begin, end, cap in pauses],
            [Extension(told(when, "x"), by) for when, by in extensions],
        )

    return make


def _due(course: Run) -> str | None:
    due = course.stretches[-1].due
    return str(date.fromordinal(due.on)) if due else None


def _begins(course: Run) -> list[str]:
    return [instant(each.begins).astimezone(SHANGHAI.info).strftime("%m-%d %H:%M") for each in course.stretches]


def test_a_clock_that_nothing_moves_is_one_stretch(runs: Runs) -> None:
    course = runs("2026-03-02 10:00", 5)

    assert (_due(course), _begins(course)) == ("2026-03-09", ["03-02 10:00"])


def test_the_day_a_pause_begins_is_charged_and_the_day_it_ends_is_given_back(runs: Runs) -> None:
    course = runs("2026-03-02 10:00", 5, (("2026-03-04 09:00", "2026-03-06 16:00", None),))

    assert _due(course) == "2026-03-11"  # 3, 4, (5, 6), 9, 10, 11
    assert _begins(course) == ["03-02 10:00", "03-04 09:00", "03-06 16:00"]


def test_while_a_pause_is_open_there_is_no_deadline(runs: Runs) -> None:
    assert _due(runs("2026-03-02 10:00", 5, (("2026-03-04 09:00", None, None),))) is None


def test_a_pause_within_one_day_gives_nothing_back(runs: Runs) -> None:
    assert _due(runs("2026-03-02 10:00", 5, (("2026-03-04 09:00", "2026-03-04 17:00", None),))) == "2026-03-09"


def test_only_counted_days_of_a_pause_are_given_back(runs: Runs) -> None:
    assert _due(runs("2026-03-02 10:00", 5, (("2026-03-06 09:00", "2026-03-08 16:00", None),))) == "2026-03-09"


def test_beyond_the_notified_days_the_clock_resumes_by_itself(runs: Runs) -> None:
    course = runs("2026-03-02 10:00", 5, (("2026-03-04 09:00", "2026-03-20 16:00", 2),))

    assert (_due(course), _begins(course)[-1]) == ("2026-03-11", "03-07 00:00")


def test_an_open_pause_ends_with_its_notified_days(runs: Runs) -> None:
    assert _due(runs("2026-03-02 10:00", 5, (("2026-03-04 09:00", None, 2),))) == "2026-03-11"


def test_a_pause_that_ends_within_its_notified_days_ends_when_it_ends(runs: Runs) -> None:
    course = runs("2026-03-02 10:00", 5, (("2026-03-04 09:00", "2026-03-06 16:00", 10),))

    assert _begins(course)[-1] == "03-06 16:00"


def test_a_pause_of_no_notified_days_gives_nothing_back(runs: Runs) -> None:
    assert _due(runs("2026-03-02 10:00", 5, (("2026-03-04 09:00", None, 0),))) == "2026-03-09"


def test_the_notified_days_of_a_limit_of_hours_are_hours(runs: Runs) -> None:
    course = runs("2026-03-02 10:00", 10, (("2026-03-02 12:00", None, 3),), unit="h")

    assert _begins(course) == ["03-02 10:00", "03-02 12:00", "03-02 15:00"]
    assert course.stretches[-1].due is not None
    assert _begins(course)[-1] == "03-02 15:00"
    assert instant(course.stretches[-1].due.past).astimezone(SHANGHAI.info).strftime("%H:%M") == "23:00"


def test_overlapping_pauses_are_united(runs: Runs) -> None:
    both = (("2026-03-04 09:00", "2026-03-09 16:00", None), ("2026-03-05 09:00", "2026-03-11 16:00", None))

    assert _due(runs("2026-03-02 10:00", 5, both)) == "2026-03-16"  # (4th, 11th] is five days


def test_a_pause_inside_another_gives_nothing_more_back(runs: Runs) -> None:
    both = (("2026-03-04 09:00", "2026-03-11 16:00", None), ("2026-03-05 09:00", "2026-03-09 16:00", None))

    assert _due(runs("2026-03-02 10:00", 5, both)) == "2026-03-16"


def test_pauses_are_taken_in_the_order_of_their_beginning(runs: Runs) -> None:
    both = (("2026-03-05 09:00", "2026-03-11 16:00", None), ("2026-03-04 09:00", "2026-03-09 16:00", None))

    assert _due(runs("2026-03-02 10:00", 5, both)) == "2026-03-16"


def test_two_pauses_apart_are_both_given_back(runs: Runs) -> None:
    both = (("2026-03-03 09:00", "2026-03-04 16:00", None), ("2026-03-05 09:00", "2026-03-06 16:00", None))

    assert _due(runs("2026-03-02 10:00", 5, both)) == "2026-03-11"


def test_a_pause_begun_after_the_deadline_pauses_nothing(runs: Runs) -> None:
    course = runs("2026-03-02 10:00", 5, (("2026-03-10 00:00", None, None),))

    assert (_due(course), course.pauses) == ("2026-03-09", [])


def test_a_pause_begun_in_the_last_microsecond_of_the_due_day_counts(runs: Runs) -> None:
    course = runs("2026-03-02 10:00", 5, (("2026-03-09 23:59:59.999999", "2026-03-11 16:00", None),))

    assert _due(course) == "2026-03-11"


def test_a_pause_counts_by_the_deadline_as_already_moved(runs: Runs) -> None:
    both = (("2026-03-04 09:00", "2026-03-06 16:00", None), ("2026-03-10 09:00", "2026-03-12 16:00", None))

    assert _due(runs("2026-03-02 10:00", 5, both)) == "2026-03-13"  # the second begins after 03-09, before 03-11


def test_what_begins_during_a_pause_counts_though_the_first_deadline_is_long_over(runs: Runs) -> None:
    both = (("2026-03-04 09:00", "2026-03-20 16:00", None), ("2026-03-19 09:00", "2026-03-25 16:00", None))

    assert _due(runs("2026-03-02 10:00", 5, both)) == "2026-03-30"  # 26, 27, 30 are days 3 to 5


def test_of_a_pause_begun_before_the_start_only_the_rest_is_given_back(runs: Runs) -> None:
    assert _due(runs("2026-03-04 10:00", 5, (("2026-03-02 09:00", "2026-03-06 16:00", None),))) == "2026-03-13"


def test_notified_days_run_from_the_beginning_of_the_pause_though_the_clock_starts_later(runs: Runs) -> None:
    assert _due(runs("2026-03-04 10:00", 5, (("2026-03-02 09:00", None, 3),))) == "2026-03-12"  # (4th, 5th]


def test_a_pause_over_before_the_start_gives_nothing_back(runs: Runs) -> None:
    gone = (("2026-03-02 09:00", "2026-03-03 16:00", None), ("2026-03-02 09:00", None, 1))
    course = runs("2026-03-04 10:00", 5, gone)

    assert (_due(course), len(course.stretches)) == ("2026-03-11", 1)


def test_an_extension_moves_the_deadline_from_the_day_it_is_approved(runs: Runs) -> None:
    course = runs("2026-03-02 10:00", 5, (), (("2026-03-09 23:00", 3),))

    assert (_due(course), _begins(course)) == ("2026-03-12", ["03-02 10:00", "03-09 23:00"])


def test_an_extension_after_the_deadline_moves_nothing(runs: Runs) -> None:
    course = runs("2026-03-02 10:00", 5, (), (("2026-03-10 00:00", 3),))

    assert (_due(course), course.extensions) == ("2026-03-09", [])


def test_an_extension_is_given_before_pauses_and_pauses_on_top(runs: Runs) -> None:
    course = runs("2026-03-02 10:00", 5, (("2026-03-11 09:00", "2026-03-13 16:00", None),), (("2026-03-09 09:00", 3),))

    assert _due(course) == "2026-03-16"  # 03-12, then two days


def test_an_extension_during_a_pause_is_felt_when_the_clock_goes_on(runs: Runs) -> None:
    course = runs("2026-03-02 10:00", 5, (("2026-03-04 09:00", "2026-03-06 16:00", None),), (("2026-03-05 09:00", 3),))

    assert _due(course) == "2026-03-16"


def test_days_of_the_calendar_are_given_back_as_such(runs: Runs) -> None:
    assert (
        _due(runs("2026-03-02 10:00", 5, (("2026-03-04 09:00", "2026-03-09 16:00", None),), unit="cd")) == "2026-03-12"
    )


def test_months_are_given_back_in_days(runs: Runs) -> None:
    assert _due(runs("2026-03-02 10:00", 1, (("2026-03-04 09:00", None, 10),), unit="mo")) == "2026-04-12"


def test_the_stretch_at_an_instant_is_the_one_that_held_then(runs: Runs, at: Callable[[str], int]) -> None:
    course = runs("2026-03-02 10:00", 5, (("2026-03-04 09:00", "2026-03-06 16:00", None),))
    instants = ("2026-03-01 00:00", "2026-03-04 08:59", "2026-03-04 09:00", "2026-03-06 15:59", "2026-03-06 16:00")

    places = [course.stretches.index(course.at(at(text))) for text in instants]

    assert places == [0, 0, 1, 1, 2]


def test_a_stated_end_may_lie_before_the_first_fact(told: Told, cn: Calendar, at: Callable[[str], int]) -> None:
    meter = Meter(SHANGHAI, cn.workdays(), "cd", "end-of-day", roll=False)
    course = fixed(told("2026-03-10 10:00", "start"), meter.due_at(at("2026-03-02"), whole_day=True))

    assert course.stretches[0].begins == at("2026-03-03 00:00")
