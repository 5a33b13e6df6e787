"""What a card says of itself, recounted day by day from its own words: the same due day, instant and level.

Nothing is asked but `explain`: start, limit, extensions, the days not counted and why, the day the end rolled from.
The story the card was drawn on says only which of these words are true.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import given, settings

from mingjing.rules.card import Finding
from mingjing.rules.events import micros
from mingjing.rules.replay import judge_case

from .test_counting_by_hand import FAR, Story, _facts, _rulebook, midnight, stories

DAY = timedelta(days=1)


def drawn(story: Story) -> Iterator[Finding]:
    """Yield the card that the story draws, if it draws one."""
    yield from (finding for _, finding in judge_case("c", _facts(story), _rulebook(story), micros(FAR)))


def day_of(text: str) -> date:
    return datetime.fromisoformat(text).date()


def left_out(explain: Mapping[str, Any]) -> dict[date, str]:
    """Return the days that the card says are not counted, each with its reason."""
    days: dict[date, str] = {}
    for run in explain["excluded"]:
        day, last = date.fromisoformat(run["from"]), date.fromisoformat(run["to"])
        while day <= last:
            days[day] = run["why"]
            day += DAY
    return days


def allowed(explain: Mapping[str, Any]) -> int:
    """Return the days that the card says were allowed, extensions among them."""
    terms = [explain["limit"], *(each["by"] for each in explain["extensions"])]
    return sum(int(term.removesuffix(explain["unit"])) for term in terms)


def counted(explain: Mapping[str, Any], last: date) -> int:
    """Return how many days after the start and up to `last` are counted, by the card's own words."""
    begin, free = day_of(explain["start_at"]), left_out(explain)
    return sum(begin + DAY * n not in free for n in range(1, (last - begin).days + 1))


@settings(max_examples=100, deadline=None)
@given(stories())
def test_the_days_of_a_card_counted_on_fingers_come_to_its_due_day(story: Story) -> None:
    for finding in drawn(story):
        told = finding.explain
        last, due = date.fromisoformat(told["rolled_from"] or told["due_on"]), date.fromisoformat(told["due_on"])
        why = left_out(told).get(last)

        assert counted(told, last) == allowed(told)
        assert why is None or why in {each["name"] for each in told["pauses"]}  # given back by a stop begun that day
        assert datetime.fromisoformat(told["due_at"]) == midnight(due + DAY)


@settings(max_examples=100, deadline=None)
@given(stories())
def test_a_card_is_yellow_or_red_from_the_instant_its_own_clock_was_due(story: Story) -> None:
    for finding in drawn(story):
        told = finding.explain
        due = micros(datetime.fromisoformat(told["due_at"]))
        clock = {"warning": "promised", "yellow": "promised", "red": "statutory"}[finding.level]

        assert told["clock"] == clock
        assert told["limit"] == f"{getattr(story, clock)}{story.unit}"
        assert finding.violated_at < due if finding.level == "warning" else finding.violated_at == due
        assert told["late"] == (story.done is not None and micros(story.done) >= due)


@settings(max_examples=100, deadline=None)
@given(stories())
def test_every_day_left_out_was_off_or_lies_in_a_stop_that_is_named(story: Story) -> None:
    for finding in drawn(story):
        told = finding.explain
        stood = [(day_of(each["begin_at"]), each) for each in told["pauses"]]
        for day, why in left_out(told).items():
            off = story.unit == "wd" and day in story.off
            ends = [(begin, each["resumed_at"] or each["end_at"]) for begin, each in stood if each["name"] == why]

            assert off or any(
                begin < day and (end is None or midnight(day) < datetime.fromisoformat(end)) for begin, end in ends
            ), (day, why)


@settings(max_examples=60, deadline=None)
@given(stories())
def test_an_end_rolls_over_days_off_alone_and_stops_at_the_first_that_is_none(story: Story) -> None:
    for finding in drawn(story):
        told = finding.explain
        last, due = date.fromisoformat(told["rolled_from"] or told["due_on"]), date.fromisoformat(told["due_on"])

        assert not (story.roll and due in story.off)
        assert all(last + DAY * n in story.off for n in range((due - last).days))
