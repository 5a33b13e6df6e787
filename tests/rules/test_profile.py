"""Profiles move the levels of cards, and nothing else."""

from collections.abc import Callable
from pathlib import Path

import pytest

from mingjing.rules.calendar import Calendar
from mingjing.rules.catalogue import Catalogue
from mingjing.rules.events import Fact
from mingjing.rules.pack import Pack
from mingjing.rules.profile import Profile, parse_profile
from mingjing.rules.replay import judge_case
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.yaml_page import PackRefused

PROFILES = Path(__file__).parents[2] / "rules" / "profiles"
RULES = """
  - {id: TL-04, kind: time-limit, start: A, stop: S, limit: promised,
     cards: {warning: 2wd before promised, yellow: past promised, red: past statutory}}
  - {id: TL-04-SD, kind: time-limit, start: Z, stop: S, limit: promised,
     cards: {warning: 2wd before promised, yellow: past promised, red: past statutory}}
  - {id: CMP-02, kind: time-limit, start: X, stop: Y, limit: 10wd, cards: {yellow: past}}
  - {id: SEQ, kind: sequence, step: S, requires: A, cards: {yellow: broken}}
"""
ITEM = {"promised": "10wd", "statutory": "20wd"}
At = Callable[[str], int]
Told = Callable[..., Fact]
Laid = Callable[[str], Profile]


@pytest.fixture
def laid(pack: Callable[[str], Pack]) -> Laid:
    """Return the profile whose `cards` are the text, over RULES."""

    def make(cards: str) -> Profile:
        return parse_profile(f"profile: here\nversion: 1\ncards:\n{cards}", "here.yaml", [pack(RULES)], ["INS-01"])

    return make


def _refusal(laid: Laid, cards: str) -> str:
    with pytest.raises(PackRefused) as refused:
        laid(cards)
    return str(refused.value)


@pytest.mark.parametrize(
    ("profile", "day", "level"),
    [
        # accepted Mon 2 March, 10 working days end Mon 16 March, 20 end Mon 30 March 2026
        ("statutory", "2026-03-17", "yellow"),
        ("statutory", "2026-03-31", "red"),
        ("hunan", "2026-03-13", "warning"),
        ("hunan", "2026-03-17", "warning"),
        ("hunan", "2026-03-18", "yellow"),
        ("hunan", "2026-04-01", "red"),
        ("yulin", "2026-03-13", None),
        ("yulin", "2026-03-14", "yellow"),
        ("yulin", "2026-03-17", "red"),
        ("meizhou", "2026-03-13", None),
        ("meizhou", "2026-03-14", "warning"),
        ("meizhou", "2026-03-17", "yellow"),
        ("meizhou", "2026-03-23", "yellow"),
        ("meizhou", "2026-03-24", "red"),
    ],
)
def test_each_place_draws_the_levels_of_its_own_habit(
    profile: str, day: str, level: str | None, pack: Callable[[str], Pack], cn: Calendar, told: Told, at: At
) -> None:
    path = PROFILES / f"{profile}.yaml"
    packs = parse_profile(path.read_text("utf-8"), path.name, [pack(RULES)]).packs
    book = Rulebook(packs, cn, Catalogue([]))

    found = judge_case("c", [told("2026-03-02 10:00", "A")], book, at(day), ITEM)

    assert [finding.level for _, finding in found] == ([level] if level else [])


def test_a_profile_leaves_alone_what_it_does_not_name(pack: Callable[[str], Pack]) -> None:
    written = pack(RULES)
    found = parse_profile("profile: p\nversion: 1\ncards: {TL-04: {yellow: past}}", "p.yaml", [written])

    assert found.packs[0].rules[1:] == written.rules[1:]


def test_a_rule_unknown_to_every_pack_is_refused_by_name(laid: Laid) -> None:
    assert "rule 'TL-4' is in no pack; did you mean 'TL-04'?" in _refusal(laid, "  TL-4: {yellow: past}")


def test_a_rule_of_a_pack_that_is_not_loaded_is_let_be(laid: Laid) -> None:
    assert str(laid("  INS-01: {red: broken}")) == "here@1"


@pytest.mark.parametrize(
    ("cards", "reason"),
    [
        ("  TL-04: {yellow: past, orange: past}", "key 'orange' is not known here"),
        ("  TL-04: {yellow: past by 3wd, red: past by 1wd}", "red would hold before yellow"),
        ("  TL-04: {yellow: past promissed}", "clock 'promissed' is not one of"),
        ("  TL-04: {yellow: past limit}", "its limit is promised; write the threshold without a clock"),
        ("  TL-04: {yellow: broken}", "'broken' is not a threshold"),
        ("  SEQ: {yellow: past}", "'past' is not one of broken"),
        ("  TL-04: {}", "no card is drawn"),
    ],
)
def test_a_ladder_the_rule_could_not_climb_is_refused(laid: Laid, cards: str, reason: str) -> None:
    assert reason in _refusal(laid, cards)


def test_a_ladder_of_another_nature_is_refused(pack: Callable[[str], Pack]) -> None:
    notice = "- {id: N, kind: notification, trigger: A, notice: S, at_most: 1, cards: {yellow: broken}}"

    with pytest.raises(PackRefused, match="draws it by the words broken; a profile moves levels"):
        parse_profile("profile: p\nversion: 1\ncards: {N: {yellow: past}}", "p.yaml", [pack(notice)])


def test_the_rulebook_names_its_profile_and_is_another_for_it(cn: Calendar, laid: Laid) -> None:
    found = laid("  TL-04: {yellow: past}")
    plain, under = Rulebook(found.packs, cn), Rulebook(found.packs, cn, profile=str(found))

    assert under.versions["profile"] == "here@1"
    assert plain.fingerprint != under.fingerprint
