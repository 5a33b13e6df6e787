"""The notifier between a real Kafka and a receiver on this machine: once, in spite of absence and restarts."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from confluent_kafka import Producer
from tests.services.notices.conftest import Receiver, receiver

from mingjing.services.ledger.scope import Scope
from mingjing.services.notices.channels.webhook import DELIVERY, SIGNATURE, signature
from mingjing.services.registry import DeliveryFilter, Registry, migrate_registry, open_registry
from mingjing.services.settings import Settings
from mingjing.services.stack.addresses import Address, free_ports
from mingjing.services.stack.environment import environment
from mingjing.services.stack.probes import http_answers
from mingjing.services.stack.program import Program
from mingjing.streams.kafka_topics import apply

pytestmark = pytest.mark.system

__all__ = ["receiver"]

AGENCY = "91330100MA2XXXXX01"
SECRET = "duty-secret"  # noqa: S105  # no secret
PATIENCE_S = 60.0
CALL = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

AGENCIES = f"""
agencies: [{{code: {AGENCY}, title: 市场监管局, region: "330106000000", sources: ['urn:s']}}]
regions: [{{code: "330106000000", title: 西湖区, tier: 县}}]
"""

Json = dict[str, Any]


class Site:
    """A broker with topics, a plan that leads to the receiver, and notifiers to be started and killed."""

    def __init__(self, folder: Path, settings: Settings, registry: Registry) -> None:
        self._folder = folder
        self._settings = settings
        self._registry = registry
        self._producer = Producer({"bootstrap.servers": settings.kafka, "linger.ms": 0})

    def notifier(self) -> Program:
        """Return `mingjing notify`, not yet started."""
        return Program(
            "notify",
            [sys.executable, "-m", "mingjing.services.cli", "notify"],
            log=self._folder / "notify.log",
            env=environment(self._settings) | {"DUTY_SECRET": SECRET},
            ready=http_answers(Address("127.0.0.1", self._settings.notify_metrics_port), "/readyz"),
        )

    def draw(self, card_id: str, **changes: Any) -> None:
        """Put a record of a card on the topic `cards`."""
        card: Json = {
            "card_id": card_id,
            "case_key": f"{AGENCY}/{card_id}",
            "rule": "TL-04",
            "rung": "TL-05",
            "title": "办结时限",
            "level": "red",
            "status": "standing",
            "issue": "auto",
            "item": None,
            "item_title": None,
            "agency": AGENCY,
            "region": "330106000000",
            "violated_at": "2026-03-06T00:00:00+08:00",
            "due_at": None,
            "cleared_at": None,
            "issued_at": "2026-03-06T00:00:00+08:00",
            "digest": "d",
            "ver": [1, 1, 0],
            **changes,
        }
        self._producer.produce("cards", orjson.dumps(card), key=card["case_key"])
        assert self._producer.flush(30) == 0

    def appeal(self, card_id: str) -> None:
        """Put on the topic `card-stages` that the agency has appealed."""
        entry = {"action_id": f"a-{card_id}", "verb": "appeal", "actor": "li", "role": "clerk", "at": 1, "round": 1}
        stage: Json = {
            "card_id": card_id,
            "case_key": f"{AGENCY}/{card_id}",
            "agency": AGENCY,
            "region": "330106000000",
            "stage": "appealed",
            "round": 1,
            "revision": 3,
            "shown": "red",
            "entries": [entry | {"stage": "appealed", "fields": {"ground": "data-wrong", "text": "系统对时"}}],
            "outcome": {"action_id": f"a-{card_id}", "accepted": True},
            "ver": [2, 1, 0],
        }
        self._producer.produce("card-stages", orjson.dumps(stage), key=stage["case_key"])
        assert self._producer.flush(30) == 0

    def states(self) -> dict[str, str]:
        """Return the state of the delivery of each card."""
        newest = self._registry.deliveries.newest(Scope.everything(), DeliveryFilter(), limit=100)
        return {each.card_id: each.state for each in newest}


@pytest.fixture
def site(tmp_path: Path, kafka: Address, receiver: Receiver) -> Iterator[Site]:
    (tmp_path / "agencies.yaml").write_text(AGENCIES, "utf-8")
    (tmp_path / "notices.yaml").write_text(
        f"hosts: ['127.0.0.1:{receiver.server_port}']\n"
        f"channels: [{{name: duty, kind: webhook, url: '{receiver.url}/duty', secret: {{env: DUTY_SECRET}}}},\n"
        f"  {{name: reviewers, kind: webhook, url: '{receiver.url}/reviewers', secret: {{env: DUTY_SECRET}}}}]\n"
        "routes:\n"
        "  - {name: all, channels: [duty]}\n"
        "  - {name: appeals, channels: [reviewers], role: supervisor, tells: [appeal], region: '330106'}\n"
    )
    settings = Settings(
        kafka=str(kafka),
        data_dir=tmp_path,
        agencies=tmp_path / "agencies.yaml",
        notices=tmp_path / "notices.yaml",
        notify_metrics_port=free_ports(1)[0],
        instance="notify-1",
        partitions=1,
    )
    apply(settings.broker, settings.partitions, [AGENCY])
    migrate_registry(settings)
    registry = open_registry(settings)
    yield Site(tmp_path, settings, registry)
    registry.database.close()


def test_cards_arrive_signed_and_once_though_the_receiver_was_away_and_the_notifier_killed(
    site: Site,
    receiver: Receiver,
) -> None:
    with site.notifier() as notifier:
        site.draw("c1")
        until(lambda: site.states() == {"c1": "sent"})
        receiver.status = 503
        site.draw("c2")
        until(lambda: site.states().get("c2") == "failed")
        notifier.kill()
    site.draw("c3")
    site.draw("c1", ver=[2, 1, 0], digest="e")  # nothing that people are told has changed
    receiver.status = 200
    with site.notifier():
        until(lambda: set(site.states().values()) == {"sent"} and len(site.states()) == 3)

    taken = [(headers, json.loads(body)) for _, headers, body in receiver.requests]
    told = [body["cards"][0]["card_id"] for _, body in taken]
    assert (told.count("c1"), told.count("c2"), told.count("c3")) == (1, 2, 1)  # c2: refused, then taken
    assert len({headers[DELIVERY] for headers, _ in taken}) == 3
    for _, headers, body in receiver.requests:
        at, _, proof = headers[SIGNATURE].removeprefix("t=").partition(",v1=")
        assert proof == signature(SECRET, int(at), body)


def test_a_webhook_is_told_the_trace_of_the_call_that_a_card_comes_of(site: Site, receiver: Receiver) -> None:
    with site.notifier():
        site.draw("c1", traceparent=CALL)
        until(lambda: site.states() == {"c1": "sent"})

    told = [card for _, _, body in receiver.requests for card in json.loads(body)["cards"]]
    assert [card["traceparent"] for card in told] == [CALL]


def test_an_appeal_is_told_to_those_who_review_it_once_though_the_notifier_is_killed(
    site: Site, receiver: Receiver
) -> None:
    with site.notifier() as notifier:
        site.draw("c1")
        until(lambda: site.states() == {"c1": "sent"})
        site.appeal("c1")
        until(lambda: "/reviewers" in [path for path, _, _ in receiver.requests])
        notifier.kill()
    site.appeal("c1")
    site.draw("c2")
    with site.notifier():
        until(lambda: site.states().get("c2") == "sent")

    (told,) = [json.loads(body) for path, _, body in receiver.requests if path == "/reviewers"]
    assert (told["kind"], told["cards"][0]["title"]) == ("appeal", "办结时限")
    assert told["cards"][0]["step"]["says"] == {"申诉事由": "数据有误"}


def until(condition: Callable[[], bool]) -> None:
    """Wait until `condition` holds."""
    patience = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < patience, "still not so"
        time.sleep(0.05)
