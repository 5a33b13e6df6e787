"""What the streams need of the world, and nothing of how it is met.

The composition root hands in objects that satisfy these protocols; a test hands
in small ones of its own.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Protocol

import msgspec

from mingjing.rules.card import Card
from mingjing.rules.census import Census
from mingjing.rules.engine import EngineFault
from mingjing.rules.events import Fact
from mingjing.rules.last_words import LastWord
from mingjing.rules.publication import Publication
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.tally import Tally


class Principal(msgspec.Struct, frozen=True, kw_only=True):
    """Who stands behind a topic or a key, and what that party may say.

    `types` is None where every event type is allowed.
    """

    agency: str
    sources: frozenset[str]
    types: frozenset[str] | None = None


class Principals(Protocol):
    """The parties known to this installation."""

    def of_topic(self, topic: str) -> Principal | None:
        """Return who may write to `topic`, or None where nobody may."""
        ...

    def agency_codes(self) -> Sequence[str]:
        """Return the codes of all agencies that have a topic, in a fixed order."""
        ...

    def renewed(self) -> bool:
        """Look whether anything else is known by now; return whether it is. May be called from any thread."""
        ...


class WallClock(Protocol):
    """The time of day; the only clock that is ever read."""

    def now(self) -> datetime:
        """Return the present instant, with an offset."""
        ...


class Archived(msgspec.Struct):
    """A record that may have left the log; see `batches.Record`. Its timestamp was the broker's."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    timestamp_type: int = 1


class ArchiveAway(Exception):
    """The archive cannot be read now; ask again later."""


class Heard(NamedTuple):
    """All that is known of the law: every version that was published, and the rulebook of all times they come to."""

    rulebook: Rulebook
    versions: Collection[Publication]


class Laws(Protocol):
    """What is published while a worker is at work."""

    def news(self) -> Heard | None:
        """Return all that is known, if there was anything new since the last call; never blocks."""
        ...

    def silent_s(self) -> float:
        """Return for how many seconds it has not been certain that nothing else was published."""
        ...


class Archive(Protocol):
    """Every record of one log that is folded, for as long as there are cases."""

    def facts_of(self, partition: int, case_key: str, last_offset: int) -> Sequence[Fact] | None:
        """Return the facts of a case in the order of the log; None if `last_offset` is not archived yet.

        `partition` is that of the case, `last_offset` (inclusive) the last that its facts
        lay at. Blocks, and is called from several threads. Raises ArchiveAway.
        """
        ...

    def cards_of(self, partition: int, case_key: str, last_offset: int, until: int) -> Sequence[LastWord] | None:
        """Return the last word on each card of a case that was said for its facts up to `last_offset` (inclusive).

        None if what lay on this partition of cards before `until` is not in the ledger yet. Blocks, as above.
        """
        ...

    def past(self, partition: int, first: int, until: int) -> Sequence[Archived] | None:
        """Return what lay on a partition of the log from `first` to `until` (exclusive), in its order.

        None if `until` is not archived yet. Blocks. Raises ArchiveAway.
        """
        ...

    def reaches_back(self, partition: int, first: int) -> bool:
        """Return whether anything is archived of a partition of the log that lay at `first`, or before.

        Blocks. Raises ArchiveAway.
        """
        ...

    def issues(self, partition: int, until: int) -> Mapping[str, int] | None:
        """Return by its id when each card on a partition of cards was issued first, in microseconds.

        None if what lay there before `until` is not in the ledger yet. Blocks. Raises ArchiveAway.
        """
        ...


class Drawn(Protocol):
    """What changed since the owner last asked: cards and facts of cases."""

    @property
    def cards(self) -> Sequence[Card]:
        """Cards in their new state, in the order in which they changed."""
        ...

    @property
    def facts(self) -> Sequence[dict[str, Any]]:
        """CaseFacts of every case that changed; each has `case_key`."""
        ...

    @property
    def shadows(self) -> Sequence[Card]:
        """Cards as they would stand by rules that are only tried out."""
        ...

    @property
    def tallies(self) -> Sequence[Tally]:
        """What the cases have to tell the subjects of rules across cases, in order."""
        ...

    @property
    def faults(self) -> Sequence[EngineFault]:
        """Events held until now that could not be judged; they are left out of their cases."""
        ...


class Judge(Protocol):
    """The engine of one partition, as the owner of the partition sees it."""

    @property
    def now(self) -> int:
        """The clock of the partition, in microseconds."""
        ...

    @property
    def next_wake(self) -> int | None:
        """The earliest instant at which a timer may fire; None where none is armed."""
        ...

    @property
    def open_cases(self) -> int:
        """How many cases are held."""
        ...

    @property
    def census(self) -> Census:
        """What the judge has done so far, and how many timers stand."""
        ...

    def fold(self, case_key: str, fact: Fact, offset: int, waited: int | None = None) -> None:
        """Judge one more fact of a case; raises `EngineFault` where it cannot, `CaseAway` where the case has left.

        `waited` is the clock of the partition when the fact came, where it had to wait.
        """
        ...

    def retire(self, now: int, retention: int) -> Collection[object]:
        """Let cases leave that wait for nothing and were quiet for `retention` microseconds; return their stubs."""
        ...

    def forget(self, before: int, most: int) -> int:
        """Let go of at most so many stubs of cases whose last event was on a day before an instant.

        Returns how much of the state changed; not to be called again before that is durable.
        """
        ...

    def recall(self, case_key: str, facts: Iterable[Fact], said: Sequence[LastWord] = (), *, offset: int = 0) -> None:
        """Take back a case that has left, with all its facts, for the record at `offset`.

        `said` are the last words on its cards, where not even its stub is left.
        """
        ...

    def date_back(self, issues: Mapping[str, int]) -> None:
        """Say of these cards, by their ids, that they were issued at these instants; forget what was said so before."""
        ...

    def advance(self, now: int) -> None:
        """Let the clock of the partition rise to `now` and fire what is due."""
        ...

    def adopt(self, rulebook: Rulebook) -> None:
        """Judge by another rulebook from now on."""
        ...

    def take(self, generation: int, *, facts: bool = True) -> object:
        """Return what changed since the last call, as its docket puts it into words, and forget it.

        Without `facts`, those of cases are left to a later call.
        """
        ...

    def changed(self) -> Collection[str]:
        """Return the keys of cases whose state changed since the last call, and forget them."""
        ...

    def dump(self, case_key: str) -> bytes | None:
        """Return the packed state of one case; None when it has left."""
        ...

    def change(self, case_key: str) -> bytes | None:
        """Return what one case came to since it was last dumped, or changed; None where only a dump will do."""
        ...

    def restore_all(self, cases: Mapping[str, bytes], changes: Mapping[str, Sequence[bytes]]) -> None:
        """Take back cases from their dumps and the changes since, each in their order, and re-arm their timers."""
        ...


class JudgeFactory(Protocol):
    """Makes the judge of one partition."""

    def __call__(self, *, now: int) -> Judge:
        """Return an empty judge whose clock stands at `now` (microseconds)."""
        ...
