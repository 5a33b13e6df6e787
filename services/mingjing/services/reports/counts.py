"""Which count of each month a report reads, and what it therefore rests on."""

from collections.abc import Sequence

from mingjing.services.ledger.connection import Connection
from mingjing.services.reports import cells, freezing
from mingjing.services.reports.cells import Build, Vector
from mingjing.services.reports.document import Origin
from mingjing.services.reports.freezing import Frozen
from mingjing.services.reports.indicators import Definitions
from mingjing.services.reports.law import VersionsOf, in_turn
from mingjing.services.reports.period import Month, Period


class Counts:
    """The counts of some months: the frozen revision of each that has one, else its newest build."""

    def __init__(self, connection: Connection, months: Sequence[Month], definitions: Definitions) -> None:
        self._frozen = freezing.standing(connection, months)
        self._builds = cells.newest(connection, months, definitions)

        self._standing = {number: each.build for number, each in self._builds.items()}
        self._standing |= {number: each.build for number, each in self._frozen.items()}

    def of(self, period: Period) -> dict[int, int] | None:
        """Return the build of each month of `period`; None where one was never counted."""
        found = self.known(period.months)
        return found if len(found) == period.length else None

    def known(self, months: Sequence[Month]) -> dict[int, int]:
        """Return the build of each of the months that was counted."""
        return {each.number: self._standing[each.number] for each in months if each.number in self._standing}

    def frozen_of(self, period: Period) -> list[Frozen]:
        """Return the frozen months of `period`, in order."""
        return [self._frozen[each.number] for each in period.months if each.number in self._frozen]

    def origin(self, period: Period, versions: VersionsOf, definitions: Definitions) -> Origin:
        """Return what a report of `period` rests on; a frozen month names the versions it was frozen with."""
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
            definitions=definitions.digest,
        )


def _newest(read: Sequence[Build | Frozen]) -> tuple[int, Vector]:
    return max(((each.build, each.progress) for each in read), key=lambda pair: pair[0], default=(0, {}))
