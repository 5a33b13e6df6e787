"""What an agency is told of an event that is taken all the same: nothing will come of it, or not yet."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from difflib import get_close_matches

from mingjing.rules.events import TICK, VOIDED, Event
from mingjing.rules.rulebook import Rulebook

AHEAD = timedelta(minutes=5)
"""How far the clocks of agencies may be fast: what happens later than that is held until then, and found by INT-02."""

Remark = tuple[str, str]
"""Place and sentence."""


class Remarks:
    """Remarks on events by the rulebook that `judged_by` returns, which may become another meanwhile.

    Only a `live` installation has a clock that an event can be ahead of: elsewhere events are the clock.
    """

    def __init__(self, judged_by: Callable[[], Rulebook], *, live: bool) -> None:
        self._judged_by = judged_by
        self._live = live

    def none_on(self, types: Collection[str], latest: datetime, now: datetime) -> bool:
        """Return whether there is nothing to say of events of such types received at `now`, none after `latest`."""
        return not (self._live and latest > now + AHEAD) and not any(map(self._unheard, types))

    def on(self, event: Event, now: datetime) -> Remark | None:
        """Return what there is to say of an event received at `now`; None of nearly every one."""
        if self._ahead(event, now):
            return "$.time", (
                f"time 为 {event.time.isoformat()}，比收到时还晚；已收下，到那时才评判，"
                "并按时钟不准记录；若有误，请用 corrects 更正"
            )
        if not self._unheard(event.type):
            return None
        close = get_close_matches(event.type, self._judged_by().declared, n=1)
        meant = f"，是否应为 {close[0]!r}" if close else ""
        return "$.type", f"type 为 {event.type!r}，词汇表里没有{meant}；已收下，但没有规则会读，请对照事件词表核对"

    def _ahead(self, event: Event, now: datetime) -> bool:
        return self._live and event.time > now + AHEAD

    def _unheard(self, kind: str) -> bool:
        """Return whether no pack declares the type, and none is open to any."""
        law = self._judged_by()
        return kind not in law.declared and kind not in (TICK, VOIDED) and not any(p.vocabulary.open for p in law.packs)
