"""Telling rules of kind `ratio` the figures of a frozen month, so that they are judged like everything else.

A figure becomes a tally to the subject of each rule that reads its indicator: the
owner of the subject draws the card, with the same explanation, stages and clocks as
any other. A later revision is another word on the same fact and outranks the first;
telling the same revision again changes nothing.
"""

from collections.abc import Iterator, Sequence

from mingjing.rules.events import Fact
from mingjing.rules.kinds.ratio import FIGURED, Ratio
from mingjing.rules.rule import Rule
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.subject import subject_key, tally_type
from mingjing.rules.tally import Tally
from mingjing.services.confirmed import Outgoing, faults_in_writing
from mingjing.services.ledger.connection import Connection
from mingjing.services.ledger.scope import Scope
from mingjing.services.reports import cells
from mingjing.services.reports.cells import Sums, Wanted
from mingjing.services.reports.counting import DIMENSIONS, PLACES
from mingjing.services.reports.figure import figure
from mingjing.services.reports.freezing import Frozen, readable
from mingjing.services.reports.indicators import GRAINS, Definitions, Indicator
from mingjing.services.reports.law import telling
from mingjing.services.settings import Settings
from mingjing.streams.tallies import by_partition

SOURCE = "urn:mingjing:reports"
TOPIC = "tallies"

_ANSWER_S = 30


class FiguresNotTold(Exception):
    """Kafka did not take the figures; the month is frozen, tell them again by freezing it again."""


class RuleUnanswerable(Exception):
    """A rule asks for an indicator or a key that reports do not have."""


def figured(
    connection: Connection, frozen: Frozen, rulebook: Rulebook, definitions: Definitions, closed_at: int, now: int
) -> list[Tally]:
    """Return what subjects are told of a frozen month; `closed_at` is the first microsecond after it.

    Of an indicator that the month was not counted by, or otherwise, they are told nothing.
    Raises RuleUnanswerable naming the rule.
    """
    told: list[Tally] = []
    definitions = readable(definitions, [frozen])
    for rule in telling(rulebook, closed_at):
        if isinstance(rule.judge, Ratio):
            indicator = _indicator(rule, rule.judge, definitions)
            if not indicator.awaits:
                groups = _groups(connection, frozen, definitions, rule.judge, indicator)
                told += _tallies(rule, rule.judge, groups, frozen, closed_at, now)
    return told


def tell(settings: Settings, tallies: Sequence[Tally]) -> None:
    """Put the tallies on their topic and wait until Kafka has them; FiguresNotTold if it has not."""
    outgoing = [
        Outgoing(TOPIC, value, key, partition)
        for partition, records in by_partition(tallies, settings.partitions).items()
        for key, value in records
    ]
    faults = faults_in_writing(settings.broker, outgoing, _ANSWER_S)
    if faults:
        raise FiguresNotTold(f"月份已冻结，但指标未能交付评判（Kafka {settings.kafka}：{faults[0]}），请重新执行冻结")


def _indicator(rule: Rule, terms: Ratio, definitions: Definitions) -> Indicator:
    indicator = definitions.indicator(terms.indicator)
    if indicator is None or indicator.form != "ratio":
        raise RuleUnanswerable(f"规则 {rule.id} 所读的指标 {terms.indicator} 不是报表中的率，见 docs/indicators.md")
    if set(terms.by) - set(DIMENSIONS) or len(set(terms.by) & set(GRAINS)) > 1:
        known = f"{'、'.join(PLACES)} 及 {'、'.join(GRAINS)} 之一"
        raise RuleUnanswerable(f"规则 {rule.id} 按 {'、'.join(terms.by)} 分组，报表只能按 {known}分组")
    return indicator


def _groups(
    connection: Connection, frozen: Frozen, definitions: Definitions, terms: Ratio, indicator: Indicator
) -> dict[tuple[str, ...], tuple[int, int]]:
    """Return part and whole by key; a key of the revision before that is gone has nothing of nothing."""

    def counted(build: int) -> dict[tuple[str, ...], Sums]:
        chosen = {frozen.month: build}
        return cells.totals(
            *(connection, Scope.everything(), Wanted(), chosen, definitions),
            by=terms.by,
            measures=indicator.measures,
        )

    found = {}
    for key, sums in counted(frozen.build).items():
        made = figure(indicator, sums)
        found[key] = (made.numerator or 0, made.denominator or 0)
    if frozen.previous_build:
        found = dict.fromkeys(counted(frozen.previous_build), (0, 0)) | found
    return {key: shares for key, shares in sorted(found.items()) if all(key)}


def _tallies(
    rule: Rule, terms: Ratio, groups: dict[tuple[str, ...], tuple[int, int]], frozen: Frozen, closed_at: int, now: int
) -> Iterator[Tally]:
    month = frozen.snapshot["month"]
    for key, (part, whole) in groups.items():
        peers = [list(shares) for other, shares in groups.items() if other != key]
        named = dict(zip(terms.by, key, strict=True))
        fact = Fact(
            id="|".join((month, terms.indicator, *key)),
            source=SOURCE,
            type=tally_type(rule.id),
            at=closed_at,
            stamp=max(now, closed_at),
            recorded_at=frozen.revision,
            agency=named.get("agency"),
            region=named.get("region"),
            item=named.get("item"),
            post=named.get("post"),
            data={
                "type": FIGURED,
                "indicator": terms.indicator,
                "month": month,
                "part": part,
                "whole": whole,
                "peers": peers if terms.outlier is not None else [],
                "key": list(key),
            },
        )
        yield Tally(subject_key(rule.id, key), fact)
