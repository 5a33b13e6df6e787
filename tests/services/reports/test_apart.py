import pytest

from mingjing.services.reports.apart import NOT_THEN, as_then, cut, grains_of
from mingjing.services.reports.indicators import GRAINS, SOURCES, Definitions, shipped
from mingjing.services.reports.sources import ROWS


def awaited(definitions: Definitions, ident: str) -> str:
    found = definitions.indicator(ident)
    assert found is not None
    return found.awaits


@pytest.mark.parametrize("source", SOURCES)
def test_what_a_source_is_counted_by_and_what_it_lacks_are_all_facets(source: str) -> None:
    assert set(ROWS[source].grains) == set(shipped().grains[source])  # type: ignore[index]


@pytest.mark.parametrize(
    ("ident", "grain", "lacks"),
    [
        ("letters", "item", "按事项分开的数（读不出的报送只知报送者）"),
        ("timely", "window", "按窗口分开的数（事件不逐条写窗口）"),
        ("apologies_kept", "window", "按窗口分开的数（任务不经窗口办理）"),
        ("apologies_kept", "post", ""),
        ("appeals_upheld", "item", ""),
        ("rectified", "post", ""),
        ("reds", "window", ""),
        ("promise_kept", "window", ""),
    ],
)
def test_what_cannot_be_had_by_a_grain_says_why_and_the_rest_is_had(ident: str, grain: str, lacks: str) -> None:
    assert awaited(cut(shipped(), grain, region=False), ident) == lacks


def test_a_refused_letter_is_of_no_region_and_of_no_window() -> None:
    found = awaited(cut(shipped(), "window", region=True), "letters")

    assert found == "按窗口分开的数（读不出的报送只知报送者）；按区划分开的数（读不出的报送只知报送者）"


def test_a_month_frozen_before_steps_with_cards_were_had_by_item_says_so_and_keeps_its_totals() -> None:
    then = as_then(shipped(), [{"measures": {}}])

    assert awaited(cut(then, "item", region=False), "appeals_upheld") == f"按事项分开的数（{NOT_THEN}）"
    assert awaited(cut(then, "window", region=False), "reds") == f"按窗口分开的数（{NOT_THEN}）"
    assert awaited(cut(then, "item", region=False), "reds") == ""
    assert awaited(cut(then, "", region=False), "appeals_upheld") == ""


def test_of_several_frozen_months_only_what_all_were_counted_by_is_had() -> None:
    now = {"grains": shipped().grains}

    assert awaited(cut(as_then(shipped(), [now]), "window", region=False), "reds") == ""
    assert awaited(cut(as_then(shipped(), [now, {}]), "window", region=False), "reds") != ""
    assert [list(grains_of(now, "cards")), list(grains_of({}, "cards"))] == [list(GRAINS), ["item", "post"]]


def test_cells_counted_by_other_grains_are_of_other_definitions() -> None:
    fewer = Definitions(shipped().measures, shipped().indicators, {}, {**shipped().lacks, "cards": {"window": "甲"}})

    assert fewer.digest != shipped().digest
