"""`time-limit`: the stop must come within the limit of the start; a timer finds what never comes.

A ladder may measure several clocks (promised, statutory) that run side by side
from one start. The finding stands while some rung holds and is cleared by the
stop, extension or pause that ended it. Where only cases with a stop are judged
(`missing: ignore`) there is nothing left to end, so it stands. A start that
`renews_after` an ending of the former round has clocks of its own (`rounds`).
"""

import msgspec

from mingjing.rules.kinds import keyed, limit_reader
from mingjing.rules.kinds.in_time import judge_in_time
from mingjing.rules.kinds.limit import Limit
from mingjing.rules.kinds.reader import RuleReader
from mingjing.rules.rule import Rule, Verdict
from mingjing.rules.selector import ANY, NOTHING, Selector
from mingjing.rules.view import View

KEYS = (
    "start",
    "renews_after",
    "stop",
    "unless",
    "missing",
    "limit",
    "due",
    "done",
    "key",
    "card_to",
    *limit_reader.KEYS,
)


class TimeLimit(msgspec.Struct, frozen=True):
    """The terms of a rule: `stop` or `done` ends the clock, `unless` discharges the duty in time.

    With a `key` each of its values has clocks of its own; `unless` discharges all of them. `card_to` is the path,
    seen from the start, to the agency that answers for them. After a fact of `renews` the next start begins anew.
    """

    start: Selector
    stop: Selector | None
    unless: Selector | None
    done: str | None
    missing_violates: bool
    limit: Limit
    key: str | None = None
    card_to: str | None = None
    renews: Selector | None = None

    @property
    def case_wide(self) -> bool:
        """Whether attributes of the case decide, so that any event may change the verdict."""
        paths = (self.done, self.key, self.card_to)
        return self.limit.reads_case or any(each is not None and each.startswith("case.") for each in paths)

    @property
    def selectors(self) -> tuple[Selector, ...]:
        """Start, stop, unless, then those of the limit; last what renews the start, where anything does."""
        renews = () if self.renews is None else (self.renews,)
        return (self.start, self.stop or NOTHING, self.unless or NOTHING, *self.limit.selectors, *renews)

    def judge(self, rule: Rule, view: View, masks: tuple[int, ...]) -> Verdict:
        """Return one finding for each start whose ladder was ever climbed."""
        return judge_in_time(self, rule, view, masks)


def read(rule: RuleReader) -> TimeLimit:
    """Return the judge that the rule's YAML states; faults go to its page."""
    rule.known(*KEYS, needed=("start",))
    fields, page = rule.fields, rule.page
    if ("limit" in fields) == ("due" in fields):
        page.fault(rule.node, f"rule {rule.id}: give exactly one of `limit` and `due`")
    if "stop" not in fields and "done" not in fields:
        page.fault(
            rule.node, f"rule {rule.id}: give `stop` (an event that ends the clock) or `done` (a field that does)"
        )
    start, stop = rule.selector(fields.get("start"), "first"), rule.optional("stop", "first-after")
    missing_violates = page.word(fields.get("missing"), ("violates", "ignore"), "violates") == "violates"
    return TimeLimit(
        start=start,
        stop=stop,
        unless=rule.optional("unless", "each"),
        done=rule.path("done"),
        missing_violates=missing_violates,
        limit=limit_reader.read_limit(rule, limit_reader.read_terms(rule)),
        key=keyed.read_path(rule, fields["key"]) if "key" in fields else None,
        card_to=rule.path("card_to"),
        renews=_read_renews(rule, start, stop, missing_violates=missing_violates),
    )


def _read_renews(
    rule: RuleReader, start: Selector, stop: Selector | None, *, missing_violates: bool
) -> Selector | None:
    """Return what ends a round under `renews_after`; where a missing stop violates, it must end the clocks, too."""
    node = rule.fields.get("renews_after")
    if node is None:
        return None
    renews = Selector(rule.events(node), "each")
    if start.which != "first":
        told = f"rule {rule.id}: `renews_after` renews the first start; with which: {start.which} leave it out"
        rule.page.fault(node, told)
    if missing_violates and stop is not None and stop.types is not None:
        for name in sorted((renews.types or frozenset((ANY,))) - stop.types):
            rule.page.fault(node, f"rule {rule.id}: after {name!r} the clocks ran on: name it under `stop`, too")
    return renews
