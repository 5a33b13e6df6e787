"""Publishing versions of the law: what may be published, and the topic that carries it."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

import orjson
import yaml
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition

from mingjing.rules.publication import (
    TOPIC,
    Publication,
    PublicationRefused,
    Room,
    decoded,
    digest_of,
    encoded,
    refuse,
    standing,
)
from mingjing.rules.yaml_page import PackRefused
from mingjing.services.rulebook.checking import check

PATIENCE_S = 30
ATTEMPTS = 10
ELECTING = frozenset((KafkaError.NOT_LEADER_FOR_PARTITION, KafkaError.LEADER_NOT_AVAILABLE))
"""A partition that was just made, or has just moved, has no leader for a moment."""

SILENT = 0
"""librdkafka's log level: what goes wrong is told by answers."""


def publications(
    paths: Sequence[Path], backtest: Path | None, *, in_force: int, now: int, by: str
) -> list[Publication]:
    """Return the files as records to publish; instants in microseconds since the epoch.

    Raises PackRefused for what a check finds, PublicationRefused for a file without version,
    for one that comes into force too soon, and for a back-test that is not whole or not of these very files.
    """
    checked = check(paths)
    if checked.found:
        raise PackRefused([each.fault for each in checked.found])
    tried = _tried(backtest) if backtest else None
    found = [_publication(path, tried, in_force=in_force, now=now, by=by) for path in paths]
    for each in found:
        refuse(each, {})
    return found


def _publication(path: Path, tried: Mapping[str, Any] | None, *, in_force: int, now: int, by: str) -> Publication:
    text = path.read_text("utf-8")
    top = yaml.load(text, Loader=yaml.CBaseLoader)  # noqa: S506  # every scalar stays text
    room: Room = next(each for each in get_args(Room) if each in top)
    if not top.get("version"):
        raise PublicationRefused(f"{path.name} has no version; a version is what cards name")
    digest = digest_of(text)
    if tried is not None and digest not in tried["files"]["new"].values():
        raise PublicationRefused(
            f"{path.name} is not the file that was back-tested; run `mingjing rules backtest` on it as it now stands"
        )
    return Publication(
        room=room,
        id=top[room],
        version=top["version"],
        text=text,
        digest=digest,
        in_force=in_force,
        published=now,
        by=by,
        backtest=tried["digest"] if tried is not None else None,
    )


def _tried(path: Path) -> dict[str, Any]:
    try:
        record: dict[str, Any] = orjson.loads(path.read_bytes())
        body = {name: value for name, value in record.items() if name != "digest"}
        found = hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()
        whole = record["digest"] == found and bool(record["files"]["new"])
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError) as exc:
        raise PublicationRefused(
            f"{path.name} is no back-test; write one with `mingjing rules backtest --out`"
        ) from exc
    if not whole:
        raise PublicationRefused(f"{path.name} has been changed since `mingjing rules backtest` wrote it; run it again")
    return record


class RulebookTopic:
    """The topic of published versions on one Kafka; errors are PublicationRefused with the remedy."""

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap

    def known(self) -> dict[str, Publication]:
        """Return every version ever published, by key."""
        consumer = Consumer(
            {
                "bootstrap.servers": self._bootstrap,
                "group.id": "mingjing-rulebook-reader",
                "enable.auto.commit": False,
                "log_level": SILENT,
            }
        )
        place = TopicPartition(TOPIC, 0, 0)
        try:
            end = _end(consumer, place)
            consumer.assign([place])
            records: list[Publication] = []
            reached = 0
            while reached < end:
                message = consumer.poll(PATIENCE_S)
                value = message.value() if message is not None and not message.error() else None
                if message is None or value is None:
                    raise PublicationRefused(f"Kafka 未在 {PATIENCE_S} 秒内给出主题 {TOPIC} 的全部记录，请稍后再试")
                reached = (message.offset() or 0) + 1
                records.append(decoded(value))
        except KafkaException as exc:
            raise PublicationRefused(
                f"读不到主题 {TOPIC}（{exc}）：请确认 Kafka 在运行，并已执行 mingjing topics apply"
            ) from exc
        finally:
            consumer.close()
        return standing(records)

    def publish(self, new: Sequence[Publication]) -> None:
        """Write all of `new`, or none where one may not follow what is known; acknowledged by every replica in sync."""
        known = self.known()
        for each in new:
            refuse(each, known)
            known[each.key] = each
        producer = Producer(
            {"bootstrap.servers": self._bootstrap, "enable.idempotence": True, "acks": "all", "log_level": SILENT}
        )
        failed: list[str] = []
        for each in new:
            producer.produce(
                TOPIC,
                encoded(each),
                each.key.encode(),
                on_delivery=lambda error, _: failed.append(str(error)) if error else None,
            )
        if producer.flush(PATIENCE_S) or failed:
            raise PublicationRefused(
                f"Kafka 没有确认：{'；'.join(failed) or '超时'}。已写入的版本不会重复，请再次发布其余的"
            )


def _end(consumer: Consumer, place: TopicPartition) -> int:
    """Return the offset after the last record; a leader is awaited for a few seconds."""
    for _ in range(ATTEMPTS):
        try:
            return int(consumer.get_watermark_offsets(place, timeout=PATIENCE_S)[1])
        except KafkaException as exc:
            if exc.args[0].code() not in ELECTING:
                raise
            consumer.poll(1.0)
    raise PublicationRefused(f"主题 {TOPIC} 的分区没有首领：请检查 Kafka 集群，再次发布")
