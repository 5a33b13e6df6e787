from collections.abc import Callable

from mingjing.rules.events import Fact
from mingjing.rules.selector import Selector
from mingjing.rules.shapes import Shapes
from mingjing.rules.zone import Zone

Told = Callable[..., Fact]

B = frozenset(("B",))


def _shapes(*selectors: Selector) -> tuple[Shapes, tuple[int, ...]]:
    shapes = Shapes(Zone("Asia/Shanghai"))
    return shapes, shapes.masks(selectors)


def test_selectors_of_one_shape_share_their_bit_whichever_match_they_choose() -> None:
    _, (first, last, other) = _shapes(Selector(B, "first"), Selector(B, "last"), Selector(frozenset("C"), "first"))

    assert first == last
    assert not first & other


def test_a_condition_is_part_of_the_shape(told: Told) -> None:
    shapes, (any_b, some_b) = _shapes(Selector(B, "each"), Selector(B, "each", "data.x == 1"))
    plain, met = (told("2026-03-06", "B", data=data) for data in ({}, {"x": 1}))

    assert (shapes.tag(plain), shapes.tag(met)) == (any_b, any_b | some_b)


def test_a_selector_of_everything_matches_a_type_that_nobody_names(told: Told) -> None:
    shapes, (_, everything) = _shapes(Selector(B, "each"), Selector(None, "each"))

    assert shapes.tag(told("2026-03-06", "unheard-of")) == everything
