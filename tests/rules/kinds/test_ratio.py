"""Monthly ratios: thresholds as fractions, small numbers left alone, outliers against their peers."""

from collections.abc import Callable
from fractions import Fraction
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjing.rules.card import Card
from mingjing.rules.events import Fact
from mingjing.rules.kinds.ratio import Outlier, Ratio
from mingjing.rules.pack import Pack
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.together import Together
from mingjing.rules.yaml_page import PackRefused

RULE = "  - {id: R, kind: ratio, indicator: satisfied, by: agency, TERMS, cards: {warning: past}}\n"
PEERS = [[1, 100], [2, 100], [3, 100], [4, 100], [5, 100]]  # median 3 %, deviation 1 %
Figured = Callable[..., list[Card]]


@pytest.fixture
def figured(book: Callable[..., Rulebook], told: Callable[..., Fact]) -> Figured:
    """Return the last state of each card after the figures of March, each (part, whole) said in turn."""

    def judge(terms: str, *said: tuple[int, int], peers: list[list[int]] | None = None) -> list[Card]:
        engine = Together(book(RULE.replace("TERMS", terms)), now=0)
        for number, (part, whole) in enumerate(said):
            data = {"indicator": "satisfied", "month": "2026-03", "part": part, "whole": whole, "peers": peers or []}
            recorded = f"2026-04-0{number + 2}"
            fact = told("2026-04-01", "report.figured", id="2026-03", agency="A", data=data, recorded=recorded)
            engine.fold("report/2026-03", fact, number)
        cards = {card.card_id: card for card in engine.take().cards}
        return [card for card in cards.values() if card.status != "withdrawn"]

    return judge


def test_a_share_at_its_threshold_is_not_past_it(figured: Figured) -> None:
    assert not figured("below: 90%", (36, 40))
    assert figured("below: 90%", (35, 40))
    assert not figured("above: 5%, min_n: 20", (1, 20))
    assert figured("above: 5%, min_n: 20", (2, 20))


def test_a_share_at_its_threshold_is_past_it_where_the_rule_says_so(figured: Figured) -> None:
    assert not figured("at_or_below: 80%", (33, 40))
    assert figured("at_or_below: 80%", (32, 40))
    assert not figured("at_or_above: 100%, min_n: 20", (19, 20))
    (card,) = figured("at_or_above: 100%, min_n: 20", (20, 20))
    assert card.explain["sentences"]["zh"][-1] == "达到或高于界限 100.00%。"


def test_a_share_that_no_decimal_writes_is_held_against_its_threshold_exactly() -> None:
    terms = Ratio("i", ("agency",), Fraction(1, 3), None, None, 3)

    assert not (terms.weigh(333_333_333_333, 999_999_999_999, []) or pytest.fail("not weighed")).past


def test_fewer_than_the_least_number_say_nothing(figured: Figured) -> None:
    assert not figured("below: 90%", (0, 29))
    assert figured("below: 90%", (0, 30))


def test_the_card_shows_the_numbers_of_the_month(figured: Figured) -> None:
    (card,) = figured("below: 90%", (35, 40))

    assert (card.case_key, card.occurrence, card.violated_at[:10]) == ("across/R/A", "2026-03", "2026-04-01")
    assert card.explain["sentences"]["zh"] == ["A 2026-03：35 / 40 = 87.50%。", "低于界限 90.00%。"]


def test_a_figure_that_is_corrected_takes_its_card_back(figured: Figured) -> None:
    assert not figured("below: 90%", (35, 40), (38, 40))


def test_an_outlier_lies_more_than_so_many_deviations_off_the_median(figured: Figured) -> None:
    assert not figured("outlier: {mad: 3}", (6, 100), peers=PEERS)
    (card,) = figured("outlier: {mad: 3}", (7, 100), peers=PEERS)

    outlier = card.explain["outlier"]
    assert (outlier["peers"], outlier["median"], outlier["deviation"]) == (5, "3.00%", "1.00%")


def test_an_outlier_on_the_other_side_is_none(figured: Figured) -> None:
    assert not figured("outlier: {mad: 1}", (0, 100), peers=PEERS)
    assert figured("outlier: {mad: 1, side: below}", (0, 100), peers=PEERS)


def test_small_peers_are_no_measure_and_too_few_say_nothing(figured: Figured) -> None:
    assert not figured("outlier: {mad: 3}", (50, 100), peers=[*PEERS[:4], [9, 29]])
    assert figured("outlier: {mad: 3, peers: 4}", (50, 100), peers=[*PEERS[:4], [9, 29]])


def test_an_outlier_with_a_floor_must_be_past_both(figured: Figured) -> None:
    assert not figured("above: 10%, outlier: {mad: 3}", (7, 100), peers=PEERS)
    assert figured("above: 10%, outlier: {mad: 3}", (11, 100), peers=PEERS)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(30, 90)), min_size=5, max_size=9), st.integers(0, 90))
def test_peers_weighed_by_hand_give_the_same(peers: list[tuple[int, int]], part: int) -> None:
    weighed = Ratio("i", ("agency",), None, None, Outlier(Fraction(3), "above", 5), 30).weigh(part, 90, peers)

    shares = [of / among for of, among in peers]
    spread = median(abs(share - median(shares)) for share in shares)
    off = part / 90 - median(shares) - 3 * spread
    assert weighed is not None
    assert abs(off) < 1e-9 or weighed.past == (off > 0)


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ("min_n: 30", "give a threshold: `below`, `above`, `at_or_below`, `at_or_above` or `outlier`"),
        ("below: 0.9", "'0.9' is not a share; write it in percent"),
        ("outlier: {mad: x}", "'x' is not a number of deviations"),
        ("outlier: {mad: 3, side: left}", "'left' is not one of above, below"),
    ],
)
def test_what_is_written_wrongly_is_refused(pack: Callable[[str], Pack], terms: str, message: str) -> None:
    with pytest.raises(PackRefused) as refused:
        pack(RULE.replace("TERMS", terms))

    assert message in str(refused.value)
