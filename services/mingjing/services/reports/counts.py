"""Which count of each month a report reads, and what it therefore rests on."""

from collections.abc import Collection, Sequence

from mingjing.services.ledger.connection import Connection
from mingjing.services.reports import cells, freezing
from mingjing.services.reports.cells import Build, Vector
from mingjing.services.reports.document import Origin
from mingjing.services.reports.freezing import Frozen
from mingjing.services.reports.indicators import Definitions
from mingjing.services.reports.law import IN_TURN, VersionsOf, in_turn
from mingjing.services.reports.period import Month, Period


class Counts:
    """The counts of some months: the frozen revision of each that has one, else its newest build."""

    def __init__(self, connection: Connection, months: Sequence[Month], definitions: Definitions) -> None:
        self._definitions = definitions
        self._frozen = freezing.standing(connection, months)
        self._builds = cells.newest(connection, months, definitions)
        self._digests = cells.digests(connection, {number: each.build for number, each in self._frozen.items()})
        self._standing = {number: each.build for number, each in self._builds.items()}
        self._standing |= {number: each.build for number, each in self._frozen.items()}

    def of(self, period: Period) -> dict[int, int] | None:
        """Return the build of each month of `period`; None where one was never counted."""
        found = self.known(period.months)
        return found if len(found) == period.length else None

    def known(self, months: Sequence[Month], indicators: Collection[str] = ()) -> dict[int, int]:
        """Return the build of each of the months that was counted, and by what these indicators mean today."""
        found = {each.number: self._standing[each.number] for each in months if each.number in self._standing}
        for month in months:
            otherwise = {each.id for each in self.readable(Period(month, 1)).indicators if each.awaits}
            if otherwise.intersection(indicators):
                found.pop(month.number, None)
        return found

    def readable(self, period: Period) -> Definitions:
        """Return the definitions as far as `period` was counted by them; see `freezing.readable`."""
        return freezing.readable(self._definitions, self.frozen_of(period))

    def frozen_of(self, period: Period) -> list[Frozen]:
        """Return the frozen months of `period`, in order."""
        return [self._frozen[each.number] for each in period.months if each.number in self._frozen]

    def origin(self, period: Period, versions: VersionsOf) -> Origin:
        """Return what a report of `period` rests on; a frozen month names what it was frozen with."""
        settled = {each.snapshot["month"]: each for each in self.frozen_of(period)}
        still_open = [each.number for each in period.months if str(each) not in settled]
        read: list[Build | Frozen] = [*settled.values()]
        read += [self._builds[number] for number in still_open if number in self._builds]
        made, progress = _newest(read)
        return Origin(
            frozen=len(settled) == period.length,
            revisions={text: each.revision for text, each in settled.items()},
            hashes={text: each.hash for text, each in settled.items()},
            counted_ms=made,
            progress=progress,
            versions=in_turn(
                settled[str(each)].snapshot["versions"] if str(each) in settled else versions(each)
                for each in period.months
            ),
            definitions=IN_TURN.join(
                dict.fromkeys(self._digests.get(each.number, self._definitions.digest) for each in period.months)
            ),
        )


def _newest(read: Sequence[Build | Frozen]) -> tuple[int, Vector]:
    return max(((each.build, each.progress) for each in read), key=lambda pair: pair[0], default=(0, {}))
