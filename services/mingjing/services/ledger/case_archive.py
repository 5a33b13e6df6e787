"""The archive as a worker asks it: a case whole, when something late is heard of it, or what was cut off a log."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, NamedTuple

import orjson

from mingjing.rules.events import Fact, micros
from mingjing.rules.last_words import LastWord, last_words
from mingjing.services.ledger.connection import Connection, Pool
from mingjing.services.ledger.errors import LedgerUnavailable
from mingjing.services.ledger.progress import read
from mingjing.services.settings import Settings
from mingjing.streams.ports import ArchiveAway, Archived
from mingjing.streams.topics import CARDS, CASE_EVENTS
from mingjing.streams.wire import fact_in

CONNECTIONS = 4


class CaseArchive:
    """`ports.Archive` of one log over the ledger; up to four threads ask at once, the others wait."""

    def __init__(self, settings: Settings, log: str = CASE_EVENTS) -> None:
        self._pool = Pool(settings, CONNECTIONS)
        self._log = log
        # Events have a table of their own; `log` is bound in either case, and asked for in one.
        self._records = "events" if log == CASE_EVENTS else "log_records"
        self._of_log = "" if log == CASE_EVENTS else "topic = %(log)s AND "
        self._days: dict[int, _Days] = {}

    def facts_of(self, partition: int, case_key: str, last_offset: int) -> Sequence[Fact] | None:
        """Return the facts of a case in the order of the log; None if `last_offset` is not archived yet.

        Raises ArchiveAway where ClickHouse does not answer.
        """
        rows = self._rows(
            (self._log, partition, last_offset + 1),
            # Every month may hold some of a case: of each only the keys are read, but where the case is. A record
            # that was written twice is the same record twice.
            f"SELECT body FROM {self._records} PREWHERE {self._of_log}case_key = %(case)s "  # noqa: S608  # names of ours
            "WHERE topic_partition = %(partition)s AND topic_offset <= %(last)s "
            "ORDER BY topic_offset LIMIT 1 BY topic_offset",
            {"log": self._log, "case": case_key, "partition": partition, "last": last_offset},
        )
        return None if rows is None else [fact_in(body.encode()) for (body,) in rows]

    def cards_of(self, partition: int, case_key: str, last_offset: int, until: int) -> Sequence[LastWord] | None:
        """Return the last word on each card of a case that was said for its facts up to `last_offset` (inclusive).

        None if what lay on this partition of cards before `until` is not in the ledger yet. Raises ArchiveAway
        where ClickHouse does not answer.
        """
        rows = self._rows(
            (CARDS, partition, until),
            "SELECT body FROM card_log PREWHERE case_key = %(case)s WHERE ver_offset <= %(last)s",
            {"case": case_key, "last": last_offset},
        )
        return None if rows is None else last_words([body.encode() for (body,) in rows])

    def past(self, partition: int, first: int, until: int) -> Sequence[Archived] | None:
        """Return what lay on a partition of the log from `first` to `until` (exclusive), some of it twice.

        None if `until` is not archived yet. Raises ArchiveAway where ClickHouse does not answer.
        """
        known = self._days_of(partition, until)
        theirs = [] if known is None else known.between(first, until)
        if not theirs:
            return None if known is None else []
        rows = self._rows(
            (self._log, partition, until),
            f"SELECT topic_offset, logged_ms, case_key, body FROM {self._records} PREWHERE {self._of_log}"  # noqa: S608  # names of ours
            "topic_partition = %(partition)s AND topic_offset >= %(first)s AND topic_offset < %(until)s "
            "WHERE logged_on >= %(since)s AND logged_on <= %(to)s ORDER BY topic_offset",
            {
                "log": self._log,
                "partition": partition,
                "first": first,
                "until": until,
                "since": min(theirs),
                "to": max(theirs),
            },
        )
        if rows is None:
            return None
        return [
            Archived(self._log, partition, offset, logged_ms, case_key.encode(), body.encode())
            for offset, logged_ms, case_key, body in rows
        ]

    def reaches_back(self, partition: int, first: int) -> bool:
        """Return whether anything is archived of a partition of the log that lay at `first`, or before.

        Raises ArchiveAway where ClickHouse does not answer.
        """
        rows = self._rows(
            (self._log, partition, 0),
            f"SELECT count() FROM (SELECT 1 FROM {self._records} WHERE {self._of_log}"  # noqa: S608  # names of ours
            "topic_partition = %(partition)s AND topic_offset <= %(first)s LIMIT 1)",
            {"log": self._log, "partition": partition, "first": first},
        )
        return bool(rows and rows[0][0])

    def issues(self, partition: int, until: int) -> Mapping[str, int] | None:
        """Return by its id when each card on a partition of cards was issued first, in microseconds.

        None if what lay there before `until` is not in the ledger yet. Raises ArchiveAway where ClickHouse
        does not answer.
        """
        rows = self._rows(
            (CARDS, partition, until),
            "SELECT card_id, argMin(body, topic_offset) FROM card_log WHERE topic_partition = %(partition)s "
            "GROUP BY card_id",
            {"partition": partition},
        )
        return None if rows is None else {card: _issued(body) for card, body in rows}

    def _rows(
        self, reached: tuple[str, int, int], query: str, params: Mapping[str, Any]
    ) -> list[tuple[Any, ...]] | None:
        """Return the rows of a query; None if the topic and partition have not been written down to the offset."""
        topic, partition, offset = reached
        with self._lent() as connection:
            if _next(connection, topic, partition) < offset:
                return None
            return connection.rows(query, params)

    def _days_of(self, partition: int, until: int) -> "_Days | None":
        """Return when Kafka took in what lies on a partition of the log; None if `until` is not archived yet.

        That is read off the offsets of all there is, so it is read once and kept until somebody asks for more.
        """
        known = self._days.get(partition)
        if known is not None and until <= known.reached:
            return known
        with self._lent() as connection:
            reached = _next(connection, self._log, partition)
            if reached < until:
                return None
            found = connection.rows(
                f"SELECT logged_on, min(topic_offset), max(topic_offset) FROM {self._records} PREWHERE {self._of_log}"  # noqa: S608  # names of ours
                "topic_partition = %(partition)s GROUP BY logged_on",
                {"log": self._log, "partition": partition},
            )
        known = self._days[partition] = _Days(reached, found)
        return known

    @contextmanager
    def _lent(self) -> Iterator[Connection]:
        try:
            with self._pool.lend() as connection:
                yield connection
        except LedgerUnavailable as exc:
            raise ArchiveAway(str(exc)) from exc

    def close(self) -> None:
        """Hang up."""
        self._pool.close()


class _Days(NamedTuple):
    """The days on which Kafka took in what lies on a partition below `reached`, each with its first and last offset."""

    reached: int
    days: list[tuple[Any, ...]]

    def between(self, first: int, until: int) -> list[date]:
        """Return the days on which offsets from `first` to `until` (exclusive) may have come in."""
        return [day for day, lowest, highest in self.days if lowest < until and highest >= first]


def _next(connection: Connection, topic: str, partition: int) -> int:
    """Return the offset up to which (exclusive) a partition is written down."""
    return read(connection).get(topic, {}).get(partition, 0)


def _issued(card: str) -> int:
    """Return when a card was issued, in microseconds; the columns hold milliseconds only."""
    return micros(datetime.fromisoformat(orjson.loads(card)["issued_at"]))
