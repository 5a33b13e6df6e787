"""What rules in the shadow would have drawn: the topic `shadow-cards`, counted for who decides what becomes of them."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from confluent_kafka import Consumer, KafkaException, TopicPartition

from mingjing.rules.card import LEVEL_TITLES, Card
from mingjing.streams.broker import Broker
from mingjing.streams.topics import SHADOW_CARDS

PATIENCE_S = 30
SILENT = 0
"""librdkafka's log level: what goes wrong is told by answers."""


class ShadowsUnread(Exception):
    """The topic cannot be read; the text says what to do."""


def shadow_cards(broker: Broker, partitions: int) -> list[Card]:
    """Return every card in the shadow as it last stood, in the order of their ids; blocks until the topic is read."""
    consumer = Consumer(
        {
            **broker.librdkafka(),
            "group.id": "mingjing-shadow-reader",
            "enable.auto.commit": False,
            "log_level": SILENT,
        }
    )
    decode = msgspec.json.Decoder(Card).decode
    latest: dict[str, Card] = {}
    try:
        for value in _values(consumer, partitions):
            card = decode(value)
            known = latest.get(card.card_id)
            if known is None or card.ver > known.ver:
                latest[card.card_id] = card
    except KafkaException as exc:
        raise ShadowsUnread(
            f"读不到主题 {SHADOW_CARDS}（{exc}）：请确认 Kafka 在运行，并已执行 mingjing topics apply"
        ) from exc
    finally:
        consumer.close()
    return [card for _, card in sorted(latest.items())]


def _values(consumer: Consumer, partitions: int) -> Iterator[bytes]:
    for number in range(partitions):
        place = TopicPartition(SHADOW_CARDS, number)
        begin, end = consumer.get_watermark_offsets(place, timeout=PATIENCE_S)
        if begin >= end:
            continue
        consumer.assign([TopicPartition(SHADOW_CARDS, number, begin)])
        reached = begin
        while reached < end:
            message = consumer.poll(PATIENCE_S)
            if message is None or message.error():
                raise ShadowsUnread(f"Kafka 未在 {PATIENCE_S} 秒内给出主题 {SHADOW_CARDS} 的全部记录，请稍后再试")
            reached = (message.offset() or 0) + 1
            if (value := message.value()) is not None:
                yield value


def told(cards: Iterable[Card], samples: int = 3) -> Iterator[str]:
    """Yield what each rule would have drawn, by level and standing, with its latest cases as samples."""
    by_rule: dict[str, list[Card]] = {}
    for card in cards:
        by_rule.setdefault(card.rule, []).append(card)
    if not by_rule:
        yield "没有试行规则的牌"
    for rule, drawn in sorted(by_rule.items()):
        levels = Counter(card.level for card in drawn if card.status != "withdrawn")
        counts = "，".join(f"{title} {levels[level]}" for level, title in LEVEL_TITLES.items() if levels[level])
        withdrawn = sum(card.status == "withdrawn" for card in drawn)
        yield f"{rule} {drawn[-1].title}：{counts or '无'}" + (f"，自动撤回 {withdrawn}" if withdrawn else "")
        for card in sorted(drawn, key=lambda each: each.violated_at, reverse=True)[:samples]:
            yield f"    {card.violated_at[:16].replace('T', ' ')} {card.case_key} {LEVEL_TITLES[card.level]}"


def records(cards: Iterable[Card]) -> list[dict[str, Any]]:
    """Return the cards as JSON-like values."""
    return [dict(msgspec.to_builtins(card)) for card in cards]
