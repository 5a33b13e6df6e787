from collections.abc import Callable

import pytest

from mingjing.rules.pack import Pack
from mingjing.rules.yaml_page import PackRefused

Packs = Callable[[str], Pack]
At = Callable[[str], int]

RULE = "  - {id: T, kind: time-limit, start: A, stop: S, limit: 3wd, cards: {yellow: past}}\nexamples:\n"
FULL = """  - name: 一例
    item: {promised: 3wd, days: 3, spoken: true}
    outages: [{agency: G, from: 2026-03-07 22:00, to: 2026-03-08}, {agency: G, from: 2026-03-01, to: 2026-03-02}]
    story:
      - {at: 2026-03-06 10:00, event: A, id: a1, source: urn:x, sequence: -2, recorded: 2026-03-07,
         ingested: 2026-03-08, corrects: a0, agency: G, officer: o, data: {n: 3, s: '3'}, case: {k: v}}
      - {at: 2026-03-09T10:00:00Z, event: B}
    by: 2026-03-12
    expect: [{at: 2026-03-12, rule: T, level: yellow, status: cleared}]
    spares: [T]
"""


def test_a_story_is_read_as_facts_a_clock_and_what_must_come(pack: Packs, at: At) -> None:
    [example] = pack(RULE + FULL).examples
    first, second = example.facts

    assert (example.name, example.by, example.spares) == ("一例", at("2026-03-12"), ("T",))
    assert example.item == {"promised": "3wd", "days": 3, "spoken": True}
    assert example.outages == {
        "G": ((at("2026-03-01"), at("2026-03-02")), (at("2026-03-07 22:00"), at("2026-03-08"))),
    }
    assert (first.id, first.source, first.sequence, first.corrects) == ("a1", "urn:x", -2, "a0")
    assert (first.at, first.recorded_at, first.stamp) == (at("2026-03-06 10:00"), at("2026-03-07"), at("2026-03-08"))
    assert (first.agency, first.officer, first.data, first.case_data) == ("G", "o", {"n": 3, "s": "3"}, {"k": "v"})
    assert (second.id, second.source, second.stamp) == ("2", "example", at("2026-03-09 18:00"))
    assert [(each.at, each.rule, each.level, each.status) for each in example.expect] == [
        (at("2026-03-12"), "T", "yellow", "cleared")
    ]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("to: 2026-03-08}", "to: 2026-03-07 22:00}"), "an outage ends before it begins"),
        (("{agency: G, from: 2026-03-01,", "{from: 2026-03-01,"), "agency"),
        (("sequence: -2", "sequence: two"), "'two' is not a whole number"),
        (("at: 2026-03-06 10:00", "at: then"), "'then' is neither a date nor an instant"),
        (("ingested: 2026-03-08", "ingested: later"), "'later' is neither a date nor an instant"),
        (("    by: 2026-03-12\n", ""), "key 'by' is missing"),
        (("event: B", "evnt: B"), "key 'evnt' is not known here; did you mean 'event'?"),
        (("level: yellow", "level: amber"), "'amber' is not one of hint, warning, yellow, red"),
        (("status: cleared", "status: gone"), "'gone' is not one of standing, cleared, withdrawn"),
        (("spares: [T]", "spares: [TT]"), "rule 'TT' is not in this pack; did you mean 'T'?"),
        (("rule: T", "rule: U"), "rule 'U' is not in this pack"),
    ],
)
def test_a_fault_in_a_story_is_told(pack: Packs, change: tuple[str, str], message: str) -> None:
    with pytest.raises(PackRefused) as caught:
        pack(RULE + FULL.replace(*change))
    assert message in str(caught.value)
    assert all(fault.line > 4 for fault in caught.value.faults)


def test_a_field_that_no_event_of_the_type_has_is_refused_in_a_story(pack: Packs) -> None:
    rule = "{id: C, kind: condition, at: case.accepted, when: 'data.channel == \"own\"', cards: {yellow: broken}}"
    story = "{at: 2026-03-06 10:00, event: case.accepted, data: {chanel: own}}"
    text = f"pack: p\nversion: 1\nvocabulary: approval\nrules:\n  - {rule}\nexamples:\n"

    with pytest.raises(PackRefused, match="has no 'chanel'; did you mean 'channel'"):
        pack(f"{text}  - {{name: 一, story: [{story}], by: 2026-03-20, spares: [C]}}\n")
