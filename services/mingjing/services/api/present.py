"""What "now" means to a reader.

On a live installation it is the wall clock. Where time is an input (replay, the
compressed city) a wall clock would show every case years past its limit; there
the present is the newest instant the installation has written down: the newest
event of any case or, when deadlines fired after it, the newest card's issue.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from mingjing.services.api.feed.hub import Hub
from mingjing.services.ledger.port import Ledger
from mingjing.services.ledger.scope import Scope

Present = Callable[[], datetime]


def present_of(clock: Literal["live", "event-time"], zone: ZoneInfo, ledger: Ledger, hub: Hub) -> Present:
    """Return the clock by which readers of this installation live; its instants are in `zone`."""
    if clock == "live":
        return lambda: datetime.now(zone)
    return lambda: (_newest(ledger, hub) or datetime.now(UTC)).astimezone(zone)


def _newest(ledger: Ledger, hub: Hub) -> datetime | None:
    newest_case = ledger.cases(Scope.everything(), limit=1).items
    newest_card = ledger.cards(Scope.everything(), limit=1).items
    texts = [row[name] for rows, name in ((newest_case, "last_event_at"), (newest_card, "issued_at")) for row in rows]
    instants = [datetime.fromisoformat(text) for text in texts if text]
    if hub.newest_issued_at is not None:
        instants.append(hub.newest_issued_at)
    return max(instants, default=None)
