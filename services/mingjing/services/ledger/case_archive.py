"""The archive as a worker asks it: one case, whole, when something late is heard of it."""

from collections.abc import Sequence

from mingjing.rules.events import Fact
from mingjing.services.ledger.connection import Pool
from mingjing.services.ledger.errors import LedgerUnavailable
from mingjing.services.ledger.progress import read
from mingjing.services.settings import Settings
from mingjing.streams.ports import ArchiveAway
from mingjing.streams.topics import CASE_EVENTS
from mingjing.streams.wire import fact_in

CONNECTIONS = 4


class CaseArchive:
    """`ports.Archive` over the table `events`; up to four threads ask at once, the others wait."""

    def __init__(self, settings: Settings) -> None:
        self._pool = Pool(settings, CONNECTIONS)

    def facts_of(self, partition: int, case_key: str, last_offset: int) -> Sequence[Fact] | None:
        """Return the facts of a case in the order of case-events; None if `last_offset` is not archived yet.

        Raises ArchiveAway where ClickHouse does not answer.
        """
        try:
            with self._pool.lend() as connection:
                if read(connection).get(CASE_EVENTS, {}).get(partition, 0) <= last_offset:
                    return None
                rows = connection.rows(
                    "SELECT body FROM events FINAL WHERE case_key = %(case)s AND topic_partition = %(partition)s "
                    "AND topic_offset <= %(last)s ORDER BY topic_offset",
                    {"case": case_key, "partition": partition, "last": last_offset},
                )
        except LedgerUnavailable as exc:
            raise ArchiveAway(str(exc)) from exc
        return [fact_in(body.encode()) for (body,) in rows]

    def close(self) -> None:
        """Hang up."""
        self._pool.close()
