"""Findings in sentences, Chinese and English, made from their data alone.

The tone is settled: facts and instants, no motives; what happened, which limit,
when it ended, by how much, and what can still be done. Each kind has its own
module in `mingjing.rules.telling`, found by the `kind` of the finding's `explain`.
"""

from collections.abc import Callable, Iterator, Mapping

from mingjing.rules.card import Finding
from mingjing.rules.rule import Rule
from mingjing.rules.telling import (
    condition,
    flow,
    frequency,
    notification,
    ratio,
    repeats,
    separation,
    sequence,
    silence,
    time_limit,
    waiting_period,
)
from mingjing.rules.telling.phrases import Pair, Told


def sentences(rule: Rule, finding: Finding) -> dict[str, list[str]]:
    """Return the finding told in order: {"zh": […], "en": […]}."""
    tell = TELLERS[finding.explain["kind"]]
    pairs = list(tell(Told(rule, finding, finding.explain)))
    return {"zh": [zh for zh, _ in pairs], "en": [en for _, en in pairs]}


def _withdrawn(_: Told) -> Iterator[Pair]:
    yield (
        "迟到或更正的数据表明，该情形当时不成立，本牌自动撤回，不计入考核。",
        "Late or corrected data show that this never held; withdrawn by the system and not counted.",
    )


TELLERS: Mapping[str, Callable[[Told], Iterator[Pair]]] = {
    "time-limit": time_limit.tell,
    "waiting-period": waiting_period.tell,
    "sequence": sequence.tell,
    "notification": notification.tell,
    "separation": separation.tell,
    "frequency": frequency.tell,
    "silence": silence.tell,
    "ratio": ratio.tell,
    "condition": condition.tell,
    "flow": flow.tell,
    "repeats": repeats.tell,
    "withdrawn": _withdrawn,
}
"""Who tells a finding, by the `kind` of its `explain`; every kind of rule has its own."""
