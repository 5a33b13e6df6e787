"""Subscriptions and what is sent by them, on both databases."""

from typing import Any

import pytest

from mingjing.services.registry import Registry, ReportDelivery, Subscription

SUPERSEDED = "已有新的版次"


def subscription(ident: str = "s1", **changes: Any) -> Subscription:
    known = {
        "id": ident,
        "title": "市政府办月报",
        "report": "efficiency",
        "every": "month",
        "forms": ("pdf", "xlsx"),
        "region": None,
        "agency": None,
        "way": "channel",
        "target": "office",
        "made_by": "zhang",
        "made_ms": 1000,
    } | changes
    return Subscription(**known)


def delivery(ident: str, revision: str = "1", period: str = "2026-10", **changes: Any) -> ReportDelivery:
    known: dict[str, Any] = {
        "id": ident,
        "subscription": "s1",
        "period": period,
        "revision": revision,
        "next_ms": 2000,
        "made_ms": 2000,
    } | changes
    return ReportDelivery(**known)


@pytest.fixture
def one(registry: Registry) -> ReportDelivery:
    registry.subscriptions.add(subscription())
    registry.report_deliveries.enter([delivery("d1")], SUPERSEDED)
    taken = registry.report_deliveries.take(2000, 3000)
    assert taken is not None
    return taken


def test_a_subscription_that_has_ended_is_kept_and_no_longer_runs(registry: Registry) -> None:
    registry.subscriptions.add(subscription())

    assert registry.subscriptions.running() == [subscription()]
    assert registry.subscriptions.end("s1", 5000)
    assert not registry.subscriptions.end("s1", 6000)
    assert registry.subscriptions.running() == []
    assert registry.subscriptions.of("s1") == subscription(ended_ms=5000)


def test_what_is_owed_is_entered_once(registry: Registry) -> None:
    deliveries = registry.report_deliveries

    assert deliveries.enter([delivery("d1")], SUPERSEDED) == 1
    assert deliveries.enter([delivery("d1", next_ms=9000)], SUPERSEDED) == 0
    assert deliveries.of("d1") == delivery("d1")


def test_one_revision_goes_to_one_subscriber_once_whatever_it_is_called(registry: Registry) -> None:
    registry.report_deliveries.enter([delivery("d1")], SUPERSEDED)

    assert registry.report_deliveries.enter([delivery("other-id")], SUPERSEDED) == 0
    assert registry.report_deliveries.of("other-id") is None


def test_a_new_revision_stops_what_waits_of_the_one_before(registry: Registry) -> None:
    registry.report_deliveries.enter([delivery("d1"), delivery("nov", period="2026-11")], SUPERSEDED)
    registry.report_deliveries.enter([delivery("d2", "2")], SUPERSEDED)

    states = {each: held.state for each in ("d1", "d2", "nov") if (held := registry.report_deliveries.of(each))}
    assert states == {"d1": "stopped", "d2": "waiting", "nov": "waiting"}


@pytest.mark.usefixtures("one")
def test_what_one_process_has_in_hand_no_other_takes(registry: Registry) -> None:
    assert registry.report_deliveries.take(2500, 3500) is None
    assert registry.report_deliveries.take(9500, 9900) is None


def test_what_was_in_hand_of_a_process_that_died_is_found_and_not_sent_again_by_itself(
    registry: Registry, one: ReportDelivery
) -> None:
    assert registry.report_deliveries.lapsed(2999) == []
    (lapsed,) = registry.report_deliveries.lapsed(3000)
    registry.report_deliveries.unknown(lapsed.id, "投送中断")

    assert registry.report_deliveries.take(9000, 9900) is None
    assert lapsed.id == one.id


def test_a_person_has_it_sent_again(registry: Registry, one: ReportDelivery) -> None:
    registry.report_deliveries.unknown(one.id, "投送中断")

    assert registry.report_deliveries.again(one.id, 5000)
    taken = registry.report_deliveries.take(5000, 6000)
    assert taken is not None
    assert taken.id == one.id


def test_what_was_taken_is_never_sent_again(registry: Registry, one: ReportDelivery) -> None:
    registry.report_deliveries.sent(one.id, '[{"name": "a.pdf"}]', 2600)

    assert not registry.report_deliveries.again(one.id, 5000)
    held = registry.report_deliveries.of(one.id)
    assert held is not None
    assert (held.state, held.sent_ms, held.enclosed) == ("sent", 2600, '[{"name": "a.pdf"}]')


def test_what_was_refused_is_tried_later_and_given_up_in_the_end(registry: Registry, one: ReportDelivery) -> None:
    deliveries = registry.report_deliveries
    deliveries.failed(one.id, "HTTP 503", 8000)

    assert deliveries.take(7999, 9000) is None
    assert deliveries.take(8000, 9000) is not None
    deliveries.failed(one.id, "HTTP 503", None)
    assert deliveries.counts() == {"waiting": 0, "failed": 0, "given_up": 1, "unknown": 0}


def test_an_ended_subscription_sends_nothing_more(registry: Registry) -> None:
    registry.report_deliveries.enter([delivery("d1")], SUPERSEDED)
    registry.report_deliveries.stop_all("s1", "订阅已停止")

    assert registry.report_deliveries.take(9000, 9900) is None


def test_the_newest_come_first_and_only_of_those_asked_for(registry: Registry) -> None:
    entered = [delivery(f"d{n}", period=f"2026-0{n}", made_ms=n) for n in range(1, 5)]
    registry.report_deliveries.enter([*entered, delivery("x", subscription="s2")], SUPERSEDED)

    first = registry.report_deliveries.newest(["s1"], limit=3)
    rest = registry.report_deliveries.newest(["s1"], limit=3, before=(first[-1].made_ms, first[-1].id))

    assert [each.id for each in (*first, *rest)] == ["d4", "d3", "d2", "d1"]
