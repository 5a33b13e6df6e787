"""A condition asked of an event: what it reads, when it may answer, what it tells."""

from collections.abc import Callable

import pytest

from mingjing.rules.card import Finding
from mingjing.rules.engine import Engine
from mingjing.rules.events import Fact
from mingjing.rules.explain import sentences
from mingjing.rules.kinds.condition import MOST_BOUND
from mingjing.rules.pack import Pack
from mingjing.rules.replay import judge_case
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.yaml_page import PackRefused

Told = Callable[..., Fact]
Book = Callable[..., Rulebook]
Judged = Callable[..., list[Finding]]
At = Callable[[str], int]

NOON = "2026-03-06 12:00"  # a Friday
TARIFF = """
table: tariff
title: 收费目录
version: 2026.1
columns: {code: {title: 编码, type: text}, price: {title: 标准, type: number}}
rows:
  - {code: F01, price: 0.70, valid_to: 2026-03-06}
  - {code: F01, price: 0.80, valid_from: 2026-03-07}
"""
OFF_LIST = "!table.tariff.exists(t, t.code == data.code)"


def _rule(when: str, at: str = "A", **more: str) -> str:
    terms = "".join(f", {key}: {value}" for key, value in more.items())
    return f'  - {{id: C, kind: condition, at: {at}, when: "{when}"{terms}, cards: {{red: broken}}}}\n'


def test_a_fee_off_the_list_is_found_at_its_event(book: Book, told: Told, judged: Judged, at: At) -> None:
    rules = book(_rule(OFF_LIST), tables=[TARIFF])
    (found,) = judged(rules, [told(NOON, "A", data={"code": "F99"}), told(NOON, "A", id="2", data={"code": "F01"})])

    assert (found.occurrence, found.violated_at, found.due_at) == ("urn:test|A", at(NOON), None)
    assert found.explain == {
        "kind": "condition",
        "when": "!table.tariff.exists(t, t.code == data.code)",
        "event": "A",
        "at": "2026-03-06T12:00:00+08:00",
        "read": {"data.code": "F99"},
        "withheld": [],
        "bound": {},
        "cut": {},
        "tables": ["tariff@2026.1"],
        "absent": [],
    }


@pytest.mark.parametrize(("when", "amount", "found"), [(NOON, 2.1, 0), (NOON, 2.11, 1), ("2026-03-07 00:00", 2.1, 1)])
def test_a_row_is_that_of_the_day_and_its_numbers_are_exact(
    book: Book, told: Told, judged: Judged, when: str, amount: float, found: int
) -> None:
    price = "table.tariff.exists(t, t.code == data.code && t.price * data.n != data.amount)"
    rules = book(_rule(price), tables=[TARIFF])

    assert len(judged(rules, [told(when, "A", data={"code": "F01", "n": 3, "amount": amount})])) == found


def test_what_is_absent_draws_no_card(book: Book, told: Told, judged: Judged) -> None:
    assert judged(book(_rule(OFF_LIST), tables=[TARIFF]), [told(NOON, "A", data={"code": ""})]) == []


def test_what_was_lacking_beside_the_answer_is_told(book: Book, told: Told, judged: Judged) -> None:
    (found,) = judged(book(_rule("data.a > 1 || data.b == 2")), [told(NOON, "A", data={"b": 2})])

    assert (found.explain["absent"], found.explain["read"]) == (["data.a"], {"data.b": 2})


def test_it_reads_what_came_before_it_in_the_total_order(book: Book, told: Told, judged: Judged) -> None:
    rules = book(_rule("size(paid) == 2 && !paid.exists(p, p.data.n == 4)", **{"with": "{paid: P}"}))
    paid = [told("2026-03-05 09:00", "P", id="1", data={"n": 1}), told(NOON, "P", id="2", sequence=-1, data={"n": 2})]
    after = [told(NOON, "P", id="3", sequence=1, data={"n": 4}), told("2026-03-07 09:00", "P", id="4")]
    (found,) = judged(rules, [*paid, told(NOON, "A"), *after])

    assert found.explain["bound"] == {"paid": 2}
    assert judged(rules, [paid[0], told(NOON, "A"), *after]) == []


def test_it_binds_the_nearest_facts_and_tells_of_more(book: Book, told: Told, judged: Judged) -> None:
    many = [told("2026-03-05 09:00", "P", id=str(n), sequence=n, data={"n": n}) for n in range(MOST_BOUND + 2)]
    rules = book(_rule("paid[0].data.n == 2", **{"with": "{paid: P}"}))
    (found,) = judged(rules, [*many, told(NOON, "A")])

    assert (found.explain["bound"], found.explain["cut"]) == ({"paid": MOST_BOUND}, {"paid": MOST_BOUND + 2})


@pytest.mark.parametrize(
    ("answered", "now", "found"),
    [
        (None, "2026-03-11 23:59", 0),
        (None, "2026-03-12 00:00", 1),
        ("2026-03-11 23:59", "2026-04-01", 0),
        ("2026-03-12 00:00", "2026-04-01", 1),
    ],
)
def test_what_must_come_after_has_its_time(
    book: Book, told: Told, judged: Judged, at: At, answered: str | None, now: str, found: int
) -> None:
    rules = book(_rule("size(answer) == 0", after="{answer: B}", within="3wd"))
    facts = [told(NOON, "A"), *([told(answered, "B")] if answered else [])]
    findings = judged(rules, facts, now=now)

    assert [(each.violated_at, each.due_at) for each in findings] == [(at("2026-03-12 00:00"),) * 2] * found


def test_a_source_that_may_be_late_is_given_its_time(book: Book, told: Told, judged: Judged) -> None:
    rules = book(_rule("size(answer) == 0", after="{answer: B}", within="3wd"), delays={"urn:test": 86_400_000_000})

    assert judged(rules, [told(NOON, "A")], now="2026-03-12 23:59") == []
    assert len(judged(rules, [told(NOON, "A")], now="2026-03-13 00:00")) == 1


def test_settling_waits_for_what_is_on_its_way(book: Book, told: Told, judged: Judged, at: At) -> None:
    rules = book(_rule("size(before) == 0", **{"with": "{before: B}", "settle": "1h"}))
    step = told(NOON, "A", stamp="2026-03-06 12:10")

    assert judged(rules, [step], now="2026-03-06 13:09") == []
    (found,) = judged(rules, [step], now="2026-03-06 13:10")
    assert found.violated_at == at(NOON)


def test_it_reads_the_item_and_the_case_as_it_was_then(book: Book, told: Told, judged: Judged) -> None:
    rules = book(_rule("item.kind == 'licence' && case.grade == 'urgent'"), item={"kind": "licence"})
    first, then = (
        told(NOON, "A", case_data={"grade": "urgent"}),
        told("2026-03-07 12:00", "B", case_data={"grade": "x"}),
    )

    assert len(judged(rules, [first, then])) == 1
    assert judged(rules, [told("2026-03-05 12:00", "B", case_data={"grade": "x"}), told(NOON, "A")]) == []


@pytest.mark.parametrize(("which", "found"), [("each", ["1", "2"]), ("first", ["1"]), ("last", ["2"])])
def test_which_event_is_asked_is_the_rules_choice(
    book: Book, told: Told, judged: Judged, which: str, found: list[str]
) -> None:
    rules = book(_rule("true", at=f"{{event: A, which: {which}}}"))
    facts = [told(NOON, "A", id="1"), told("2026-03-07 12:00", "A", id="2")]

    assert [each.evidence[0].id for each in judged(rules, facts)] == found


def test_it_is_told_in_sentences_and_a_personal_field_is_withheld(book: Book, told: Told, at: At) -> None:
    when = "data.approver == 'x' && data.days > 10"
    rules = book(
        "pack: p\nversion: 1\nvocabulary: approval\nrules:\n"
        + _rule(when, at="case.extended").replace("id: C", "id: C, title: 超期延长")
    )
    facts = [told(NOON, "case.extended", data={"approver": "x", "days": 12})]
    ((rule, found),) = judge_case("c/1", facts, rules, at(NOON))

    assert (found.explain["read"], found.explain["withheld"]) == ({"data.days": 12}, ["data.approver"])
    assert sentences(rule, found)["zh"] == [
        "3 月 6 日 12:00“批准延长期限”。",
        "当时记载：延长天数为 12。",
        "认定：超期延长。",
    ]


def test_who_and_where_of_an_event_is_told_in_words(book: Book, told: Told, at: At) -> None:
    rules = book("pack: p\nversion: 1\nvocabulary: approval\nrules:\n" + _rule("event.post == 'b'", at="case.decided"))
    ((rule, found),) = judge_case("c/1", [told(NOON, "case.decided", post="b")], rules, at(NOON))

    assert sentences(rule, found)["zh"][1] == "当时记载：岗位为 b。"


@pytest.mark.parametrize(
    ("terms", "told"),
    [
        ({"when": "\"data.days > '10'\""}, "5:78 rule C: a number is neither less nor more than a text"),
        ({"when": '"data.dys > 10"'}, "5:78 rule C: data of case.extended has no 'dys'; did you mean 'days'?"),
        ({"when": "item.promissed == 'x'"}, "5:77 rule C: item has no 'promissed'; did you mean 'promised'?"),
        ({"when": "'table.tariff.exists(t, true)'"}, "5:78 rule C: table has no 'tariff'"),
        ({"when": "true", "after": "{b: case.decided}"}, "must say how long to wait"),
        ({"when": "true", "within": "3wd"}, "there is no `after`"),
        ({"when": "true", "settle": "3wd"}, "settle 3wd is counted on the machine's clock"),
        ({"when": "true", "with": "{data: case.decided}"}, "'data' cannot name facts"),
        ({"when": "true", "with": "{b: case.decidd}"}, "did you mean 'case.decided'?"),
        ({"when": "'b.exists(x, x.data.reslt == data.reason)'", "with": "{b: case.decided}"}, "did you mean 'result'?"),
        (
            {"when": "true", "with": "{b: case.decided}", "after": "{b: case.decided}", "settle": "1h"},
            "bound by `with`",
        ),
        ({"when": "true", "with": "{a: '*', b: '*', c: '*', d: '*', e: '*', f: '*', g: '*'}"}, "at most 6 names"),
        ({}, "key 'when' is missing"),
    ],
)
def test_a_fault_is_told_with_its_place(pack: Callable[..., Pack], terms: dict[str, str], told: str) -> None:
    written = "".join(f", {key}: {value}" for key, value in terms.items())
    rule = f"  - {{id: C, kind: condition, at: case.extended, cards: {{red: broken}}{written}}}\n"
    with pytest.raises(PackRefused) as caught:
        pack("pack: p\nversion: 1\nvocabulary: approval\nrules:\n" + rule)

    faults = [f"{each.line}:{each.column} {each.message}" for each in caught.value.faults]
    assert any(told in each for each in faults), faults


def test_what_is_told_of_the_case_late_changes_what_was_found(book: Book, told: Told) -> None:
    engine = Engine(book(_rule("case.kind == 'x'")), now=0)
    engine.fold("c", told(NOON, "A"), 0)
    assert engine.take(1).cards == []
    engine.fold("c", told("2026-03-06 11:00", "Z", case_data={"kind": "x"}), 1)

    assert [card.rule for card in engine.take(1).cards] == ["C"]
