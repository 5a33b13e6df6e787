from datetime import UTC, datetime, timedelta

import pytest

from mingjing.rules.calendar import Calendar, Year
from mingjing.rules.catalogue import Catalogue
from mingjing.rules.event_type import EventType
from mingjing.rules.events import Event
from mingjing.rules.pack import Pack
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.vocabulary import Vocabulary
from mingjing.rules.zone import Zone
from mingjing.services.api.gateway.remarks import AHEAD, Remarks

NOW = datetime(2026, 3, 6, 2, tzinfo=UTC)


def remarks(*, live: bool = True, any_word: bool = False) -> Remarks:
    vocabulary = Vocabulary("approval", "审批", {"case.applied": EventType("申请")}, {}, {}, open=any_word)
    pack = Pack("approval", "审批", "2026.1", vocabulary, Zone("Asia/Shanghai"), (), ())
    rulebook = Rulebook([pack], Calendar("cn", {2026: Year(status="official", holidays={})}), Catalogue([], "2026.1"))
    return Remarks(lambda: rulebook, live=live)


def event(kind: str = "case.applied", time: datetime = NOW) -> Event:
    return Event(specversion="1.0", id="e-1", source="urn:a", type=kind, subject="2026-1", time=time)


def test_a_type_that_no_vocabulary_has_is_remarked_on_with_the_word_nearest_to_it() -> None:
    remark = remarks().on(event("case.aplied"), NOW)

    assert remark is not None
    assert remark[0] == "$.type"
    assert "是否应为 'case.applied'" in remark[1]


@pytest.mark.parametrize("kind", ["case.applied", "clock.tick", "event.voided"])
def test_nothing_is_said_of_a_word_that_is_known(kind: str) -> None:
    assert remarks().on(event(kind), NOW) is None


def test_where_a_pack_takes_any_word_every_word_is_known() -> None:
    assert remarks(any_word=True).on(event("gate.opened"), NOW) is None


def test_an_event_of_tomorrow_is_told_when_it_will_be_judged() -> None:
    remark = remarks().on(event(time=NOW + timedelta(days=1)), NOW)

    assert remark is not None
    assert remark[0] == "$.time"
    assert "2026-03-07T02:00:00+00:00" in remark[1]


def test_a_clock_that_is_fast_by_as_much_as_is_allowed_is_not_remarked_on() -> None:
    assert remarks().on(event(time=NOW + AHEAD), NOW) is None


def test_where_events_are_the_clock_none_is_ahead_of_it() -> None:
    assert remarks(live=False).on(event(time=NOW + timedelta(days=1)), NOW) is None


@pytest.mark.parametrize("live", [True, False])
@pytest.mark.parametrize("kinds", [["case.applied", "clock.tick"], ["case.applied", "case.aplied"]])
@pytest.mark.parametrize("latest", [NOW, NOW + AHEAD, NOW + timedelta(days=1)])
def test_of_many_there_is_none_where_there_is_none_on_each(kinds: list[str], latest: datetime, *, live: bool) -> None:
    by = remarks(live=live)
    events = [event(kind, time) for kind in kinds for time in (NOW, latest)]

    assert by.none_on(set(kinds), latest, NOW) == all(by.on(each, NOW) is None for each in events)
