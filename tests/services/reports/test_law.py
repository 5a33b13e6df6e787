"""A report names the law that was in force in its months, not what the files say today."""

from datetime import date

import pytest

from mingjing.rules.calendar import Calendar, Year
from mingjing.rules.catalogue import Catalogue, ItemVersion
from mingjing.rules.eras import through_time
from mingjing.rules.pack import parse_pack
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.zone import Zone
from mingjing.services.agencies import Agencies, Agency
from mingjing.services.reports.law import in_force, in_turn, telling
from mingjing.services.reports.opening import titles_of
from mingjing.services.rulebook_files import load_vocabularies

AT = Zone("Asia/Shanghai").parse
FEBRUARY, MARCH, APRIL, MAY = (AT(f"2026-0{month}-01 00:00")[0] for month in (2, 3, 4, 5))
MIDDLE = AT("2026-03-16 00:00")[0]
VOCABULARIES = load_vocabularies()
TIMED = """pack: timed
version: '{version}'
vocabulary: open
rules: [{{id: T, kind: time-limit, start: A, stop: S, limit: 1h, cards: {{red: past}}}}]
"""
FIGURED = """pack: figures
version: '{version}'
vocabulary: report
rules:
  - {{id: R, title: {title}, kind: ratio, indicator: promise_kept, by: agency, below: 90%, cards: {{yellow: past}}}}
"""


def book(version: str, *, title: str = "兑现率", calendar: str = "1", item: str = "100") -> Rulebook:
    packs = [
        parse_pack(TIMED.format(version=1), "timed.yaml", VOCABULARIES),
        parse_pack(FIGURED.format(version=version, title=title), "figures.yaml", VOCABULARIES),
    ]
    worked = Calendar("cn", {2026: Year(status="official")}, version=calendar)
    catalogue = Catalogue([ItemVersion(item, date(2020, 1, 1), None, {"title": f"事项{item}"})], version=version)
    return Rulebook(packs, worked, catalogue)


@pytest.fixture
def law() -> Rulebook:
    """Another version from the middle of March on, and one announced for May."""
    second, third = book("2", title="承诺兑现率", calendar="2", item="200"), book("3", calendar="2", item="200")
    return through_time(book("1"), [(MIDDLE, second), (MAY, third)])


def test_a_month_names_the_versions_in_force_in_it(law: Rulebook) -> None:
    assert in_force(law, FEBRUARY, MARCH) == {"calendar": "cn@1", "catalogue": "1", "figures": "1", "timed": "1"}


def test_a_month_in_which_the_law_changed_names_both_in_their_order(law: Rulebook) -> None:
    assert in_force(law, MARCH, APRIL) == {
        "calendar": "cn@1→cn@2",
        "catalogue": "1→2",
        "figures": "1→2",
        "timed": "1",
    }


def test_what_is_announced_is_not_in_force(law: Rulebook) -> None:
    assert in_force(law, APRIL, MAY)["figures"] == "2"


def test_a_version_begins_at_its_instant_and_not_before(law: Rulebook) -> None:
    assert in_force(law, MIDDLE - 1, MIDDLE)["figures"] == "1"
    assert in_force(law, MIDDLE, MIDDLE + 1)["figures"] == "2"


def test_months_one_after_the_other_name_a_version_that_went_on_once() -> None:
    assert in_turn([{"a": "1", "b": "1"}, {"a": "1→2", "b": "1"}, {"a": "2"}, {"a": "1", "c": ""}]) == {
        "a": "1→2→1",
        "b": "1",
    }


def test_a_figure_is_told_to_the_version_of_its_rule_that_was_in_force(law: Rulebook) -> None:
    assert [(rule.id, rule.pack_version) for rule in telling(law, MARCH)] == [("R", "1")]
    assert [(rule.id, rule.pack_version) for rule in telling(law, APRIL)] == [("R", "2")]


def test_what_is_in_force_no_more_keeps_its_title(law: Rulebook) -> None:
    titles = titles_of(law, Agencies(agencies=[], regions=[]))

    assert titles.items == {"100": "事项100", "200": "事项200"}


def test_an_item_that_two_agencies_have_says_whose_it_is() -> None:
    same = {"title": "食品经营许可", "promised": "5wd", "statutory": "20wd"}
    found = [ItemVersion(f"1{code}", date(2020, 1, 1), None, same | {"agency": code}) for code in ("91A", "91B")]
    law = Rulebook([], Calendar("cn", {2026: Year(status="official")}), Catalogue(found, "2026.1"))
    bureau = Agency(
        code="91A",
        title="云州市市场监督管理局",
        region="330100000000",
        kind="window",
        sources=(),
        delay_s=0,
        key_sha256=None,
        types=None,
    )
    agencies = Agencies(agencies=[bureau], regions=[])

    assert titles_of(law, agencies).items == {
        "191A": "食品经营许可（云州市市场监督管理局）",
        "191B": "食品经营许可（91B）",
    }
