"""Rounds of a case: what is applied for again, once it was sent back, has clocks of its own.

A case that was sent back (退件, 不予受理) and applied for again under its number
begins anew: the second application owes nothing to the first, and what paused or
extended the first moves nothing of the second. One that is made while the former
still runs renews nothing. Which facts make a round follows from the settled facts
alone, so an ending that is corrected away takes the round after it along.
"""

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any

from mingjing.rules.view import View


def rounds_of(view: View, begins: int, endings: int, read: Sequence[int]) -> list[View]:
    """Return the rounds of a case, each as a view of its own; `begins` and `endings` are masks of selectors.

    `read` are the masks of all that the rule reads. Each round is on the version of the item in force when it was
    accepted, or else began: what was promised of the former holds no more, and nothing of the next held then.

    A round lasts up to the first start after an ending of it. The next reaches
    back to the last such ending, so that a fact between the two belongs to both:
    what a case has drawn so far does not change with the start that renews it.
    """
    if not view.seen & endings:
        return [view]
    found: list[tuple[int, int]] = []
    since, over, begun = 0, 0, False
    for place, tag in enumerate(view.tags):
        if tag & begins:
            if over:
                found.append((since, place))
                since, over = over, 0
            begun = True
        if tag & endings and begun:
            over = place + 1
    if not found:
        return [view]
    parts = [*found, (since, len(view.tags))]
    reads = reduce(or_, read)
    return [
        view.part(begin, end, _item(view, begin, end, begins, reads) if number else _former_item(view, end))
        for number, (begin, end) in enumerate(parts)
    ]


def _former_item(view: View, end: int) -> Mapping[str, Any]:
    """Return the item of the first round: that of the case, unless only a later round was accepted."""
    dated = view.dated
    if dated is None or any(fact.type in dated.accepting for fact in view.facts[:end]):
        return view.item
    return dated.item_on(view.facts, view.facts[0])


def _item(view: View, begin: int, end: int, begins: int, reads: int) -> Mapping[str, Any]:
    """Return the item of a later round, by what the rule reads of it: nothing else has the rule judged anew."""
    dated, start = view.dated, view.first(begins, begin)
    if dated is None or start is None:
        return view.item
    facts = view.facts
    told = (facts[place] for place in range(start, end) if view.tags[place] & reads)
    return dated.item_on(facts, next((fact for fact in told if fact.type in dated.accepting), facts[start]))
