"""The feed of an agency: whether it speaks, and the known ways in which data go wrong."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import orjson
import pytest

from mingjing.rules.calendar import Calendar, Year
from mingjing.services.agencies import Agency
from mingjing.services.conformance.health import FeedHealth, health_of
from mingjing.services.ledger.port import Arrivals, Feed, FeedSample

CODE = "91330100MA00000001"
NOW = datetime(2026, 3, 10, 4, tzinfo=UTC)


def agency() -> Agency:
    return Agency(
        code=CODE,
        title="市场局",
        region="330100000000",
        kind="window",
        sources=("urn:a",),
        delay_s=0,
        key_sha256=None,
        types=None,
    )


def event(ident: str, kind: str, clock: str, *, subject: str = "X1", step: str | None = None) -> bytes:
    told = {
        "id": ident,
        "source": "urn:a",
        "type": kind,
        "subject": subject,
        "time": f"2026-03-06T{clock}+08:00",
        "recordedtime": f"2026-03-06T{clock}+08:00",
        "item": "11990100MB0000035A3000131004000",
        "region": "330100000000",
        "officer": "hashed",
        "agency": CODE,
        "casekey": f"{CODE}/{subject}",
    }
    return orjson.dumps(told | ({"step": step} if step else {}))


def health(
    *bodies: bytes, letters: int = 0, silences: tuple[str, ...] = (), outages: tuple[tuple[int, int], ...] = ()
) -> FeedHealth:
    last = "2026-03-10T11:00:00+08:00" if bodies else None
    feed = Feed(source="urn:a", agency=CODE, events=len(bodies), dead_letters=letters, last_event_at=last)
    sample = FeedSample(sources=[feed], bodies=list(bodies), arrivals=Arrivals(lag_s=60, lag_most_s=7200))
    workdays = Calendar("cn", {2026: Year(status="official")}).workdays()
    return health_of(agency(), sample, silences, outages, NOW, ZoneInfo("Asia/Shanghai"), workdays)


def share(told: FeedHealth, name: str) -> float | None:
    return next(part.share for part in told.quality.parts if part.name == name)


def test_a_feed_says_when_it_last_spoke() -> None:
    told = health(event("1", "case.accepted", "10:00:00"))

    assert (told.state, told.quiet_s, told.last_event_at) == ("reporting", 3600, "2026-03-10T11:00:00+08:00")


def test_a_feed_says_how_late_its_events_come() -> None:
    told = health(event("1", "case.accepted", "10:00:00"))

    assert (told.lag_s, told.lag_most_s) == (60, 7200)


def test_a_feed_that_never_spoke_has_no_score() -> None:
    told = health()

    assert (told.state, told.quality.points) == ("never", None)


def test_a_declared_outage_is_no_silence() -> None:
    instant = int(NOW.timestamp() * 1_000_000)
    announced = ((instant - 1, instant + 1),)

    assert health(event("1", "case.accepted", "10:00:00"), silences=("c1",), outages=announced).state == "outage"
    assert health(event("1", "case.accepted", "10:00:00"), silences=("c1",)).state == "silent"


def test_a_feed_says_why_it_is_silent_and_nothing_when_it_is_not() -> None:
    assert health(event("1", "case.accepted", "10:00:00"), silences=("c1",)).why == "断流的牌 1 张仍未解除"
    assert health(event("1", "case.accepted", "10:00:00")).why is None


def test_steps_all_stamped_with_one_second_are_found() -> None:
    made_up = [event(f"{n}", "step.completed", "10:00:00", step=f"环节{n}") for n in range(3)]

    told = health(event("a", "case.accepted", "09:00:00"), *made_up)

    assert share(told, "worked") == 0.0
    assert "同在" in next(part.samples[0] for part in told.quality.parts if part.name == "worked")


def test_an_end_copied_from_its_beginning_is_found() -> None:
    begun, ended = (event(kind, f"step.{kind}", "10:00:00", step="审查") for kind in ("started", "completed"))

    assert share(health(begun, ended), "lasting") == 0.0


def test_more_cases_decided_than_accepted_is_found() -> None:
    closed = [event(f"{n}", "case.decided", "10:00:00", subject=f"X{n}") for n in range(3)]

    told = health(event("a", "case.accepted", "09:00:00", subject="X0"), *closed)

    assert share(told, "begun") == pytest.approx(1 / 3)


def test_what_was_refused_counts_against_the_format() -> None:
    assert share(health(event("1", "case.accepted", "10:00:00"), letters=3), "usable") == 0.25
