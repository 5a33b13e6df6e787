"""A licence reviewed at a post whose holders are registered, by somebody who is not one of them. Or a day too early."""

from datetime import date, timedelta
from typing import Final

from mingjing.services.city.draft import Draft
from mingjing.services.city.plots.plain import begin, finish

STANDING: Final = "SCJG-SP-SC"
"""A post that has had holders all along."""

CAMPAIGN: Final = "SCJG-ZX-01"
"""A post that has holders for the length of a campaign only; before and after it is anybody's."""

CAMPAIGN_FIRST: Final = date(2026, 8, 3)
CAMPAIGN_LAST: Final = date(2026, 8, 28)
EDGES: Final = (date(2026, 7, 31), CAMPAIGN_FIRST, CAMPAIGN_LAST, date(2026, 8, 31))
"""The working days on either side of the first and the last on which the campaign's post has holders."""

NEAR: Final = timedelta(days=92)
"""How far from the day on which the case begins an edge may lie."""

POSTS: Final = {STANDING: 4, CAMPAIGN: 6, "": 1}
"""How often which post the step is done at; '' for one that is not registered."""


def seated(draft: Draft, day: date) -> None:
    """Tell a case of one day whose first step is done at a post by an officer who holds none."""
    post = draft.pick(POSTS)
    if post == CAMPAIGN and (near := [each for each in EDGES if abs(each - day) <= NEAR]):
        day = draft.dice.choice(near)
    step = draft.item.steps[0]
    if post:
        draft.posts[step] = post
    accepted = begin(draft, day)
    finish(draft, accepted, day)
    done = draft.when("step.completed", step)
    if done is not None and (post == STANDING or (post == CAMPAIGN and CAMPAIGN_FIRST <= day <= CAMPAIGN_LAST)):
        draft.plant("PER-03", "yellow", done)
