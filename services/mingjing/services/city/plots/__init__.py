"""How cases of each family go, rightly and wrongly. One plot a module."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from mingjing.services.city.draft import Draft
from mingjing.services.city.plots.complaint import complaint
from mingjing.services.city.plots.decision import decision, norm
from mingjing.services.city.plots.disclosure import disclosure, publicity
from mingjing.services.city.plots.duty import consult, roster, supervision, task
from mingjing.services.city.plots.fees import annual, fees, tariff
from mingjing.services.city.plots.hearing import hearing
from mingjing.services.city.plots.inspection import inspection
from mingjing.services.city.plots.irregular import irregular
from mingjing.services.city.plots.joint import joint, joint_later
from mingjing.services.city.plots.licence import licence
from mingjing.services.city.plots.night import night
from mingjing.services.city.plots.on_the_spot import on_the_spot
from mingjing.services.city.plots.penalty import penalty
from mingjing.services.city.plots.port import port
from mingjing.services.city.plots.quiet import quiet
from mingjing.services.city.plots.recurrence import again, renewal, unlisted
from mingjing.services.city.plots.rounds import rounds
from mingjing.services.city.plots.seated import seated
from mingjing.services.city.plots.trade import trade

PLOTS: Final[Mapping[str, Callable[[Draft, date], None]]] = {
    "again": again,
    "annual": annual,
    "complaint": complaint,
    "consult": consult,
    "decision": decision,
    "disclosure": disclosure,
    "fees": fees,
    "hearing": hearing,
    "inspection": inspection,
    "irregular": irregular,
    "joint": joint,
    "licence": licence,
    "norm": norm,
    "on-the-spot": on_the_spot,
    "penalty": penalty,
    "publicity": publicity,
    "renewal": renewal,
    "roster": roster,
    "rounds": rounds,
    "seated": seated,
    "supervision": supervision,
    "tariff": tariff,
    "task": task,
    "trade": trade,
    "unlisted": unlisted,
}
"""A plot by its name (`Place.plot`): it is given a draft and the day on which the case begins."""

OF_CHOICE: Final[Mapping[str, Callable[[Draft, date], None]]] = {
    **PLOTS,
    "joint": joint_later,
    "night": night,
    "port": port,
    "quiet": quiet,
}
"""The plots of a city that keeps the rules of choice too; `practice` adds to what they tell."""
