"""`ratio`: a monthly indicator past its threshold, with its numbers and a guard against small ones.

The figures are those of a closed month. Ratios are compared as fractions, so
that 90 % of 40 is 36 and not a hair more. Where there are fewer than `min_n`,
nothing is said: two cases of three are no trend.
"""

import re
from collections.abc import Iterable
from fractions import Fraction
from statistics import median
from typing import Any, Literal

import msgspec

from mingjing.rules.card import Evidence, Finding
from mingjing.rules.events import Fact
from mingjing.rules.kinds.reader import RuleReader
from mingjing.rules.kinds.seen import Seen, paths_of
from mingjing.rules.rule import Rule, Verdict
from mingjing.rules.selector import Selector
from mingjing.rules.subject import told
from mingjing.rules.view import View
from mingjing.rules.yaml_page import Node

FIGURED = "report.figured"
"""Type of the fact that states one figure of a closed month.

Its data are `indicator`, `month`, `part`, `whole` and `peers`, the (part, whole)
of the others of that month. Its `at` is the first instant after the month; a
correction is the same id once more, recorded later.
"""

THRESHOLDS = ("below", "above", "at_or_below", "at_or_above", "outlier")
MIN_N = 30
MIN_PEERS = 5
Side = Literal["above", "below"]

_SHARE = re.compile(r"(\d+(?:\.\d+)?)\s*%")


class Outlier(msgspec.Struct, frozen=True):
    """Further from the peers' median than `mad` times their median absolute deviation, on one side of it."""

    mad: Fraction
    side: Side
    peers: int


class Weighed(msgspec.Struct, frozen=True):
    """A ratio and what it was held against; the peers' figures only where peers are asked."""

    ratio: Fraction
    past: bool
    peers: int | None = None
    middle: Fraction | None = None
    spread: Fraction | None = None


class Ratio(msgspec.Struct, frozen=True):
    """`indicator` by key: past where it is below, or above, or an outlier; where several are given, all must hold.

    What is at the threshold is past `at_or_below` and `at_or_above`, and not past `below` and `above`.
    """

    indicator: str
    by: tuple[str, ...]
    below: Fraction | None
    above: Fraction | None
    outlier: Outlier | None
    min_n: int
    case_wide: bool = False
    at_or_below: Fraction | None = None
    at_or_above: Fraction | None = None

    @property
    def selectors(self) -> tuple[Selector, ...]:
        """Figures of closed months."""
        return (Selector(frozenset((FIGURED,)), "each", f'data.indicator == "{self.indicator}"'),)

    def of_subject(self, rule: str) -> "RatioOfSubject":
        """Return the judge of what was told to a subject of the rule."""
        return RatioOfSubject(self, told(rule))

    @property
    def voidable(self) -> bool:
        """A figure that is taken back is taken from the subject too."""
        return True

    def judge(self, rule: Rule, view: View, masks: tuple[int, ...]) -> Verdict:  # noqa: ARG002  # of the protocol
        """Return nothing: no case is a ratio by itself."""
        return Verdict([])

    def tally(self, seen: Seen, matched: tuple[bool, ...]) -> Fact | None:  # noqa: ARG002  # there is one selector
        """Return the figure with its key."""
        fact = seen.fact
        return msgspec.structs.replace(fact, data={**fact.data, "key": list(seen.key(self.by) or ())}, case_data={})

    def weigh(self, part: int, whole: int, peers: Iterable[tuple[int, int]]) -> Weighed | None:
        """Return the ratio held against the threshold, or None where there are too few to say anything.

        Peers with fewer than `min_n` are no measure, nor is a median of fewer peers than the rule asks for.
        """
        if whole < max(1, self.min_n):
            return None
        ratio = Fraction(part, whole)
        past = self._past(ratio)
        if self.outlier is None:
            return Weighed(ratio, past)
        ratios = [Fraction(of, among) for of, among in peers if among >= max(1, self.min_n)]
        if len(ratios) < self.outlier.peers:
            return None
        middle = median(ratios)
        spread = median([abs(each - middle) for each in ratios])
        away = ratio - middle if self.outlier.side == "above" else middle - ratio
        return Weighed(ratio, past and away > self.outlier.mad * spread, len(ratios), middle, spread)

    def _past(self, ratio: Fraction) -> bool:
        return (
            (self.below is None or ratio < self.below)
            and (self.above is None or ratio > self.above)
            and (self.at_or_below is None or ratio <= self.at_or_below)
            and (self.at_or_above is None or ratio >= self.at_or_above)
        )


class RatioOfSubject(msgspec.Struct, frozen=True):
    """Judges the figures of one subject, month by month."""

    terms: Ratio
    told: Selector
    case_wide: bool = False

    @property
    def selectors(self) -> tuple[Selector, ...]:
        """What the subject was told."""
        return (self.told,)

    def judge(self, rule: Rule, view: View, masks: tuple[int, ...]) -> Verdict:
        """Return a finding for each month past the threshold; the month is its occurrence."""
        found = (self._month(rule, view, view.facts[place]) for place in view.matches(masks[0]))
        return Verdict([finding for finding in found if finding is not None])

    def obsolete(self, view: View, masks: tuple[int, ...], settled: int) -> tuple[int, int]:  # noqa: ARG002  # of the protocol
        """Return nothing: a month is one figure, and stays."""
        return 0, 0

    def _month(self, rule: Rule, view: View, figure: Fact) -> Finding | None:
        data, terms = figure.data, self.terms
        weighed = terms.weigh(data["part"], data["whole"], [(of, among) for of, among in data.get("peers", ())])
        if weighed is None or not weighed.past:
            return None
        explain: dict[str, Any] = {
            "kind": "ratio",
            "indicator": terms.indicator,
            "by": list(terms.by),
            "key": data.get("key", []),
            "month": data["month"],
            "numerator": data["part"],
            "denominator": data["whole"],
            "ratio": _percent(weighed.ratio),
            "min_n": terms.min_n,
            "below": _percent(terms.below),
            "above": _percent(terms.above),
            "closed_at": view.zone.text(figure.at),
        }
        reached = {"at_or_below": terms.at_or_below, "at_or_above": terms.at_or_above}
        explain |= {key: _percent(share) for key, share in reached.items() if share is not None}
        if terms.outlier is not None:
            explain["outlier"] = {
                "side": terms.outlier.side,
                "mad": str(terms.outlier.mad),
                "peers": weighed.peers,
                "median": _percent(weighed.middle),
                "deviation": _percent(weighed.spread),
            }
        return rule.finding(
            rule.rungs[-1],
            occurrence=data["month"],
            status="standing",
            violated_at=figure.at,
            due_at=None,
            cleared_at=None,
            evidence=[Evidence(figure.id, figure.source, FIGURED, figure.at)],
            explain=explain,
        )


def read(rule: RuleReader) -> Ratio:
    """Return the judge that the rule's YAML states; faults go to its page."""
    rule.known("indicator", "by", *THRESHOLDS, "min_n", needed=("indicator", "by"))
    page, fields = rule.page, rule.fields
    if not set(THRESHOLDS) & set(fields):
        *most, last = (f"`{each}`" for each in THRESHOLDS)
        page.fault(rule.node, f"rule {rule.id}: give a threshold: {', '.join(most)} or {last}")
    rule.reach = "across"
    indicator = page.text(fields.get("indicator"))
    if "indicator" in fields and not re.fullmatch(r"\w+", indicator):
        told = f"rule {rule.id}: {indicator!r} is not the name of an indicator; write letters, digits and _ alone"
        page.fault(fields["indicator"], told)
    return Ratio(
        indicator,
        paths_of(rule, "by"),
        _share(rule, fields.get("below")),
        _share(rule, fields.get("above")),
        _outlier(rule, fields["outlier"]) if "outlier" in fields else None,
        page.number(fields.get("min_n"), MIN_N),
        at_or_below=_share(rule, fields.get("at_or_below")),
        at_or_above=_share(rule, fields.get("at_or_above")),
    )


def _outlier(rule: RuleReader, node: Node) -> Outlier:
    page = rule.page
    found = page.mapping(node, ("mad", "side", "peers"), ("mad",))
    text = page.text(found.get("mad"))
    if "mad" in found and not re.fullmatch(r"\d+(\.\d+)?", text):
        page.fault(found["mad"], f"rule {rule.id}: {text!r} is not a number of deviations")
        text = ""
    side: Side = page.word(found.get("side"), ("above", "below"), "above")  # type: ignore[assignment]  # one of Side
    return Outlier(Fraction(text or 1), side, page.number(found.get("peers"), MIN_PEERS))


def _share(rule: RuleReader, node: Node | None) -> Fraction | None:
    if node is None:
        return None
    text = rule.page.text(node)
    found = _SHARE.fullmatch(text.strip())
    if found is None:
        rule.page.fault(node, f"rule {rule.id}: {text!r} is not a share; write it in percent, such as 90%")
        return Fraction(0)
    return Fraction(found[1]) / 100


def _percent(share: Fraction | None) -> str | None:
    return None if share is None else f"{float(share):.2%}"
