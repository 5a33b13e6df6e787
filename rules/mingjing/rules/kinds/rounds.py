"""Rounds of a case: what is applied for again, once it was sent back, has clocks of its own.

A case that was sent back (退件, 不予受理) and applied for again under its number
begins anew: the second application owes nothing to the first, and what paused or
extended the first moves nothing of the second. One that is made while the former
still runs renews nothing. Which facts make a round follows from the settled facts
alone, so an ending that is corrected away takes the round after it along.
"""

from mingjing.rules.view import View


def rounds_of(view: View, begins: int, endings: int) -> list[View]:
    """Return the rounds of a case, each as a view of its own; `begins` and `endings` are masks of selectors.

    A round lasts up to the first start after an ending of it. The next reaches
    back to the last such ending, so that a fact between the two belongs to both:
    what a case has drawn so far does not change with the start that renews it.
    """
    if not view.seen & endings:
        return [view]
    found: list[View] = []
    since, over, begun = 0, 0, False
    for place, tag in enumerate(view.tags):
        if tag & begins:
            if over:
                found.append(view.part(since, place))
                since, over = over, 0
            begun = True
        if tag & endings and begun:
            over = place + 1
    return [*found, view.part(since, len(view.tags))] if found else [view]
