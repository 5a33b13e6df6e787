from collections.abc import Callable

import pytest

from mingjing.rules.calendar import Calendar
from mingjing.rules.pack import Pack
from mingjing.rules.trial import Trial, story_cards, try_pack, uncovered

Packs = Callable[[str], Pack]

RULE = """
  - {id: T, kind: time-limit, start: A, stop: S, limit: promised, scope: {item.kind: licence}, cards: {yellow: past}}
"""
DRAWN = """
examples:
  - name: 逾期
    item: {promised: 3wd}
    story: [{at: 2026-03-06 10:00, event: A}]
    by: 2026-03-12
    expect: [{at: 2026-03-12, rule: T, level: yellow, status: standing}]
"""
SPARED = """  - name: 按期
    item: {promised: 3wd}
    story: [{at: 2026-03-06 10:00, event: A}, {at: 2026-03-11 10:00, event: S}]
    by: 2026-03-12
    spares: [T]
"""


def _trial(pack: Packs, cn: Calendar, text: str) -> Trial:
    return try_pack(pack(RULE + text), cn)[-1]


def test_a_pack_whose_stories_hold_and_cover_it_has_nothing_to_say(pack: Packs, cn: Calendar) -> None:
    found = pack(RULE + DRAWN + SPARED)
    trials = try_pack(found, cn)

    assert [each.differences for each in trials] == [(), ()]
    assert uncovered(found, trials) == []


@pytest.mark.parametrize(
    ("text", "lacking"),
    [
        (DRAWN, "rule T is spared by no example"),
        ("examples:\n" + SPARED, "rule T is drawn by no example"),
        ("", "rule T is drawn by no example"),
    ],
)
def test_a_rule_no_story_draws_or_none_spares_is_told(pack: Packs, cn: Calendar, text: str, lacking: str) -> None:
    found = pack(RULE + text)

    assert any(each.startswith(lacking) for _, each in uncovered(found, try_pack(found, cn)))


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        (("by: 2026-03-12", "by: 2026-03-11 23:59"), "T 黄牌 (yellow) at 2026-03-12 00:00 was not drawn"),
        (
            ("at: 2026-03-12, rule", "at: 2026-03-12 01:00, rule"),
            "T 黄牌 (yellow) at 2026-03-12 00:00 was drawn, unexpected",
        ),
        (("level: yellow", "level: red"), "T 红牌 (red) at 2026-03-12 00:00 was not drawn"),
        (("status: standing", "status: cleared"), "T yellow is standing, expected cleared"),
        (("expect: [", "spares: [T]\n    note: ["), "T 黄牌 (yellow) at 2026-03-12 00:00 was drawn, unexpected"),
    ],
)
def test_where_a_story_differs_from_its_word_it_says_how(
    pack: Packs, cn: Calendar, change: tuple[str, str], difference: str
) -> None:
    text = DRAWN.replace(*change)
    assert text != DRAWN

    assert difference in _trial(pack, cn, text).differences


def test_a_story_may_spare_only_a_rule_it_concerns(pack: Packs, cn: Calendar) -> None:
    found = _trial(pack, cn, DRAWN + SPARED.replace("event: A", "event: X").replace("event: S", "event: Y"))

    assert found.differences == ("T is spared, but nothing in the story concerns it",)
    assert "T" not in found.spared


def test_a_scope_on_a_field_the_story_leaves_open_is_met_and_one_it_states_is_judged(pack: Packs, cn: Calendar) -> None:
    assert _trial(pack, cn, DRAWN).drawn == {"T"}
    assert _trial(pack, cn, DRAWN.replace("{promised: 3wd}", "{promised: 3wd, kind: service}")).drawn == set()


def test_a_story_is_told_by_the_time_of_ingest(pack: Packs, cn: Calendar) -> None:
    late = DRAWN.replace("event: A}]", "event: A}, {at: 2026-03-10 10:00, event: S, ingested: 2026-03-13 10:00}]")
    late = late.replace("by: 2026-03-12", "by: 2026-03-14")
    found = pack(RULE + late.replace("status: standing", "status: withdrawn"))

    assert [card.status for card in story_cards(found, found.examples[0], cn)] == ["standing", "withdrawn"]
    assert try_pack(found, cn)[0].differences == ()


def test_a_rule_whose_scope_the_story_leaves_open_is_not_credited_unless_it_is_named(pack: Packs, cn: Calendar) -> None:
    text = DRAWN + SPARED.replace("    spares: [T]\n", "")

    assert _trial(pack, cn, text).spared == frozenset()


def test_a_rule_whose_scope_the_story_meets_is_credited_without_being_named(pack: Packs, cn: Calendar) -> None:
    text = DRAWN + SPARED.replace("promised: 3wd", "promised: 3wd, kind: licence").replace("    spares: [T]\n", "")

    assert _trial(pack, cn, text).spared == {"T"}


def test_a_rule_whose_scope_the_story_misses_is_not_credited(pack: Packs, cn: Calendar) -> None:
    text = DRAWN + SPARED.replace("promised: 3wd", "promised: 3wd, kind: other").replace("    spares: [T]\n", "")

    assert _trial(pack, cn, text).spared == frozenset()
