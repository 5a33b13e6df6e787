"""What the rest of the services may ask of the ledger.

Every question takes a `Scope`: there is no way to read a case, a card or a
letter without saying on whose behalf. Records come back as they were written
to their topic; lists come in pages that a cursor continues.

Every method raises `LedgerUnavailable` when asking again may help, and
`LedgerRefused` when it may not. All may be called from several threads.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import msgspec

from mingjing.services.ledger.enterprise import EnterpriseAgency, EnterpriseCounts, EnterpriseFilter, EnterprisePage
from mingjing.services.ledger.scope import Scope

MAX_LIMIT = 500
"""The most records of one page; a greater limit is lowered to it."""


class CardFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which cards are wanted; an empty field wants all.

    `region` is a code or the beginning of one, `case` a case key, `enterprise` the code
    of one that its case names, `officer` whom it is laid to now, `since` the earliest instant of
    issue that is still wanted, `stages` how they stand among people.
    """

    levels: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    agency: str | None = None
    region: str | None = None
    rule: str | None = None
    item: str | None = None
    case: str | None = None
    enterprise: str | None = None
    officer: str | None = None
    since: datetime | None = None


class CaseFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which cases are wanted; `text` is looked for in number, item and item title, `enterprise` is a code."""

    states: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    agency: str | None = None
    enterprise: str | None = None
    region: str | None = None
    text: str | None = None


class LetterFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which dead letters are wanted."""

    agency: str | None = None
    code: str | None = None


class ArchivedDay(msgspec.Struct, frozen=True, kw_only=True):
    """One agency's events of one day of arrival: records, different (source, id) among them, those that happened late.

    `hash` is the sum of the records' marks (see `receipts.mark`), `distinct_hash` that of the
    different events, `letters` counts dead letters by code; `refused_on_kafka` are those of them that were
    written to the agency's own topic.
    """

    events: int
    distinct: int
    late: int
    hash: str
    distinct_hash: str
    letters: dict[str, int]
    refused_on_kafka: int = 0


class LetterGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Dead letters of one cause and one agency."""

    code: str
    agency: str | None
    count: int
    newest_ms: int


class Page(msgspec.Struct, frozen=True):
    """Some records of a list, and the cursor of the next page (None on the last)."""

    items: list[dict[str, Any]]
    next_cursor: str | None


class LevelCounts(msgspec.Struct, frozen=True):
    """A number of cards for each level."""

    hint: int = 0
    warning: int = 0
    yellow: int = 0
    red: int = 0


class OnTime(msgspec.Struct, frozen=True):
    """Decided cases whose limits drew neither yellow nor red, of all that were decided."""

    numerator: int
    denominator: int


class DayCounts(msgspec.Struct, frozen=True):
    """Cards that stand or were cleared, by the local date on which the limit was broken."""

    date: date
    warning: int = 0
    yellow: int = 0
    red: int = 0


class AgencyCounts(msgspec.Struct, frozen=True, kw_only=True):
    """One agency's cases and its cards that were not withdrawn."""

    agency: str
    region: str | None
    open: int
    decided: int
    on_time: int
    warning: int
    yellow: int
    red: int
    last_event_at: str | None


class RuleCounts(msgspec.Struct, frozen=True):
    """Cards that were not withdrawn, of one rule."""

    rule: str
    title: str
    warning: int = 0
    yellow: int = 0
    red: int = 0


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """What one source has sent within the days of the overview."""

    source: str
    agency: str | None
    events: int
    dead_letters: int
    last_event_at: str | None


class Arrivals(msgspec.Struct, frozen=True, kw_only=True):
    """When events of an agency arrived in the last twelve weeks, by the log's clock.

    `hours` has, by hours since 1970, in how many of its minutes something arrived. `lag_s` is how long after
    they had happened the events of the last week came, by the median, and `lag_most_s` by the nineteenth of twenty.
    """

    hours: dict[int, int] = msgspec.field(default_factory=dict)
    last_s: int | None = None
    lag_s: int | None = None
    lag_most_s: int | None = None


class FeedSample(msgspec.Struct, frozen=True, kw_only=True):
    """What an agency has sent of late: every source, and the events of some cases as they were archived."""

    sources: list[Feed]
    bodies: list[bytes]
    arrivals: Arrivals = Arrivals()


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """The numbers of the first page; names and calendars are the caller's to add.

    Cards count at the level they show, as `CardFilter.levels` finds them.
    `cards` and `cards_today` (issued today) leave withdrawn cards out; `trend`
    holds every one of the asked days, oldest first, `today` last.
    """

    open: int
    suspended: int
    accepted_today: int
    decided_today: int
    cards: LevelCounts
    cards_today: LevelCounts
    standing: LevelCounts
    withdrawn: int
    dead_letters: int
    on_time: OnTime
    trend: list[DayCounts]
    agencies: list[AgencyCounts]
    rules: list[RuleCounts]
    feeds: list[Feed]


class Ledger(Protocol):
    """The written truth of cases and cards, for reading."""

    def cards(
        self, scope: Scope, wanted: CardFilter | None = None, *, limit: int = 50, cursor: str | None = None
    ) -> Page:
        """Return the latest state of cards, newest issued first."""

    def card(self, scope: Scope, card_id: str) -> dict[str, Any] | None:
        """Return the latest state of one card; None when there is none in `scope`."""

    def history(self, scope: Scope, card_id: str) -> list[dict[str, Any]]:
        """Return every state the card has had, oldest first; empty when it is not in `scope`."""

    def trace(self, scope: Scope, card_id: str) -> str | None:
        """Return the trace context (W3C) of the call that a card rests on; of one a deadline drew, the last."""

    def stages(self, scope: Scope, card_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Return how each card that is in `scope` and known among people stands there, by card id."""

    def stage_counts(self, scope: Scope) -> dict[str, int]:
        """Return how many cards there are in each stage; stages without any are left out."""

    def outcome(self, scope: Scope, card_id: str, action_id: str) -> dict[str, Any] | None:
        """Return the record of `card-stages` that answered an action on a card in `scope`; None while there is none."""

    def cases(
        self, scope: Scope, wanted: CaseFilter | None = None, *, limit: int = 50, cursor: str | None = None
    ) -> Page:
        """Return the facts of cases, the one with the newest event first."""

    def case(self, scope: Scope, case_key: str) -> dict[str, Any] | None:
        """Return the facts of one case; None when there is none in `scope`."""

    def enterprises(
        self, scope: Scope, wanted: EnterpriseFilter | None = None, *, limit: int = 50, cursor: str | None = None
    ) -> EnterprisePage:
        """Return the enterprises that cases name, and what is counted of each, in the order wanted."""

    def enterprise(self, scope: Scope, code: str) -> EnterpriseCounts | None:
        """Return what is counted of one enterprise; None when no case in `scope` names it."""

    def enterprise_agencies(self, scope: Scope, code: str) -> list[EnterpriseAgency]:
        """Return which agencies have dealt with an enterprise, who inspected it most first."""

    def events(self, scope: Scope, case_key: str) -> list[dict[str, Any]]:
        """Return the events of a case in legal order; empty when the case is not in `scope`.

        An event that was sent again unchanged appears once, as first received.
        """

    def stories(self, scope: Scope, case_keys: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
        """Return the `events` of each of the cases that is in scope."""

    def overview(self, scope: Scope, days: int, today: date, zone: ZoneInfo) -> Overview:
        """Return the numbers of the first page for the `days` that end with `today` in `zone`."""

    def dead_letters(
        self, scope: Scope, wanted: LetterFilter | None = None, *, limit: int = 50, cursor: str | None = None
    ) -> Page:
        """Return letters that could not be used, newest received first.

        A letter knows its agency but no region: a scope of regions must name its
        agencies to see any, and one without agency shows only to everything.
        """

    def dead_letter(self, scope: Scope, letter: str) -> dict[str, Any] | None:
        """Return one letter; None when there is none in `scope`, see `dead_letters`."""

    def dead_letter_groups(self, scope: Scope, wanted: LetterFilter) -> list[LetterGroup]:
        """Return how many letters there are of each code and agency, the most first."""

    def archived_day(self, scope: Scope, agency: str, begin_ms: int, end_ms: int, late_before_ms: int) -> ArchivedDay:
        """Return what of an agency arrived within [begin, end); what happened before `late_before_ms` is late.

        It is the agency's whole day: `scope` limits by its agencies, never by where an event happened.
        """

    def feed_sample(self, scope: Scope, agency: str, cases: int, zone: ZoneInfo, now_ms: int) -> FeedSample:
        """Return the sources of an agency, every event of the `cases` it last spoke of, and its arrivals up to now."""

    def progress(self) -> dict[str, dict[int, int]]:
        """Return, by topic and partition, the offset below which all is readable here.

        Read it before a list to know from where a stream continues that list.
        """

    def ready(self) -> None:
        """Return when the ledger answers and is migrated; raise LedgerUnavailable if not."""

    def close(self) -> None:
        """Give up every connection; the ledger cannot be asked afterwards."""
