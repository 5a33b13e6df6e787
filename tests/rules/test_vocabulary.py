import pytest

from mingjing.rules.calendar import Calendar
from mingjing.rules.engine import Engine
from mingjing.rules.event_type import attributes_of
from mingjing.rules.events import Fact
from mingjing.rules.pack import parse_pack
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.term import Term
from mingjing.rules.vocabulary import CLOCKS, OPEN_VOCABULARY, parse_vocabulary
from mingjing.rules.yaml_page import PackRefused

GOOD = """
vocabulary: v
title: 词表
types:
  a: {title: 甲, state: accepted, fields: {x: {title: 项, type: text}}}
  b: {title: 乙}
pauses:
  p: {begin: a, end: [b], cap: data.days, moves: [promised]}
  q: {begin: a, end: b}
extensions:
  e: {event: b, by: 10wd}
"""


def test_a_vocabulary_declares_types_pauses_and_extensions() -> None:
    found = parse_vocabulary(GOOD, "v.yaml")

    assert (found.title_of("a"), found.title_of("z")) == ("甲", "z")
    assert (found.types["a"].state, found.types["a"].fields["x"]["title"]) == ("accepted", "项")
    assert (found.pauses["p"].cap, found.pauses["p"].moves) == ("data.days", ("promised",))
    assert (found.pauses["q"].cap, found.pauses["q"].moves) == (None, CLOCKS)
    assert (found.extensions["e"].by, found.extensions["e"].moves) == (Term(10, "wd"), ("statutory", "limit"))


def test_a_closed_vocabulary_knows_its_events_and_any_and_an_open_one_all() -> None:
    found = parse_vocabulary(GOOD, "v.yaml")

    assert [found.unknown(event) is None for event in ("a", "*", "c")] == [True, True, False]
    assert OPEN_VOCABULARY.unknown("whatever") is None


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("begin: a, end: [b]", "begin: aa, end: [b]"), "p names event 'aa', which is not declared; did you mean 'a'?"),
        (("event: b, by", "event: c, by"), "e names event 'c', which is not declared"),
        (("by: 10wd", "by: ten"), "'ten' is not a term"),
        (("cap: data.days", "cap: days"), "'days' is not a term"),
        (("moves: [promised]", "moves: [promise]"), "'promise' is not one of promised, statutory, limit"),
        (("state: accepted", "state: accept"), "'accept' is not one of applied, accepted"),
        (("title: 甲, ", ""), "key 'title' is missing"),
        (("end: [b], ", ""), "key 'end' is missing"),
        (("a: {title: 甲,", "a: {title: 甲, case: [y],"), "'y' is not one of its fields"),
        (("type: text}", "type: text, persnal: true}"), "key 'persnal' is not known here; did you mean 'personal'?"),
        (("type: text}", "type: texte}"), "'texte' is not one of text, texts, integer"),
        (("type: text}", "type: text, personal: perhaps}"), "'perhaps' is not one of true, false"),
        (("title: 项, type: text", "title: 项"), "key 'type' is missing"),
        (("by: 10wd", "by: 10wd, where: data.days > '1'"), "data of b has no 'days'"),
        (("by: 10wd", "by: 10wd, cap: 10wd, otherwise: 5wd"), "`otherwise` is a term that stands in for a path"),
        (("by: 10wd", "by: 10wd, cap: much"), "'much' is not a term"),
        (("begin: a, end: [b]", "begin: {event: a, where: data.y == 1}, end: [b]"), "data of a has no 'y'"),
        (("vocabulary: v", "vocabulari: v"), "key 'vocabulari' is not known here; did you mean 'vocabulary'?"),
    ],
)
def test_a_fault_in_a_vocabulary_is_told(change: tuple[str, str], message: str) -> None:
    with pytest.raises(PackRefused) as caught:
        parse_vocabulary(GOOD.replace(*change), "v.yaml")
    assert message in str(caught.value)


@pytest.mark.parametrize("text", ["", "[]", "vocabulary: v\n", "\x00"])
def test_whatever_is_no_vocabulary_is_refused_and_never_worse(text: str) -> None:
    with pytest.raises(PackRefused):
        parse_vocabulary(text, "v.yaml")


def test_extensions_and_pauses_may_ask_more_of_their_events() -> None:
    text = GOOD.replace("by: 10wd", "by: 10wd, cap: item.extension, otherwise: 15wd, where: 'event.post == \"x\"'")
    found = parse_vocabulary(text.replace("end: b}", "end: {event: b, where: has(event.officer)}}"), "v.yaml")
    extension = found.extensions["e"]

    assert (extension.cap, extension.otherwise, extension.where) == (
        "item.extension",
        Term(15, "wd"),
        'event.post == "x"',
    )
    assert (found.pauses["q"].end, found.pauses["q"].end_where) == (frozenset("b"), "has(event.officer)")


def test_a_field_may_become_an_attribute_of_the_case() -> None:
    types = parse_vocabulary(GOOD.replace("state: accepted,", "state: accepted, case: x,"), "v.yaml").types
    facts = [
        Fact(id=str(at), source="s", type=name, at=at, stamp=at, data=data, case_data=case)
        for at, (name, data, case) in enumerate(
            [("a", {"x": "1"}, {}), ("b", {"x": "2"}, {"k": "v"}), ("a", {"x": ""}, {"k": ""})]
        )
    ]

    assert attributes_of(facts, types) == {"x": "1", "k": "v"}


def test_a_declared_attribute_decides_what_lies_in_scope_whenever_it_is_told(cn: Calendar) -> None:
    known = parse_vocabulary(GOOD.replace("state: accepted,", "state: accepted, case: x,"), "v.yaml")
    rule = "{id: R, kind: separation, step: b, at_least: 2, scope: {case.x: big}, cards: {yellow: broken}}"
    pack = parse_pack(f"pack: p\nversion: 1\nvocabulary: v\nrules:\n  - {rule}\n", "p.yaml", {"v": known})
    small, big = (
        Fact(id=x, source="s", type="a", at=at, stamp=2, data={"x": x}) for at, x in enumerate(("small", "big"))
    )
    act = Fact(id="b", source="s", type="b", at=2, stamp=2, officer="o")
    for facts, found in (((small, act), []), ((big, act), ["R"]), ((act, big), ["R"]), ((act, big, small), ["R"])):
        engine = Engine(Rulebook([pack], cn), now=2)
        for fact in facts:
            engine.fold("c", fact, 0)
        assert [card.rule for card in engine.take(1).cards] == found
