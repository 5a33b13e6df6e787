import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest

from mingjing.services.notices.channel import Channel, Mailbox, Robot, Webhook
from mingjing.services.notices.channels.mail import MailHost
from mingjing.services.notices.channels.webhook import DELIVERY, SIGNATURE, signature
from mingjing.services.notices.courier import Courier
from mingjing.services.notices.metrics import NotifyMetrics
from mingjing.services.notices.plan import Plan
from mingjing.services.notices.postman import Postman, offer
from mingjing.services.notices.retrying import DELAYS_S
from mingjing.services.notices.telling import Words
from mingjing.services.registry import Database, Deliveries, Delivery
from mingjing.services.registry.deliveries import News
from mingjing.services.stack.addresses import free_ports

from .conftest import Receiver

NOW = 1_790_000_000_000
SECRET = "oa-secret"  # noqa: S105  # no secret
IDENT = "0" * 32
WORDS = Words("https://mingjing.example/console", {"91": "市场监管局"}, ZoneInfo("Asia/Shanghai"))
CARD: dict[str, Any] = {
    "card_id": "c1",
    "case_key": "91/浙A1",
    "title": "办结时限",
    "level": "red",
    "status": "standing",
    "issue": "auto",
    "item": None,
    "item_title": "食品经营许可",
    "agency": "91",
    "violated_at": "2026-03-17T16:00:00+00:00",
    "due_at": None,
}


def owed(ident: str = IDENT, **changes: Any) -> Delivery:
    return Delivery(
        **{
            "id": ident,
            "batch": ident,
            "route": "duty",
            "channel": "oa",
            "purpose": "card",
            "card_id": "c1",
            "agency": "91",
            "region": None,
            "told": orjson.dumps(CARD).decode(),
            "next_ms": NOW,
            "made_ms": NOW,
            **changes,
        }
    )


@pytest.fixture
def deliveries(tmp_path: Path) -> Iterator[Deliveries]:
    database = Database(f"sqlite:///{tmp_path / 'registry.sqlite'}")
    database.migrate()
    yield Deliveries(database)
    database.close()


Carry = Callable[..., bool]


@pytest.fixture
def carry(deliveries: Deliveries, receiver: Receiver) -> Carry:
    """Carry the next message that is due; the receiver is the channel `oa`."""
    channel = Channel("oa", Webhook(receiver.url, SECRET))
    hosts = frozenset({f"127.0.0.1:{receiver.server_port}"})

    def once(now_ms: int = NOW) -> bool:
        plan = Plan(hosts, {"oa": channel}, (), 1440)
        postman = Postman(plan, deliveries, WORDS, NotifyMetrics(), lambda: now_ms)

        async def carried() -> bool:
            courier = Courier(hosts)
            try:
                return await postman.carry_due(channel, courier)
            finally:
                await courier.close()

        return asyncio.run(carried())

    return once


def outcome(deliveries: Deliveries, ident: str = IDENT) -> tuple[str, int, str]:
    found = deliveries.of(ident)
    assert found is not None
    return found.state, found.tries, found.failure


def test_a_card_that_is_due_arrives_signed_and_is_noted_as_sent(
    deliveries: Deliveries, receiver: Receiver, carry: Carry
) -> None:
    deliveries.enter(News(deliveries=[owed()]), NOW)

    assert [carry(), carry()] == [True, False]
    ((_, headers, body),) = receiver.requests
    assert headers[DELIVERY] == IDENT
    assert headers[SIGNATURE] == f"t={NOW // 1000},v1={signature(SECRET, NOW // 1000, body)}"
    assert json.loads(body) == {"delivery": IDENT, "kind": "card", "cards": [CARD]}
    assert outcome(deliveries) == ("sent", 1, "")


def test_a_receiver_that_is_away_is_tried_again_with_the_same_delivery(
    deliveries: Deliveries, receiver: Receiver, carry: Carry
) -> None:
    deliveries.enter(News(deliveries=[owed()]), NOW)
    receiver.status = 503
    carry()
    receiver.status = 200
    later = NOW + DELAYS_S[0] * 1100

    assert outcome(deliveries)[:2] == ("failed", 1)
    assert [carry(NOW + 1), carry(later)] == [False, True]
    assert {headers[DELIVERY] for _, headers, _ in receiver.requests} == {IDENT}
    assert outcome(deliveries) == ("sent", 2, "")


def test_a_receiver_that_never_takes_it_is_given_up_visibly(
    deliveries: Deliveries, receiver: Receiver, carry: Carry
) -> None:
    deliveries.enter(News(deliveries=[owed(tries=len(DELAYS_S))]), NOW)
    receiver.status = 500

    carry()

    assert outcome(deliveries) == ("given_up", len(DELAYS_S) + 1, "HTTP 500：{}")


def test_what_a_receiver_echoes_of_our_secret_is_not_kept(
    deliveries: Deliveries, receiver: Receiver, carry: Carry
) -> None:
    deliveries.enter(News(deliveries=[owed()]), NOW)
    receiver.status, receiver.answer = 403, b"bad secret oa-secret"

    carry()

    assert outcome(deliveries)[2] == "HTTP 403：bad secret ***"


def test_a_robot_says_no_more_in_a_minute_than_its_platform_takes(deliveries: Deliveries, receiver: Receiver) -> None:
    robot = Channel("oa", Robot("wecom", receiver.url, "k", ""))
    clock = [NOW]
    receiver.answer = b'{"errcode": 0}'
    deliveries.enter(News(deliveries=[owed(f"{number:032x}") for number in range(21)]), NOW)
    postman = Postman(Plan(frozenset(), {}, (), 1440), deliveries, WORDS, NotifyMetrics(), lambda: clock[0])

    async def carried() -> list[bool]:
        courier = Courier({f"127.0.0.1:{receiver.server_port}"})
        try:
            burst = [await postman.carry_due(robot, courier) for _ in range(21)]
            clock[0] += 60_000
            return [*burst, await postman.carry_due(robot, courier)]
        finally:
            await courier.close()

    assert asyncio.run(carried()) == [True] * 20 + [False, True]
    assert len(receiver.requests) == 21


def test_a_digest_is_one_message_with_every_card(deliveries: Deliveries, receiver: Receiver, carry: Carry) -> None:
    deliveries.enter(News(deliveries=[owed("a" * 32, batch=IDENT), owed("b" * 32, batch=IDENT)]), NOW)

    carry()

    ((_, headers, body),) = receiver.requests
    assert (headers[DELIVERY], json.loads(body)["kind"], len(json.loads(body)["cards"])) == (IDENT, "digest", 2)
    assert [outcome(deliveries, each * 32)[0] for each in "ab"] == ["sent", "sent"]


def test_an_escalation_says_that_nobody_signed() -> None:
    assert WORDS.of([owed(purpose="escalation")]).message.title == "【无人签收】【红牌】办结时限"


def test_a_mail_server_that_is_away_is_a_failure_like_any_other() -> None:
    (port,) = free_ports(1)
    mailbox = Mailbox(MailHost(host="127.0.0.1", port=port, sender="a@b", security="none"), "duty@b")

    async def offered() -> str | None:
        courier = Courier(())
        try:
            return await offer(Channel("post", mailbox), WORDS.trial(IDENT, "now"), courier, NOW)
        finally:
            await courier.close()

    assert str(asyncio.run(offered())).startswith("ConnectionRefusedError")
