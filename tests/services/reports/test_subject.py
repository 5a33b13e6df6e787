"""A title says of what the figures are, never of more."""

import pytest

from mingjing.services.ledger.scope import Scope
from mingjing.services.reports.cells import Wanted
from mingjing.services.reports.document import Titles
from mingjing.services.reports.subject import agencies_of, subject

TITLES = Titles(
    place="云州市",
    agencies={"A": "甲局", "B": "乙局", "C": "丙局", "D": "丁局"},
    items={"I1": "食品经营许可"},
    regions={"990100000000": "云州市", "990101000000": "沅桥县", "990102000000": "澄州区"},
    rules={},
    homes={"A": "990101000000", "B": "990102000000", "C": "990100000000"},
)
EVERYTHING = Scope.everything()


@pytest.mark.parametrize(
    ("wanted", "title"),
    [
        (Wanted(), "云州市"),
        (Wanted(region="99"), "云州市"),
        (Wanted(region="9901"), "云州市"),
        (Wanted(region="990101000000"), "沅桥县"),
        (Wanted(region="990101"), "沅桥县"),
        (Wanted(region="990107"), "区划 990107"),
        (Wanted(agency="A"), "甲局"),
        (Wanted(agency="A", region="990102"), "甲局（澄州区）"),
        (Wanted(item="I1"), "云州市（食品经营许可）"),
        (Wanted(region="990101", post="审查"), "沅桥县（岗位 审查）"),
        (Wanted(window="12"), "云州市（窗口 12）"),
    ],
)
def test_a_report_is_called_by_what_it_is_cut_to(wanted: Wanted, title: str) -> None:
    assert subject(TITLES, EVERYTHING, wanted) == title


@pytest.mark.parametrize(
    ("scope", "wanted", "title"),
    [
        (Scope.of_region("9901"), Wanted(), "云州市"),
        (Scope.of_region("990101"), Wanted(), "沅桥县"),
        (Scope.of_region("990101"), Wanted(region="9901"), "沅桥县"),
        (Scope.of_region("990101", "990102"), Wanted(), "沅桥县、澄州区"),
        (Scope.of_region("990101"), Wanted(region="990102"), "澄州区"),  # nothing is seen of it
        (Scope.of_agency("B"), Wanted(), "乙局"),
        (Scope.of_agency("A", "B", "C", "D"), Wanted(), "甲局、乙局、丙局等 4 个部门"),
        (Scope.of_agency("B"), Wanted(item="I1"), "乙局（食品经营许可）"),
    ],
)
def test_who_sees_a_part_is_shown_it_under_its_own_name(scope: Scope, wanted: Wanted, title: str) -> None:
    assert subject(TITLES, scope, wanted) == title


@pytest.mark.parametrize(
    ("scope", "region", "agencies"),
    [
        (EVERYTHING, None, ["A", "B", "C", "D"]),
        (EVERYTHING, "9901", ["A", "B", "C"]),
        (EVERYTHING, "990101000000", ["A"]),
        (Scope.of_region("990102"), None, ["B"]),
        (Scope.of_region("990102"), "990101", []),
    ],
)
def test_agencies_without_a_case_are_looked_for_at_home(scope: Scope, region: str | None, agencies: list[str]) -> None:
    assert agencies_of(TITLES, scope, Wanted(region=region)) == agencies
