"""How the installation stands: what it needs, how far the ledger lies behind the log, and by which law it judges."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib.metadata import version

import msgspec

from mingjing.rules.eras import era_at
from mingjing.rules.events import micros
from mingjing.rules.rulebook import Rulebook
from mingjing.services.api.feed.hub import Hub
from mingjing.services.ledger.errors import LedgerError
from mingjing.services.ledger.port import Ledger

PARTS = {
    "clickhouse": "台账（ClickHouse）",
    "feed": "发牌流（Kafka）",
    "stages": "办牌流（Kafka）",
    "cases": "办件流（Kafka）",
    "gateway": "报送（Kafka）",
    "registry": "登记库",
}
"""What the API stands on, by the name its probe goes by."""


class PartStatus(msgspec.Struct, kw_only=True):
    """One thing the API needs; `detail` says what ails it."""

    name: str
    title: str
    ready: bool
    detail: str


class FeedStatus(msgspec.Struct, kw_only=True):
    """One feed: where its topic ends, how much of it the ledger has not written yet, and who listens to it here.

    `end` and `behind` are None while Kafka or the ledger is away.
    """

    topic: str
    title: str
    end: int | None
    behind: int | None
    listeners: int


class StatusDocument(msgspec.Struct, kw_only=True):
    """How the installation stands at `now`; `versions` are those of the law in force.

    `rulebook` is the fingerprint of all the law, past and announced: that of every worker (`mingjing_rulebook`).
    """

    now: str
    started_at: str
    version: str
    parts: list[PartStatus]
    feeds: list[FeedStatus]
    rules: int
    versions: dict[str, str]
    rulebook: str


class StatusDesk:
    """Answers how the installation stands; `feeds` are (topic, title, hub), `probes` those of the readiness probe."""

    def __init__(
        self,
        ledger: Ledger,
        judged_by: Callable[[], Rulebook],
        feeds: tuple[tuple[str, str, Hub], ...],
        probes: Mapping[str, Callable[[], bool]],
    ) -> None:
        self._ledger = ledger
        self._judged_by = judged_by
        self._feeds = feeds
        self._probes = probes
        self._started_at = datetime.now(UTC)

    def told(self) -> StatusDocument:
        """Return how things stand. Blocks on the ledger; what is away is told, never raised."""
        now = micros(datetime.now(UTC))
        book = self._judged_by().at(now)
        versions = {**era_at(book.eras, now).versions, "calendar": book.versions["calendar"]}
        progress: Mapping[str, Mapping[int, int]] | None = None
        ail = ""
        try:
            self._ledger.ready()
            progress = self._ledger.progress()
        except LedgerError as exc:
            ail = str(exc)
        parts = [PartStatus(name="clickhouse", title=PARTS["clickhouse"], ready=not ail, detail=ail)]
        for name, probe in self._probes.items():
            ready = probe()
            parts.append(PartStatus(name=name, title=PARTS[name], ready=ready, detail="" if ready else "未连接"))
        return StatusDocument(
            now=datetime.now(UTC).isoformat(timespec="milliseconds"),
            started_at=self._started_at.isoformat(timespec="seconds"),
            version=version("mingjing"),
            parts=parts,
            feeds=[_feed(topic, title, hub, progress) for topic, title, hub in self._feeds],
            rules=sum(len(pack.rules) for pack in book.packs if pack.since <= now < pack.until),
            versions={name: each for name, each in versions.items() if each},
            rulebook=book.fingerprint,
        )


def _feed(topic: str, title: str, hub: Hub, progress: Mapping[str, Mapping[int, int]] | None) -> FeedStatus:
    position = hub.position
    ends = position.offsets if position is not None else None
    written = None if progress is None else progress.get(topic, {})
    behind = None
    if ends is not None and written is not None:
        behind = sum(max(0, end - written.get(partition, 0)) for partition, end in enumerate(ends) if end)
    return FeedStatus(
        topic=topic, title=title, end=None if ends is None else sum(ends), behind=behind, listeners=hub.listeners
    )
