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

    def has_none(self, events: Collection[Event], now: datetime) -> bool:
        """Return whether there is nothing to say of any of the events; where it says no, there may be."""
        if self._live and any(each.time > now + AHEAD for each in events):
            return False
        law = self._judged_by()
        declared = law.declared
        strange = [each for each in {each.type for each in events} if each not in declared]
        return {TICK, VOIDED}.issuperset(strange) or any(pack.vocabulary.open for pack in law.packs)

    def on(self, event: Event, now: datetime) -> Remark | None:
        """Return what there is to say of an event received at `now`; None of nearly every one."""
        if self._live and event.time > now + AHEAD:
            return "$.time", (
                f"time 为 {event.time.isoformat()}，比收到时还晚；已收下，到那时才评判，"
                "并按时钟不准记录；若有误，请用 corrects 更正"
            )
        law = self._judged_by()
        declared = law.declared
        if event.type in declared or event.type in (TICK, VOIDED) or any(pack.vocabulary.open for pack in law.packs):
            return None
        close = get_close_matches(event.type, declared, n=1)
        meant = f"，是否应为 {close[0]!r}" if close else ""
        return "$.type", f"type 为 {event.type!r}，词汇表里没有{meant}；已收下，但没有规则会读，请对照事件词表核对"
