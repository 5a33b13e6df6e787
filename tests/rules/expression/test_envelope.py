from collections.abc import Callable

from mingjing.rules.events import Fact, instant
from mingjing.rules.expression.envelope import ENVELOPE, Envelope
from mingjing.rules.zone import Zone

Told = Callable[..., Fact]
SHANGHAI = Zone("Asia/Shanghai")


def test_an_envelope_tells_who_when_and_how_late(told: Told) -> None:
    fact = told("2026-03-07 23:30", "A", stamp="2026-03-09 00:30", officer="o", step="审查")
    envelope = Envelope(fact, SHANGHAI, {})

    assert [envelope.get(name) for name in ("date", "weekday", "hour", "lag_s", "ahead_s", "officer", "step")] == [
        "2026-03-07", 6, 23, 90_000, 0, "o", "审查",
    ]  # fmt: skip
    assert envelope.get("time") == instant(fact.at)


def test_what_is_dated_ahead_of_its_ingest_says_by_how_much(told: Told) -> None:
    fact = told("2026-03-07 10:00", "A", stamp="2026-03-07 09:00")

    assert Envelope(fact, SHANGHAI, {}).get("ahead_s") == 3600
    assert Envelope(fact, SHANGHAI, {}).get("lag_s") == 0


def test_a_column_is_read_where_the_envelope_has_nothing_of_that_name(told: Told) -> None:
    envelope = Envelope(told("2026-03-07 10:00", "A"), None, {"type": "other", "lifecycle": "complete", "hour": 7})

    assert [envelope.get(name) for name in ("type", "lifecycle", "hour", "no")] == ["A", "complete", 7, None]


def test_hours_of_a_declared_outage_are_no_lag(told: Told, at: Callable[[str], int]) -> None:
    fact = told("2026-03-07 10:00", "A", stamp="2026-03-08 10:00:30")
    overlapping = [
        (at("2026-03-07 09:00"), at("2026-03-07 11:00")),
        (at("2026-03-07 20:00"), at("2026-03-07 22:00")),
        (at("2026-03-07 21:00"), at("2026-03-07 23:00")),
        (at("2026-03-08 10:00"), at("2026-03-09 10:00")),
    ]

    assert Envelope(fact, SHANGHAI, {}, overlapping).get("net_lag_s") == 20 * 3600
    assert Envelope(fact, SHANGHAI, {}, ()).get("net_lag_s") == 24 * 3600 + 30


def test_an_event_by_itself_does_not_know_of_outages(told: Told) -> None:
    assert Envelope(told("2026-03-07 10:00", "A"), SHANGHAI, {}).get("net_lag_s") is None


def test_every_declared_member_can_be_read(told: Told) -> None:
    fact = told(
        "2026-03-07 10:00", "A", recorded="2026-03-07 11:00", item="i", agency="a", region="r", officer="o",
        post="p", step="s", sequence=1,
    )  # fmt: skip

    assert [name for name in ENVELOPE if Envelope(fact, SHANGHAI, {}).get(name) is None] == []
