"""A subject that hears more than it can keep: its cards are those of one that forgets nothing."""

from collections.abc import Callable

import pytest

from mingjing.rules.cases import MOST_FACTS
from mingjing.rules.engine import Engine
from mingjing.rules.events import Fact
from mingjing.rules.forgetting import MANY, settled_by
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.tally import Tally, subjects_of
from mingjing.rules.zone import DAY, HOUR

At = Callable[[str], int]
DAYS = 84
BURST = "  - {id: F, kind: frequency, of: done, by: officer, at_least: 20, within: 10min, cards: {hint: reached}}\n"
THREES = BURST.replace("at_least: 20, within: 10min", "at_least: 3, within: 30cd, anew: true")
SILENT = "  - {id: F, kind: silence, of: '*', by: agency, rhythm: 3h, cards: {hint: silent}}\n"
MONTHLY = SILENT.replace("rhythm: 3h", "per: month, at_least: 180")


@pytest.fixture
def tallies(book: Callable[..., Rulebook], at: At) -> Callable[[str, list[int]], tuple[Rulebook, list[Tally]]]:
    """Return a rulebook and what it tells of events so many minutes after a beginning."""

    def make(rule: str, minutes: list[int]) -> tuple[Rulebook, list[Tally]]:
        rulebook = book(rule)
        engine = Engine(rulebook, now=0)
        begin = at("2026-01-05 00:00")
        for number, minute in enumerate(minutes):
            when = begin + minute * HOUR // 60
            fact = Fact(id=str(number), source="s", type="done", at=when, stamp=when, agency="A", officer="o")
            engine.fold(f"a/{number}", fact, number)
        return rulebook, engine.take(1).tallies

    return make


def folded(rulebook: Rulebook, told: list[Tally]) -> tuple[Engine, dict[str, str]]:
    """Return the engine of the subjects after all was told in its time, and what it said last of each card."""
    engine = Engine(subjects_of(rulebook), now=0)
    said = {}
    for offset, tally in enumerate(told):
        while (wake := engine.next_wake) is not None and wake <= tally.fact.stamp:
            engine.advance(max(wake, engine.now + 1))
        engine.advance(tally.fact.stamp)
        engine.fold(tally.case_key, tally.fact, offset)
        said |= {card.occurrence: card.digest for card in engine.take(1).cards}
    return engine, said


def bursts() -> list[int]:
    """Return minutes in which an operator does a case, four a day, and every tenth day twenty-five at once."""
    quiet = [day * 1440 + hour * 60 for day in range(DAYS) for hour in (8, 11, 13, 16)]
    return sorted(quiet + [day * 1440 + 605 for day in range(0, DAYS, 10) for _ in range(25)])


@pytest.mark.parametrize("rule", [BURST, THREES, SILENT, MONTHLY])
def test_what_is_forgotten_changes_no_card(
    tallies: Callable[..., tuple[Rulebook, list[Tally]]], monkeypatch: pytest.MonkeyPatch, rule: str
) -> None:
    rulebook, told = tallies(rule, bursts())
    engine, said = folded(rulebook, told)
    (forgetful,) = engine.cases.values()
    monkeypatch.setattr("mingjing.rules.forgetting.MANY", 1_000_000)
    monkeypatch.setattr("mingjing.rules.folding.MOST_FACTS", 1_000_000)
    whole, all_said = folded(rulebook, told)
    (complete,) = whole.cases.values()

    assert said == all_said
    assert len(forgetful.facts) < len(complete.facts)


def test_what_was_held_up_by_an_outage_may_still_come(book: Callable[..., Rulebook], at: At) -> None:
    down = {"A": ((at("2026-01-10 00:00"), at("2026-01-20 00:00")),)}
    plain, delayed = book(BURST), book(BURST, outages=down, delays={"s": DAY})

    assert settled_by(plain, at("2026-01-21 00:00")) == at("2026-01-18 00:00")
    assert settled_by(delayed, at("2026-01-21 00:00")) == at("2026-01-07 00:00")  # a day since, three before
    assert settled_by(delayed, at("2026-01-30 00:00")) == at("2026-01-26 00:00")


def test_a_subject_heard_every_hour_stays_within_its_bound(
    tallies: Callable[..., tuple[Rulebook, list[Tally]]],
) -> None:
    rulebook, told = tallies(SILENT, [hour * 60 for hour in range(MOST_FACTS + 1)])
    engine, _ = folded(rulebook, told)
    (case,) = engine.cases.values()

    assert len(case.facts) <= 2 * MANY
    assert engine.parked == {}


def test_a_subject_with_few_facts_keeps_them_for_ever(tallies: Callable[..., tuple[Rulebook, list[Tally]]]) -> None:
    rulebook, told = tallies(BURST, [day * 1440 for day in range(MANY)])
    engine, _ = folded(rulebook, told)
    (case,) = engine.cases.values()

    assert len(case.facts) == MANY


def test_one_whose_window_alone_is_too_much_is_told_and_judged_no_more(
    tallies: Callable[..., tuple[Rulebook, list[Tally]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mingjing.rules.folding.MOST_FACTS", 400)
    rule = BURST.replace("within: 10min", "within: 90cd").replace("at_least: 20", "at_least: 9999")
    rulebook, told = tallies(rule, list(range(401)))
    engine, _ = folded(rulebook, told)

    assert "case_too_long" in engine.parked["across/F/o"]


def test_a_late_event_within_what_is_kept_still_counts(tallies: Callable[..., tuple[Rulebook, list[Tally]]]) -> None:
    rulebook, told = tallies(BURST, [*bursts(), *((DAYS - 1) * 1440 + 600 for _ in range(20))])
    late = [tally for tally in told if tally.fact.at == told[-1].fact.at]
    engine, said = folded(rulebook, told[: -len(late)])
    for offset, tally in enumerate(late):
        engine.fold(tally.case_key, tally.fact, 100_000 + offset)

    assert {card.occurrence for card in engine.take(1).cards} - set(said)
    assert engine.now - late[0].fact.at < DAY


@pytest.mark.parametrize("minutes", [[0, 60, 120], bursts()])
def test_a_subject_that_was_away_says_what_one_that_never_left_says(
    tallies: Callable[..., tuple[Rulebook, list[Tally]]], minutes: list[int]
) -> None:
    year = 365 * 24 * 60
    rulebook, told = tallies(THREES, [*minutes, *(minutes[-1] + year + each for each in (0, 60, 120))])
    stayed, _ = folded(rulebook, told[:-3])
    left, _ = folded(rulebook, told[:-3])
    subject, later = told[0].case_key, told[-3].fact.stamp
    for engine in (stayed, left):
        engine.advance(later - HOUR)
        engine.take(1)
        engine.changed()
    assert [stub.case_key for stub in left.retire(left.now, 30 * DAY)] == [subject]
    left.recall(subject, [tally.fact for tally in told[:-3]])
    said = []
    for engine in (stayed, left):
        engine.advance(later)
        for offset, tally in enumerate(told[-3:], len(told)):
            engine.fold(subject, tally.fact, offset)
        said.append([(card.occurrence, card.status, card.digest) for card in engine.take(1).cards])

    assert said[0] == said[1] != []
    assert len(left.cases[subject].facts) <= len(stayed.cases[subject].facts)
