from collections.abc import Callable
from datetime import date

from mingjing.rules.calendar import Calendar, Year
from mingjing.rules.events import Fact
from mingjing.rules.replay import lines
from mingjing.rules.rulebook import Rulebook

Told = Callable[..., Fact]
Book = Callable[..., Rulebook]
At = Callable[[str], int]

RULES = """
  - {id: T, kind: time-limit, start: A, stop: S, limit: 3wd, cards: {warning: {at: 2wd before, id: T-w}, yellow: past}}
  - {id: D, kind: time-limit, start: D, due: data.due, stop: S, cards: {yellow: past}}
"""
START = "2026-03-06 10:00"


def test_a_line_is_a_card_with_all_that_proves_it(book: Book, told: Told, at: At) -> None:
    [line] = lines("N1", [told(START, "A")], book(RULES), at("2026-03-11"))

    explain = line.pop("explain")
    assert line == {
        "case": "N1",
        "rule": "T",
        "rung": "T-w",
        "occurrence": "-",
        "level": "warning",
        "status": "standing",
        "issue": "auto",
        "violated_at": "2026-03-10T00:00:00+08:00",
        "due_at": "2026-03-12T00:00:00+08:00",
        "evidence": [{"id": "A", "type": "A", "at": "2026-03-06T10:00:00+08:00"}],
    }
    assert (explain["limit"], explain["due_on"]) == ("3wd", "2026-03-11")
    assert explain["sentences"]["zh"]


def test_the_horizon_bounds_timers_and_every_row_is_a_fact(book: Book, told: Told, at: At) -> None:
    rules, horizon = book(RULES), at("2026-03-09")

    assert list(lines("N1", [told(START, "A")], rules, horizon)) == []
    late = list(lines("N1", [told(START, "A"), told("2026-03-20 10:00", "S")], rules, horizon))
    assert [each["level"] for each in late] == ["yellow"]


def test_a_rule_that_needs_a_year_nobody_filed_says_so_in_place_of_a_card(book: Book, told: Told, at: At) -> None:
    rules = book(RULES, calendar=Calendar("short", {2026: Year(status="official")}))
    [line] = lines("N1", [told("2026-12-30 10:00", "A")], rules, at("2026-12-31"))

    assert (line["status"], line["rule"], line["level"]) == ("parked", None, None)
    assert "no year 2027" in line["reason"]


def test_a_date_nobody_can_read_is_told_and_does_not_end_the_replay(book: Book, told: Told, at: At) -> None:
    [line] = lines("N1", [told(START, "D", data={"due": "n/a"})], book(RULES), at("2026-03-31"))

    assert (line["status"], line["rule"]) == ("unreadable", None)
    assert "'n/a' is neither a date nor an instant" in line["reason"]


def test_a_rule_that_cannot_be_judged_takes_nothing_from_the_others(book: Book, told: Told, at: At) -> None:
    facts = [told(START, "A"), told(START, "D", data={"due": "n/a"})]

    card, unjudged = lines("N1", facts, book(RULES), at("2026-03-31"))

    assert (card["rule"], card["level"]) == ("T", "yellow")
    assert (unjudged["rule"], unjudged["status"], unjudged["rules"]) == (None, "unreadable", ["D"])


def test_a_date_nobody_can_read_takes_nothing_from_other_starts_of_its_rule(book: Book, told: Told, at: At) -> None:
    start = "start: {event: D, which: each}"
    rules = book(f"  - {{id: D, kind: time-limit, {start}, due: data.due, done: data.done, cards: {{yellow: past}}}}\n")
    stated = [("n/a", "2026-03-09"), ("2026-03-08", "2026-03-09"), ("2026-03-08", "soon"), ("2026-03-08", "2026-03-08")]
    facts = [told(START, "D", id=f"{n}", data={"due": due, "done": done}) for n, (due, done) in enumerate(stated)]

    card, unjudged = lines("N1", facts, rules, at("2026-03-31"))

    assert (card["occurrence"], card["due_at"]) == ("urn:test|1", "2026-03-09T00:00:00+08:00")
    assert (unjudged["status"], unjudged["rules"]) == ("unreadable", ["D"])


def test_a_stop_in_a_year_that_no_calendar_holds_is_late_all_the_same(book: Book, told: Told, at: At) -> None:
    rules = book(RULES, calendar=Calendar("short", {2026: Year(status="official")}))

    [line] = lines("N1", [told(START, "A"), told("2031-01-02", "S")], rules, at("2031-01-03"))

    assert (line["rule"], line["level"], line["due_at"]) == ("T", "yellow", "2026-03-12T00:00:00+08:00")
    assert (line["explain"]["late"], line["explain"]["over"]) == (True, None)
    assert line["explain"]["sentences"]["zh"][-1].endswith("已过期限。")


def test_a_case_without_facts_has_no_lines(book: Book, at: At) -> None:
    assert list(lines("N1", [], book(RULES), at(START))) == []


def test_rows_may_come_in_any_order(book: Book, told: Told, at: At) -> None:
    facts = [told("2026-03-20 10:00", "S"), told(START, "A")]

    assert list(lines("N1", facts, book(RULES), at("2026-04-01"))) == list(
        lines("N1", facts[::-1], book(RULES), at("2026-04-01"))
    )


def test_a_calendar_of_one_year_is_enough_for_a_case_inside_it(book: Book, told: Told, at: At) -> None:
    calendar = Calendar("short", {2026: Year(status="official", holidays={date(2026, 3, 9): "假"})})
    [line] = lines("N1", [told(START, "A")], book(RULES, calendar=calendar), at("2026-03-13"))

    assert line["due_at"] == "2026-03-13T00:00:00+08:00"
