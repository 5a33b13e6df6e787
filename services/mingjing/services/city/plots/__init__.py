"""How cases of each family go, rightly and wrongly. One plot a module."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from mingjing.services.city.draft import Draft
from mingjing.services.city.plots.complaint import complaint
from mingjing.services.city.plots.licence import licence
from mingjing.services.city.plots.on_the_spot import on_the_spot

PLOTS: Final[Mapping[str, Callable[[Draft, date], None]]] = {
    "licence": licence,
    "on-the-spot": on_the_spot,
    "complaint": complaint,
}
"""A plot by its name (`Item.plot`): it is given a draft and the day on which the case begins."""
