"""The ledger as kept in ClickHouse: implements `port.Ledger`, one module a question."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from mingjing.services.ledger import (
    archived_day,
    cards,
    cases,
    dead_letters,
    enterprises,
    feed_sample,
    overview,
    progress,
    stages,
    traces,
)
from mingjing.services.ledger.connection import Pool
from mingjing.services.ledger.enterprise import EnterpriseAgency, EnterpriseCounts, EnterpriseFilter, EnterprisePage
from mingjing.services.ledger.errors import LedgerUnavailable
from mingjing.services.ledger.migrate import pending
from mingjing.services.ledger.port import (
    ArchivedDay,
    CardFilter,
    CaseFilter,
    FeedSample,
    LetterFilter,
    LetterGroup,
    Overview,
    Page,
)
from mingjing.services.ledger.scope import Scope


class ClickHouseLedger:
    """A `Ledger` over a pool of connections."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def cards(
        self, scope: Scope, wanted: CardFilter | None = None, *, limit: int = 50, cursor: str | None = None
    ) -> Page:
        """See `port.Ledger`."""
        with self._pool.lend() as connection:
            return cards.page(connection, scope, wanted or CardFilter(), limit, cursor)

    def card(self, scope: Scope, card_id: str) -> dict[str, Any] | None:
        """See `port.Ledger`."""
        with self._pool.lend() as connection:
            return cards.one(connection, scope, card_id)

    def history(self, scope: Scope, card_id: str) -> list[dict[str, Any]]:
        """See `port.Ledger`."""
        with self._pool.lend() as connection:
            return cards.history(connection, scope, card_id)

    def trace(self, scope: Scope, card_id: str) -> str | None:
        """See `port.Ledger`."""
        with self._pool.lend() as connection:
            return traces.trace(connection, scope, card_id)

    def stages(self, scope: Scope, card_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        """See `port.Ledger`."""
        with self._pool.lend() as connection:
            return stages.latest(connection, scope, card_ids)

    def stage_counts(self, scope: Scope) -> dict[str, int]:
        """See `port.Ledger`."""
        with self._pool.lend() as connection:
            return stages.counts(connection, scope)

    def outcome(self, scope: Scope, card_id: str, action_id: str) -> dict[str, Any] | None:
        """See `port.Ledger`."""
        with self._pool.lend() as connection:
            return stages.outcome(connection, scope, card_id, action_id)

    def cases(
        self, scope: Scope, wanted: CaseFilter | None = None, *, limit: int = 50, cursor: str | None = None
    ) -> Page:
        """See `port.Ledger`."""
        with self._pool.lend() as connection:
            return cases.page(connection, scope, wanted or CaseFilter(), limit, cursor)

    def case(self, scope: Scope, case_key: str) -> dict[str, Any] | None:
        """See `port.Ledger`."""
        with self._pool.lend() as connection:
            return cases.one(connection, scope, case_key)

    def enterprises(
        self, scope: Scope, wanted: EnterpriseFilter | None = None, *, limit: int = 50, cursor: str | None = None
    ) -> EnterprisePage:
        """See `port.Ledger`."""
        with self._pool.lend() as connection:
            return enterprises.page(connection, scope, wanted or EnterpriseFilter(), limit, cursor)

    def enterprise(self, scope: Scope, code: str) -> EnterpriseCounts | None:
        """See `port.Ledger`."""
        with self._pool.lend() as connection:
            return enterprises.one(connection, scope, code)

    def enterprise_agencies(self, scope: Scope, code: str) -> list[EnterpriseAgency]:
        """See `port.Ledger`."""
        with self._pool.lend() as connection:
            return enterprises.agencies(connection, scope, code)

    def events(self, scope: Scope, case_key: str) -> list[dict[str, Any]]:
        """See `port.Ledger`."""
        with self._pool.lend() as connection:
            return cases.stories(connection, scope, [case_key]).get(case_key, [])

    def stories(self, scope: Scope, case_keys: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
        """See `port.Ledger`."""
        with self._pool.lend() as connection:
            return cases.stories(connection, scope, case_keys)

    def overview(self, scope: Scope, days: int, today: date, zone: ZoneInfo) -> Overview:
        """See `port.Ledger`."""
        with self._pool.lend() as connection:
            return overview.overview(connection, scope, days, today, zone)

    def dead_letters(
        self, scope: Scope, wanted: LetterFilter | None = None, *, limit: int = 50, cursor: str | None = None
    ) -> Page:
        """See `port.Ledger`."""
        with self._pool.lend() as connection:
            return dead_letters.page(connection, scope, wanted or LetterFilter(), limit, cursor)

    def dead_letter(self, scope: Scope, letter: str) -> dict[str, Any] | None:
        """See `port.Ledger`."""
        with self._pool.lend() as connection:
            return dead_letters.one(connection, scope, letter)

    def dead_letter_groups(self, scope: Scope, wanted: LetterFilter) -> list[LetterGroup]:
        """See `port.Ledger`."""
        with self._pool.lend() as connection:
            return dead_letters.groups(connection, scope, wanted)

    def archived_day(self, scope: Scope, agency: str, begin_ms: int, end_ms: int, late_before_ms: int) -> ArchivedDay:
        """See `port.Ledger`."""
        with self._pool.lend() as connection:
            return archived_day.archived_day(connection, scope, agency, begin_ms, end_ms, late_before_ms)

    def feed_sample(self, scope: Scope, agency: str, cases: int, zone: ZoneInfo, now_ms: int) -> FeedSample:
        """See `port.Ledger`."""
        with self._pool.lend() as connection:
            return feed_sample.feed_sample(connection, scope, agency, cases, zone, now_ms)

    def progress(self) -> dict[str, dict[int, int]]:
        """See `port.Ledger`."""
        with self._pool.lend() as connection:
            return progress.read(connection)

    def ready(self) -> None:
        """See `port.Ledger`."""
        with self._pool.lend() as connection:
            missing = [each.name for each in pending(connection)]
        if missing:
            raise LedgerUnavailable(f"数据库尚未应用迁移 {', '.join(missing)}, 请先运行 mingjing migrate")

    def close(self) -> None:
        """See `port.Ledger`."""
        self._pool.close()
