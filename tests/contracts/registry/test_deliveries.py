from typing import Any

import msgspec
import pytest

from mingjing.services.ledger.scope import Scope
from mingjing.services.registry import Delivery, DeliveryFilter, Registry
from mingjing.services.registry.deliveries import News, Told

NOW = 1_000_000
RED = Told("c1", "red", "standing", "auto", (7, 1, 0))


def delivery(ident: str, **changes: Any) -> Delivery:
    standard = Delivery(
        id=ident,
        batch=ident,
        route="duty",
        channel="oa",
        purpose="card",
        card_id="c1",
        agency="A",
        region="330106000000",
        told="{}",
        next_ms=NOW,
        made_ms=NOW,
    )
    return msgspec.structs.replace(standard, **changes)


def enter(registry: Registry, *deliveries: Delivery) -> None:
    registry.deliveries.enter(News(deliveries=list(deliveries)), NOW)


def taken(registry: Registry, now_ms: int = NOW, channel: str = "oa") -> list[str]:
    return [each.id for each in registry.deliveries.take(channel, now_ms, now_ms + 60)]


def state(registry: Registry, ident: str) -> tuple[str, int, str]:
    found = registry.deliveries.of(ident)
    assert found is not None
    return found.state, found.tries, found.failure


def test_a_delivery_is_kept_whole(registry: Registry) -> None:
    enter(registry, delivery("d1", agency=None, region=None))

    assert registry.deliveries.of("d1") == delivery("d1", agency=None, region=None)


def test_a_delivery_entered_twice_stays_as_it_is(registry: Registry) -> None:
    enter(registry, delivery("d1"))
    registry.deliveries.sent(["d1"], NOW + 1)

    enter(registry, delivery("d1"), delivery("d2"))

    assert [state(registry, each)[0] for each in ("d1", "d2")] == ["sent", "waiting"]


def test_what_was_made_known_of_a_card_is_remembered_and_replaced(registry: Registry) -> None:
    registry.deliveries.enter(News(told=[RED]), NOW)
    cleared = msgspec.structs.replace(RED, status="cleared", ver=(8, 1, 0))
    registry.deliveries.enter(News(told=[cleared]), NOW)

    assert registry.deliveries.told(["c1", "c2"]) == {"c1": cleared}


def test_a_card_taken_up_is_remembered_until_it_is_drawn_anew(registry: Registry) -> None:
    for _ in range(2):
        registry.deliveries.enter(News(answered={"c1", "c2"}), NOW)
    registry.deliveries.enter(News(reopened={"c2"}), NOW)

    assert registry.deliveries.answered(["c1", "c2", "c3"]) == {"c1"}


def test_what_is_due_is_taken_by_one_sender_only(registry: Registry) -> None:
    enter(registry, delivery("d1"))

    assert [taken(registry), taken(registry)] == [["d1"], []]


def test_what_its_sender_never_reported_on_is_taken_again(registry: Registry) -> None:
    enter(registry, delivery("d1"))
    taken(registry)

    assert [taken(registry, NOW + 59), taken(registry, NOW + 60)] == [[], ["d1"]]


def test_nothing_is_taken_before_its_time_or_by_another_channel(registry: Registry) -> None:
    enter(registry, delivery("d1", next_ms=NOW + 10), delivery("d2", channel="group"))

    assert [taken(registry), taken(registry, NOW + 10)] == [[], ["d1"]]


def test_the_deliveries_of_one_message_are_taken_together(registry: Registry) -> None:
    enter(registry, delivery("d1", batch="b"), delivery("d2", next_ms=NOW - 1), delivery("d3", batch="b"))

    assert [taken(registry), taken(registry), taken(registry)] == [["d2"], ["d1", "d3"], []]


def test_what_was_not_taken_is_due_again_later_with_the_reason(registry: Registry) -> None:
    enter(registry, delivery("d1"))
    taken(registry)
    registry.deliveries.failed(["d1"], "HTTP 502", NOW + 10)

    assert state(registry, "d1") == ("failed", 1, "HTTP 502")
    assert [taken(registry, NOW + 9), taken(registry, NOW + 10)] == [[], ["d1"]]


def test_what_was_given_up_is_kept_and_not_taken(registry: Registry) -> None:
    enter(registry, delivery("d1"))
    registry.deliveries.failed(["d1"], "HTTP 502", None)

    assert (state(registry, "d1")[0], taken(registry, NOW + 10**9)) == ("given_up", [])


def test_what_failed_or_was_given_up_is_sent_again_at_once_with_all_its_tries(registry: Registry) -> None:
    enter(registry, delivery("d1"), delivery("d2"))
    for _ in range(3):
        registry.deliveries.failed(["d1", "d2"], "HTTP 502", NOW + 10_000)
    registry.deliveries.failed(["d2"], "HTTP 502", None)

    assert [registry.deliveries.again(each, NOW + 5) for each in ("d1", "d2")] == [1, 1]
    assert [state(registry, each)[:2] for each in ("d1", "d2")] == [("waiting", 0)] * 2
    assert [taken(registry, NOW + 5), taken(registry, NOW + 5), taken(registry, NOW + 5)] == [["d1"], ["d2"], []]


def test_a_digest_is_sent_again_whole(registry: Registry) -> None:
    enter(registry, delivery("d1", batch="b"), delivery("d2", batch="b"), delivery("d3"))
    registry.deliveries.failed(["d1", "d2", "d3"], "HTTP 502", None)

    assert (registry.deliveries.again("b", NOW), taken(registry), taken(registry)) == (2, ["d1", "d2"], [])


def test_what_has_arrived_waits_or_was_stopped_is_not_sent_again(registry: Registry) -> None:
    enter(registry, delivery("d1"), delivery("d2", next_ms=NOW + 100), delivery("d3"))
    registry.deliveries.sent(["d1"], NOW)
    registry.deliveries.stop("d3", "zhang")

    assert [registry.deliveries.again(each, NOW) for each in ("d1", "d2", "d3")] == [0, 0, 0]
    assert taken(registry) == []


def test_what_is_being_offered_is_not_offered_a_second_time_beside_it(registry: Registry) -> None:
    enter(registry, delivery("d1"))
    registry.deliveries.failed(["d1"], "HTTP 502", NOW)
    taken(registry)

    assert (registry.deliveries.again("d1", NOW + 1), taken(registry, NOW + 1)) == (0, [])


def test_what_was_stopped_is_not_taken(registry: Registry) -> None:
    enter(registry, delivery("d1"))

    assert [registry.deliveries.stop("d1", "zhang"), registry.deliveries.stop("d1", "li")] == [True, False]
    assert (state(registry, "d1"), taken(registry)) == (("stopped", 0, "zhang"), [])


def test_a_failure_does_not_undo_a_stop_and_a_receipt_is_the_truth(registry: Registry) -> None:
    enter(registry, delivery("d1"), delivery("d2"))
    for each in ("d1", "d2"):
        registry.deliveries.stop(each, "zhang")
    registry.deliveries.failed(["d1"], "HTTP 502", NOW + 10)
    registry.deliveries.sent(["d2"], NOW + 5)

    assert [state(registry, each)[0] for each in ("d1", "d2")] == ["stopped", "sent"]


def test_what_was_to_go_by_a_channel_that_is_no_more_is_stopped(registry: Registry) -> None:
    enter(registry, delivery("d1"), delivery("d2", channel="gone"))

    assert registry.deliveries.stop_others(["oa"], "no channel") == 1
    assert state(registry, "d2") == ("stopped", 0, "no channel")


def test_what_nobody_took_is_counted_by_state(registry: Registry) -> None:
    enter(registry, delivery("d1"), delivery("d2"), delivery("d3"))
    registry.deliveries.sent(["d1"], NOW)
    registry.deliveries.failed(["d2"], "HTTP 502", None)

    assert registry.deliveries.unsent() == {"waiting": 1, "failed": 0, "given_up": 1}


@pytest.mark.parametrize(
    ("scope", "seen"),
    [
        (Scope.everything(), ["d3", "d2", "d1"]),
        (Scope.of_region("330106000000"), ["d1"]),
        (Scope.of_region("330000000000"), ["d2", "d1"]),
        (Scope.of_agency("B"), ["d2"]),
        (Scope((), ()), []),
    ],
)
def test_everybody_sees_the_deliveries_of_their_scope(registry: Registry, scope: Scope, seen: list[str]) -> None:
    enter(
        registry,
        delivery("d1"),
        delivery("d2", agency="B", region="330200000000"),
        delivery("d3", agency=None, region=None),
    )

    assert [each.id for each in registry.deliveries.newest(scope, DeliveryFilter(), limit=9)] == seen


@pytest.mark.parametrize(
    ("wanted", "seen"),
    [
        (DeliveryFilter(card="c2"), ["d2"]),
        (DeliveryFilter(state="sent"), ["d1"]),
        (DeliveryFilter(channel="group"), ["d3"]),
    ],
)
def test_deliveries_are_found_by_card_state_and_channel(
    registry: Registry, wanted: DeliveryFilter, seen: list[str]
) -> None:
    enter(registry, delivery("d1"), delivery("d2", card_id="c2"), delivery("d3", channel="group"))
    registry.deliveries.sent(["d1"], NOW)

    assert [each.id for each in registry.deliveries.newest(Scope.everything(), wanted, limit=9)] == seen


def test_pages_of_deliveries_follow_one_another(registry: Registry) -> None:
    enter(registry, delivery("d1"), delivery("d2"), delivery("d3", made_ms=NOW - 1))

    pages = [
        registry.deliveries.newest(Scope.everything(), DeliveryFilter(), limit=1, before=before)
        for before in (None, (NOW, "d2"), (NOW, "d1"), (NOW - 1, "d3"))
    ]

    assert [[each.id for each in page] for page in pages] == [["d2"], ["d1"], ["d3"], []]
