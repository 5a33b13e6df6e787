import pytest

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
