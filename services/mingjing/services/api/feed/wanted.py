"""Which records of a feed a listener wants and may see."""

from collections.abc import Callable

import msgspec

from mingjing.services.api.feed.entry import Head
from mingjing.services.confided import Keeping, told_all
from mingjing.services.ledger.scope import region_prefix


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """A filter over the records of a feed; an empty part asks for everything, `cases` for those of these keys.

    `region` is a code or the beginning of one, as in the ledger. `permits` is
    the caller's scope: what it refuses is invisible whatever the caller asks. Of what it
    permits the caller is not told what is `confided` by the law at work.
    """

    permits: Callable[[str | None, str | None], bool]
    levels: frozenset[str] = frozenset()
    agency: str | None = None
    region: str | None = None
    cases: frozenset[str] = frozenset()
    confided: Keeping = told_all

    def has(self, card: Head) -> bool:
        """Return whether the card is wanted and may be seen."""
        return (
            (not self.cases or card.case_key in self.cases)
            and (not self.levels or card.level in self.levels)
            and (self.agency is None or card.agency == self.agency)
            and (self.region is None or (card.region or "").startswith(region_prefix(self.region)))
            and self.permits(card.agency, card.region)
        )
