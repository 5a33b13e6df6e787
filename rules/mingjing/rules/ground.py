"""The ground of a case: what every rule stands on besides the facts."""

from collections.abc import Mapping
from typing import Any

from mingjing.rules.workdays import Workdays


class Ground:
    """The item, the region and the agency of a case; cases on one ground share one object.

    `scope` has the bit of each rule whose scope the ground lies in, or may lie
    in; those of `open_scope` ask the attributes of the case besides.
    """

    __slots__ = ("agency", "item", "open_scope", "region", "scope", "workdays")

    def __init__(
        self,
        item: Mapping[str, Any],
        region: str | None,
        agency: str | None,
        workdays: Workdays,
        scope: int,
        open_scope: int,
    ) -> None:
        self.item = item
        self.region = region
        self.agency = agency
        self.workdays = workdays
        self.scope = scope
        self.open_scope = open_scope
