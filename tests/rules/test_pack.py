from collections.abc import Callable

import pytest

from mingjing.rules.card import Finding
from mingjing.rules.events import Fact
from mingjing.rules.pack import Pack, parse_pack, rule_summary
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.vocabulary import Vocabulary
from mingjing.rules.yaml_page import PackRefused

Packs = Callable[[str], Pack]

GOOD = "{id: R, kind: time-limit, start: A, stop: S, limit: 3wd, cards: {yellow: past}}"


def _faults(make: Packs, text: str) -> list[str]:
    with pytest.raises(PackRefused) as caught:
        make(text)
    return [each.message for each in caught.value.faults]


def test_a_pack_says_its_name_version_zone_and_vocabulary(pack: Packs, approval: Vocabulary) -> None:
    text = f"pack: p\ntitle: 规则\nversion: 2026.10\nzone: Europe/Rome\nvocabulary: approval\nrules:\n  - {GOOD}\n"
    found = pack(text.replace("start: A", "start: case.accepted").replace("stop: S", "stop: case.decided"))

    assert (found.name, found.title, found.version, found.zone.name) == ("p", "规则", "2026.10", "Europe/Rome")
    assert found.vocabulary is approval


def test_without_a_vocabulary_any_event_may_be_named_and_the_zone_is_shanghai(pack: Packs) -> None:
    found = pack(f"  - {GOOD}\n")

    assert (found.vocabulary.name, found.zone.name) == ("open", "Asia/Shanghai")


def test_a_rung_has_the_id_of_its_rule_unless_it_has_one(pack: Packs) -> None:
    found = pack(f"  - {GOOD.replace('{yellow: past}', '{red: past by 1wd, yellow: {at: past, id: R-y}}')}\n")

    assert [(rung.level, rung.id) for rung in found.rules[0].rungs] == [("yellow", "R-y"), ("red", "R")]


def test_a_rule_is_summed_up_for_a_reader(pack: Packs) -> None:
    found = pack(f"  - {GOOD.replace('id: R', 'id: R, title: 时限, basis: [法], issue: confirm')}\n")

    assert rule_summary(found.rules[0]) == {
        "id": "R",
        "title": "时限",
        "kind": "time-limit",
        "basis": ["法"],
        "levels": ["yellow"],
        "rungs": [{"level": "yellow", "id": "R"}],
        "issue": "confirm",
        "pack": "test",
    }


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("kind: time-limit", "kind: time-limits"), "'time-limits' is not one of time-limit, waiting-period"),
        (("stop: S, ", ""), "give `stop` (an event that ends the clock) or `done`"),
        (("limit: 3wd", "limit: 3d"), "'3d' is not a term; write a whole number and a unit: wd (working days)"),
        (("limit: 3wd", "limit: 3wd, due: case.x"), "give exactly one of `limit` and `due`"),
        (("limit: 3wd, ", ""), "give exactly one of `limit` and `due`"),
        (("limit: 3wd", "due: deadline"), "'deadline' is not a path"),
        (("limit: 3wd", "limit: [{from: soon, limit: 3wd}]"), "`from` is not a date"),
        (("limit: 3wd", "limit: [{from: 2026-01-01, limit: x}]"), "'x' is not a term"),
        (("limit: 3wd", "limit: 3wd, count: noon"), "'noon' is not one of end-of-day"),
        (("limit: 3wd", "limit: 3wd, roll: perhaps"), "'perhaps' is not one of true, false"),
        (("limit: 3wd", "limit: 3wd, missing: maybe"), "'maybe' is not one of violates, ignore"),
        (("limit: 3wd", "limit: 3wd, extends: []"), "key 'extends' is not known here; did you mean 'extend'?"),
        (("limit: 3wd", "limit: 3wd, limit: 4wd"), "key 'limit' stands here a second time"),
        (("limit: 3wd", "limit: 3wd, extend: [{event: X, by: 5cd}]"), "extension 5cd and limit 3wd are in different"),
        (("limit: 3wd", "limit: 3wd, extend: [{event: X, by: days}]"), "'days' is not a term"),
        (("limit: 3wd", "limit: 3wd, extend: [{event: X, by: 5wd, times: 0}]"), "'0' is not a whole number of 1"),
        (("limit: 3wd", "limit: 3wd, pause: [{begin: P, end: R, cap: 5cd}]"), "cap 5cd and limit 3wd are in different"),
        (("limit: 3wd", "limit: 3wd, pause: [{begin: P, end: R, cap: days}]"), "'days' is not a term"),
        (("limit: 3wd", "limit: 3wd, pause: [{begin: P}]"), "key 'end' is missing"),
        (("limit: 3wd", "limit: 3wd, pause: [{begin: {event: P, which: last}, end: R}]"), "is not one of first, each"),
        (("limit: 3wd", "limit: 3wd, pause: [{begin: P, end: {event: R, which: last}}]"), "not one of first-after"),
        (("limit: 3wd", "limit: 3wd, pause: [special]"), "pause 'special' is not declared in vocabulary open"),
        (("limit: 3wd", "limit: 3wd, extend: [more]"), "extension 'more' is not declared"),
        (("{yellow: past}", "{orange: past}"), "key 'orange' is not known here"),
        (("{yellow: past}", "{}"), "no card is drawn"),
        (("{yellow: past}", "{yellow: late}"), "'late' is not a threshold"),
        (("{yellow: past}", "{yellow: 2wd befor}"), "did you mean 'before'?"),
        (("{yellow: past}", "{yellow: past promissed}"), "clock 'promissed' is not one of promised, statutory, limit"),
        (("{yellow: past}", "{yellow: 2wd before deadline}"), "clock 'deadline' is not one of"),
        (("{yellow: past}", "{yellow: {id: R-y}}"), "key 'at' is missing"),
        (("{yellow: past}", "{yellow: past, red: 2wd before}"), "red would hold before yellow"),
        (("{yellow: past}", "{warning: 2wd before, yellow: 5wd before}"), "yellow would hold before warning"),
        (("{yellow: past}", "{warning: 1wd before, yellow: 1mo before}"), "yellow would hold before warning"),
        (("{yellow: past}", "{warning: 90%, yellow: 80%}"), "yellow would hold before warning"),
        (("{yellow: past}", "{yellow: past by 3wd, red: past by 1wd}"), "red would hold before yellow"),
        (
            ("{yellow: past}", "{warning: past by 3wd, yellow: past statutory, red: past}"),
            "red would hold before warning",
        ),
        (("start: A", "start: {event: A, where: 'data.x =='}"), "cannot parse the end here; a value is missing"),
        (("start: A", "start: {event: A, where: 'item.x == 1'}"), "item is not known here"),
        (("start: A", "start: {event: A, which: first-after}"), "'first-after' is not one of first, last, each"),
        (("stop: S", "stop: {event: S, which: first}"), "'first' is not one of first-after, first-anywhere, last"),
        (("start: A", "start: {which: first}"), "key 'event' is missing"),
        (("id: R", "id: R, issue: never"), "'never' is not one of auto, confirm"),
        (("id: R", "id: R, scope: {kind: x}"), "scope 'kind' is not item.…, case.…, agency or region"),
    ],
)
def test_a_fault_in_a_time_limit_is_told(pack: Packs, change: tuple[str, str], message: str) -> None:
    assert any(message in fault for fault in _faults(pack, f"  - {GOOD.replace(*change)}\n"))


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("{id: R, kind: sequence, step: B, cards: {yellow: broken}}", "give `requires`"),
        (
            "{id: R, kind: sequence, step: B, requires: {any: A, all: C}, cards: {yellow: broken}}",
            "exactly one of `any`",
        ),
        (
            "{id: R, kind: sequence, step: B, requires: A, settle: 1wd, cards: {yellow: broken}}",
            "settle 1wd is counted on",
        ),
        ("{id: R, kind: sequence, step: B, requires: A, cards: {yellow: past}}", "'past' is not one of broken"),
        ("{id: R, kind: sequence, step: B, requires: A, ties: some, cards: {yellow: broken}}", "'some' is not one of"),
        ("{id: R, kind: separation, a: A, by: officer, cards: {yellow: broken}}", "give `a` and `b`"),
        ("{id: R, kind: separation, a: A, b: B, by: person, cards: {yellow: broken}}", "'person' is not officer, post"),
        ("{id: R, kind: waiting-period, start: A, stop: B, cards: {yellow: early}}", "key 'at_least' is missing"),
        ("{id: R, kind: waiting-period, start: A, stop: B, at_least: 7, cards: {yellow: early}}", "'7' is not a term"),
        ("{id: R, kind: notification, trigger: A, notice: B, cards: {yellow: broken}}", "a notice is owed nothing"),
        ("{id: R, kind: notification, trigger: A, notice: B, within: 2wd, cards: {yellow: broken}}", "needs `within`"),
        ("{id: R, kind: notification, trigger: A, notice: B, at_most: 1, cards: {yellow: past}}", "needs `within`"),
        ("{id: R, start: A, stop: B, limit: 3wd, cards: {yellow: past}}", "rule R: key 'kind' is missing"),
        ("{kind: time-limit, start: A, stop: B, limit: 3wd}", "rule ?: key 'id' is missing"),
        (
            "{id: R, kind: time-limit, start: A, stop: B, limit: promised, cards: {red: past limit}}",
            "its limit is promised",
        ),
        ("just a word", "a rule is a mapping"),
        ("[a, list]", "a rule is a mapping"),
        ("{}", "a rule is a mapping"),
    ],
)
def test_a_fault_in_a_rule_of_any_kind_is_told(pack: Packs, rule: str, message: str) -> None:
    assert any(message in fault for fault in _faults(pack, f"  - {rule}\n"))


@pytest.mark.parametrize(
    ("head", "message"),
    [
        ("pack: p\nversion: 1\nvocabulary: aproval\n", "vocabulary 'aproval' is not known; did you mean 'approval'?"),
        ("pack: p\nversion: 1\nzone: Asia/Beijin\n", "time zone 'Asia/Beijin' is not known"),
        ("pack: p\nversion: 1\nauthor: me\n", "key 'author' is not known here"),
        ("pack: p\n", "key 'version' is missing"),
    ],
)
def test_a_fault_in_the_head_of_a_pack_is_told(pack: Packs, head: str, message: str) -> None:
    assert any(message in fault for fault in _faults(pack, f"{head}rules:\n  - {GOOD}\n"))


def test_an_event_a_closed_vocabulary_lacks_is_refused_with_the_nearest(pack: Packs) -> None:
    rule = GOOD.replace("A", "case.acepted").replace("S", "case.decided")
    text = f"pack: p\nversion: 1\nvocabulary: approval\nrules:\n  - {rule}\n"

    assert _faults(pack, text) == [
        "rule R: event 'case.acepted' is not in vocabulary approval; did you mean 'case.accepted'?"
    ]


def test_an_id_stands_only_once_in_a_pack(pack: Packs) -> None:
    assert _faults(pack, f"  - {GOOD}\n  - {GOOD}\n") == ["rule id 'R' is taken already in this pack"]


def test_every_fault_of_a_pack_is_told_at_once_each_at_its_place(pack: Packs) -> None:
    text = """
  - id: R
    kind: time-limit
    start: A
    stop: S
    limit: 3 days
    count: whenever
    cards: {yellow: past, blue: past}
examples:
  - {name: x, story: [{at: yesterday, event: A}], by: 2026-03-06, expect: [{at: 2026-03-06, rule: Q, level: yellow}]}
"""
    with pytest.raises(PackRefused) as caught:
        pack(text)

    lines = [(each.line - 3, each.message.split(";")[0]) for each in caught.value.faults]
    assert lines == [
        (6, "rule R: '3 days' is not a term"),
        (7, "'whenever' is not one of end-of-day, to-the-second, close-of-business"),
        (8, "key 'blue' is not known here"),
        (10, "'yesterday' is neither a date nor an instant"),
        (10, "rule 'Q' is not in this pack"),
    ]


def test_the_order_of_before_and_share_depends_on_the_limit_and_is_not_refused(pack: Packs) -> None:
    assert pack(f"  - {GOOD.replace('{yellow: past}', '{warning: 2wd before, yellow: 90%, red: past}')}\n").rules


@pytest.mark.parametrize("text", ["", "[]", "pack: p", "rules: {a: b}", "pack: [1]\nversion: {}\nrules: 3\n"])
def test_whatever_is_no_pack_is_refused_and_never_worse(text: str) -> None:
    with pytest.raises(PackRefused):
        parse_pack(text, "x.yaml", {})


@pytest.mark.parametrize(
    ("scope", "applies"),
    [
        ("{item.kind: [licence, service]}", True),
        ("{item.kind: service}", False),
        ("{item.kind: licence, item.tacit: 'true'}", True),
        ("{item.flags: hearing}", True),
        ("{item.nothing: x}", False),
        ("{item.deep.er: '3'}", True),
        ("{case.size: large}", True),
        ('{"case.concept:size": small}', True),
        ("{agency: 91330100MB0000001X}", True),
        ("{agency: 91330100MB0000002X}", False),
        ("{region: '331002000000'}", True),
        ("{region: '331000000000'}", True),
        ("{region: '330000000000'}", True),
        ("{region: '331100000000'}", False),
        ("{region: '331003000000'}", False),
    ],
)
def test_a_rule_applies_within_its_scope(
    book: Callable[..., Rulebook],
    told: Callable[..., Fact],
    judged: Callable[..., list[Finding]],
    scope: str,
    *,
    applies: bool,  # of the table
) -> None:
    item = {"kind": "licence", "tacit": True, "flags": ["hearing", "fee"], "deep": {"er": 3}}
    rules = book(f"  - {GOOD.replace('id: R', f'id: R, scope: {scope}')}\n", item)
    start = told(
        "2026-03-06 10:00",
        "A",
        agency="91330100MB0000001X",
        region="331002000000",
        case_data={"size": "large", "concept:size": "small"},
    )

    assert bool(judged(rules, [start])) is applies


def test_a_city_whose_code_ends_in_nought_does_not_reach_its_neighbours(
    book: Callable[..., Rulebook], told: Callable[..., Fact], judged: Callable[..., list[Finding]]
) -> None:
    rules = book(f"  - {GOOD.replace('id: R', 'id: R, scope: {region: 331000000000}')}\n")

    assert [
        bool(judged(rules, [told("2026-03-06 10:00", "A", region=code)])) for code in ("331002000000", "331102000000")
    ] == [
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        (GOOD.replace("limit:", "limt:"), "rule R: key 'limt' is not known here; did you mean 'limit'?"),
        (GOOD.replace("cards", "card"), "rule R: key 'card' is not known here; did you mean 'cards'?"),
        (GOOD.replace("yellow", "yelow"), "key 'yelow' is not known here; did you mean 'yellow'?"),
        (
            "{id: R, kind: waiting-period, start: A, stop: S, at-least: 3wd, cards: {yellow: early}}",
            "rule R: key 'at-least' is not known here; did you mean 'at_least'?",
        ),
        (
            "{id: R, kind: waiting-period, start: A, stop: S, cards: {yellow: early}}",
            "rule R: key 'at_least' is missing",
        ),
    ],
)
def test_one_misspelt_or_missing_key_is_one_fault(pack: Packs, rule: str, told: str) -> None:
    assert _faults(pack, f"  - {rule}\n") == [told]


def test_an_event_of_another_vocabulary_is_said_to_be_of_that(approval: Vocabulary) -> None:
    other = Vocabulary("card", "牌", {"card.shown": next(iter(approval.types.values()))}, {}, {})
    text = f"pack: p\nversion: 1\nvocabulary: approval\nrules:\n  - {GOOD.replace('start: A', 'start: card.shown')}\n"

    with pytest.raises(PackRefused) as caught:
        parse_pack(text.replace("stop: S", "stop: case.decided"), "p.yaml", {"approval": approval, "card": other})

    (fault,) = caught.value.faults
    assert fault.message.startswith("rule R: event 'card.shown' is not in vocabulary approval; vocabulary card has it:")
