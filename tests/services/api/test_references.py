"""What codes stand for, while the law changes."""

from datetime import date

import pytest

from mingjing.rules.calendar import Calendar, Year
from mingjing.rules.catalogue import Catalogue, ItemVersion
from mingjing.rules.eras import through_time
from mingjing.rules.pack import parse_pack
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.zone import Zone
from mingjing.services.agencies import Agencies
from mingjing.services.api.references import Reference, reference_of
from mingjing.services.rulebook_files import load_vocabularies

AT = Zone("Asia/Shanghai").parse
MARCH, APRIL, MAY = (AT(f"2026-0{month}-01 00:00")[0] for month in (3, 4, 5))
PACK = """pack: p
version: '{version}'
vocabulary: open
rules:
  - {{id: T, title: {title}, kind: time-limit, start: A, stop: S, limit: 1h, cards: {{red: past}}}}
  - {{id: {other}, kind: time-limit, start: A, stop: S, limit: 2h, cards: {{red: past}}}}
"""


def book(version: str, title: str, other: str, item: str) -> Rulebook:
    pack = parse_pack(PACK.format(version=version, title=title, other=other), "p.yaml", {})
    catalogue = Catalogue([ItemVersion(item, date(2020, 1, 1), None, {"title": f"事项{item}"})], version=version)
    return Rulebook([pack], Calendar("cn", {2026: Year(status="official")}), catalogue)


@pytest.fixture(scope="module")
def law() -> Rulebook:
    """A second version from April on, and a third announced for May."""
    later = [(APRIL, book("2", "新限", "NEW", "200")), (MAY, book("3", "再限", "NEXT", "300"))]
    return through_time(book("1", "旧限", "OLD", "100"), later)


def told(law: Rulebook, now: int) -> Reference:
    return reference_of(law, Agencies([], []), now)


def test_a_rule_is_named_once_as_it_is_in_force(law: Rulebook) -> None:
    named = {each.id: each.title for each in told(law, APRIL).rules if each.id == "T"}

    assert named == {"T": "新限"}
    assert [each.id for each in told(law, APRIL).rules].count("T") == 1


def test_what_is_in_force_no_more_is_still_named_and_what_is_announced_is_not(law: Rulebook) -> None:
    assert {each.id for each in told(law, APRIL).rules} == {"T", "OLD", "NEW"}
    assert {each.code for each in told(law, APRIL).items} == {"100", "200"}


def test_the_versions_are_those_in_force(law: Rulebook) -> None:
    assert told(law, MARCH).versions | {"calendar": ""} == {"p": "1", "catalogue": "1", "calendar": ""}
    assert told(law, APRIL).versions | {"calendar": ""} == {"p": "2", "catalogue": "2", "calendar": ""}


def test_the_codes_of_a_field_are_named() -> None:
    text = PACK.format(version="1", title="限", other="OTHER").replace("open", "approval")
    text = text.replace("start: A, stop: S", "start: case.accepted, stop: case.decided")
    pack = parse_pack(text, "p.yaml", load_vocabularies())
    law = Rulebook([pack], Calendar("cn", {2026: Year(status="official")}), Catalogue([], version="1"))

    applied = next(each for each in told(law, MARCH).events if each.type == "case.applied")

    assert applied.values["channel"]["window"] == "窗口"
    assert set(applied.values) <= set(applied.fields)


def test_an_item_of_a_project_says_its_stage_its_channel_and_who_is_asked() -> None:
    fields = {"title": "并联审批", "stage": "works", "green": True, "members": {"m1": {}, "m2": {"limit": "3wd"}}}
    catalogue = Catalogue([ItemVersion("1", date(2020, 1, 1), None, fields)], version="1")
    law = Rulebook([], Calendar("cn", {2026: Year(status="official")}), catalogue)
    (item,) = told(law, MARCH).items

    assert (item.stage, item.green, item.members) == ("works", True, ["m1", "m2"])
