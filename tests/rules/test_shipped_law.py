"""What a lawyer edits: the shipped packs, vocabularies, catalogue and profiles hold together."""

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from mingjing.rules.calendar_text import parse_calendar
from mingjing.rules.catalogue import Catalogue, ItemVersion, parse_catalogue
from mingjing.rules.examples import Example
from mingjing.rules.kinds.notification import Notification
from mingjing.rules.kinds.time_limit import TimeLimit
from mingjing.rules.pack import Pack, parse_pack
from mingjing.rules.rule import Rule
from mingjing.rules.tables import parse_table
from mingjing.rules.term import Term, parse_threshold
from mingjing.rules.trial import try_pack, uncovered
from mingjing.rules.vocabulary import parse_vocabulary

ROOT = Path(__file__).parents[2]
LAW = ROOT / "rules"
CODE_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
FIELD_TYPES = {"text", "texts", "integer", "number", "flag", "date", "instant"}
TIERS = {"2": 2, "3": 4, "4": 6, "5": 9, "6": 12}
"""Level digit of an item code → how many digits of the region code name that tier."""

VOCABULARIES = {
    each.name: each
    for each in (parse_vocabulary(path.read_text("utf-8"), path.name) for path in LAW.glob("vocabularies/*.yaml"))
}
TABLES = {
    each.name: each for each in (parse_table(path.read_text("utf-8"), path.name) for path in LAW.glob("tables/*.yaml"))
}
PACKS = {
    path.name: parse_pack(path.read_text("utf-8"), path.name, VOCABULARIES, TABLES)
    for path in sorted(LAW.glob("packs/**/*.yaml"))
}
ITEMS = [
    each
    for path in sorted(LAW.glob("catalogue/*.yaml"))
    for each in parse_catalogue(path.read_text("utf-8"), path.name)[0]
]
PROFILES = {path.stem: yaml.safe_load(path.read_text("utf-8")) for path in sorted(LAW.glob("profiles/*.yaml"))}
CAST = yaml.safe_load((ROOT / "deploy" / "local" / "agencies.yaml").read_text("utf-8"))
AGENCIES: dict[str, dict[str, Any]] = {each["code"]: each for each in CAST["agencies"]}
CALENDAR = parse_calendar((LAW / "calendars" / "cn.yaml").read_text("utf-8"), "cn.yaml")


@pytest.mark.parametrize("pack", PACKS.values(), ids=PACKS)
def test_every_story_of_a_shipped_pack_draws_what_it_says(pack: Pack) -> None:
    trials = try_pack(pack, CALENDAR, Catalogue(ITEMS))

    assert [(each.example.name, each.differences) for each in trials if each.differences] == []


@pytest.mark.parametrize("pack", PACKS.values(), ids=PACKS)
def test_every_shipped_rule_is_drawn_by_a_story_and_spared_by_another(pack: Pack) -> None:
    assert uncovered(pack, try_pack(pack, CALENDAR, Catalogue(ITEMS))) == []


@pytest.mark.parametrize("pack", PACKS.values(), ids=PACKS)
def test_a_limit_in_working_days_has_examples_over_a_weekend_a_festival_and_a_made_up_day(pack: Pack) -> None:
    """A day that was counted wrongly shows in an example, whichever sort of day it is."""
    lacking = {}
    for rule in pack.rules:
        if (limit := _limit_in_working_days(rule)) is not None:
            names = {rule.id, *(rung.id for rung in rule.rungs)}
            lived = {kind for each in pack.examples for kind in _kinds_of_days(each, limit, names)}
            lacking[rule.id] = sorted({"weekend", "holiday", "makeup"} - lived)

    assert {rule: kinds for rule, kinds in lacking.items() if kinds} == {}


@pytest.mark.parametrize("name", PACKS)
def test_a_pack_is_named_as_its_file(name: str) -> None:
    assert PACKS[name].name == name.removesuffix(".yaml")


def test_every_rule_cites_what_it_rests_on() -> None:
    assert [rule.id for pack in PACKS.values() for rule in pack.rules if not rule.basis] == []


def test_a_rule_id_belongs_to_one_pack() -> None:
    counted = Counter(rule.id for pack in PACKS.values() for rule in pack.rules)

    assert [rule for rule, times in counted.items() if times > 1] == []


def test_an_event_type_that_two_vocabularies_declare_means_the_same() -> None:
    declared: dict[str, set[str]] = {}
    for vocabulary in VOCABULARIES.values():
        for name, event_type in vocabulary.types.items():
            declared.setdefault(name, set()).add(event_type.title)

    assert [name for name, titles in declared.items() if len(titles) > 1] == []


def test_every_field_of_an_event_has_a_title_and_a_known_type() -> None:
    fields = [
        (event, name, field)
        for vocabulary in VOCABULARIES.values()
        for event, event_type in vocabulary.types.items()
        for name, field in event_type.fields.items()
    ]

    assert [(event, name) for event, name, field in fields if not field.get("title")] == []
    assert [(event, name) for event, name, field in fields if field.get("type") not in FIELD_TYPES] == []


@pytest.mark.parametrize("code", AGENCIES)
def test_an_agency_code_bears_its_check_digit(code: str) -> None:
    total = sum(CODE_ALPHABET.index(each) * pow(3, place, 31) for place, each in enumerate(code[:17]))

    assert len(code) == 18
    assert code[17] == CODE_ALPHABET[-total % 31]


@pytest.mark.parametrize("code", AGENCIES)
def test_the_organisation_code_inside_an_agency_code_bears_its_check_digit(code: str) -> None:
    weighed = sum(int(each, 36) * weight for each, weight in zip(code[8:16], (3, 7, 9, 10, 5, 8, 4, 2), strict=True))

    assert code[16] == "0123456789X"[-weighed % 11]


def test_every_agency_lies_in_a_region_of_the_five_tiers() -> None:
    regions = {each["code"]: each["tier"] for each in CAST["regions"]}

    assert {agency["region"] for agency in AGENCIES.values()} <= set(regions)
    assert {regions[agency["region"]] for agency in AGENCIES.values()} == {"省", "市", "县", "镇", "村"}


def test_no_two_agencies_send_from_one_source() -> None:
    counted = Counter(source for agency in AGENCIES.values() for source in agency["sources"])

    assert max(counted.values()) == 1


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: f"{item.fields['title']}@{item.valid_from}")
def test_an_item_code_is_its_agency_its_tier_and_twelve_digits(item: ItemVersion) -> None:
    agency, tier, number = item.code[:18], item.code[18], item.code[19:]

    assert item.fields["agency"] == agency
    assert AGENCIES[agency]["region"][TIERS[tier] :].strip("0") == ""
    assert AGENCIES[agency]["region"][: TIERS[tier]][-2:].strip("0") != "" or tier == "2"
    assert len(number) == 12
    assert number.isdecimal()


def test_versions_of_an_item_follow_each_other() -> None:
    for versions in Catalogue(ITEMS).versions.values():
        for before, after in pairwise(versions):
            assert before.valid_to is not None
            assert before.valid_to < after.valid_from


def test_an_item_is_taken_in_the_version_of_the_day() -> None:
    catalogue = Catalogue(ITEMS)
    code = next(code for code, versions in catalogue.versions.items() if len(versions) == 2)

    days = (date(2021, 12, 31), date(2022, 1, 1))
    assert [catalogue.in_force(code, day)["promised"] for day in days] == ["9wd", "2wd"]


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: f"{item.fields['title']}@{item.valid_from}")
def test_an_item_handled_against_a_promise_states_it(item: ItemVersion) -> None:
    fields = item.fields

    assert fields["mode"] == "on-the-spot" or fields["kind"] == "complaint" or "promised" in fields
    assert fields["basis"]


@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_changes_rungs_of_rules_that_exist(name: str) -> None:
    rules = {rule.id for pack in PACKS.values() for rule in pack.rules}

    assert PROFILES[name]["profile"] == name
    assert set(PROFILES[name]["cards"]) <= rules
    for ladder in PROFILES[name]["cards"].values():
        for rung in ladder.values():
            parse_threshold(rung["at"] if isinstance(rung, dict) else rung)


def _limit_in_working_days(rule: Rule) -> TimeLimit | None:
    """Return the clock of a rule whose term, or the catalogue's in its place, is one of working days."""
    clock = rule.judge.within if isinstance(rule.judge, Notification) else rule.judge
    if not isinstance(clock, TimeLimit) or clock.limit.due is not None:
        return None
    limit = clock.limit
    dated = [each.term for each in limit.terms] if isinstance(limit.terms, tuple) else [limit.terms]
    units = {each.unit for each in (*dated, limit.otherwise) if isinstance(each, Term)} | {limit.unit}
    by_catalogue = units == {None} and any(isinstance(each, str) for each in dated)
    return clock if "wd" in units or by_catalogue else None


def _kinds_of_days(example: Example, clock: TimeLimit, names: set[str]) -> set[str]:
    """Return the kinds of the days from the clock's start to its cards or, where it is spared, to the last event."""
    started = [each.at for each in example.facts if clock.start.types is None or each.type in clock.start.types]
    drawn = [each.at for each in example.expect if each.rule in names]
    if not started or not (drawn or names & set(example.spares)):
        return set()
    zone = next(iter(PACKS.values())).zone
    first = date.fromordinal(zone.day(min(started)))
    last = date.fromordinal(zone.day(max(drawn or [each.at for each in example.facts])))
    days = CALENDAR.workdays()
    return {days.kind(first + timedelta(days=number)) for number in range((last - first).days + 1)}
