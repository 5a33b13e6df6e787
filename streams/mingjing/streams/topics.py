"""The topics of an installation: which there are, and how a case finds its partition.

`topics.yaml` beside this module is the only definition. Nothing here talks to a
broker; `kafka_topics` does.
"""

from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Literal

import msgspec

from mingjing.streams.murmur import murmur2

CASE_EVENTS = "case-events"
CARDS = "cards"
SHADOW_CARDS = "shadow-cards"
CASE_FACTS = "case-facts"
DEAD_LETTERS = "dead-letters"
STATE = "supervise-state"
TALLIES = "tallies"
TALLIES_STATE = "tallies-state"
CARD_ACTIONS = "card-actions"
CARD_STAGES = "card-stages"
DESK_STATE = "desk-state"
CLOCK_WITNESS = "clock-witness"

_EACH_AGENCY = "<agency>"


class Topic(msgspec.Struct, frozen=True, kw_only=True):
    """A topic as it must be; `partitions` is a number by now."""

    name: str
    title: str
    partitions: int
    config: dict[str, str]


class TopicsRefused(Exception):
    """Topics on the broker are not as they must be; the text names each, and the remedy."""


class _Entry(msgspec.Struct, forbid_unknown_fields=True):
    title: str
    partitions: int | Literal["installation"]
    config: dict[str, str] = {}


class _Definition(msgspec.Struct, forbid_unknown_fields=True):
    defaults: dict[str, str]
    topics: dict[str, _Entry]


def ingest_topic(agency: str) -> str:
    """Return the topic on which the agency with this code may write."""
    return f"ingest.{agency}"


def sandbox_topic(agency: str) -> str:
    """Return the topic on which the agency may try things out; no card is drawn of what lies there."""
    return f"sandbox.{agency}"


def sandbox_receipts_topic(agency: str) -> str:
    """Return the topic on which the agency reads what became of what it tried."""
    return f"{sandbox_topic(agency)}.receipts"


@lru_cache(maxsize=1 << 17)
def partition_of(case_key: str, partitions: int) -> int:
    """Return the partition of a case: the one Java's default partitioner picks for its key."""
    return (murmur2(case_key.encode()) & 0x7FFFFFFF) % partitions


def topics_of(partitions: int, agencies: Iterable[str], replication: int = 1) -> list[Topic]:
    """Return every topic of an installation with these agencies, in the file's order."""
    definition = _definition()
    codes = list(agencies)
    wanted = []
    for pattern, entry in definition.topics.items():
        config = {**definition.defaults, **entry.config}
        if replication > 1:
            config["min.insync.replicas"] = "2"
        count = partitions if entry.partitions == "installation" else entry.partitions
        names = [pattern.replace(_EACH_AGENCY, code) for code in codes] if _EACH_AGENCY in pattern else [pattern]
        wanted += [Topic(name=name, title=entry.title, partitions=count, config=config) for name in names]
    return wanted


def fixed_partitions(topic: str) -> int:
    """Return the partition count of a topic whose count is the same in every installation."""
    pattern = f"ingest.{_EACH_AGENCY}" if topic.startswith("ingest.") else topic
    count = _definition().topics[pattern].partitions
    if count == "installation":
        raise ValueError(f"the partition count of {topic} is the installation's")
    return count


def refuse_other_counts(wanted: Iterable[Topic], found: Mapping[str, int]) -> None:
    """Raise TopicsRefused naming every topic whose partition count is not the one wanted."""
    faults = [
        f"{topic.title}主题 {topic.name}：现有 {found[topic.name]} 个分区，应为 {topic.partitions} 个"
        for topic in wanted
        if found.get(topic.name, topic.partitions) != topic.partitions
    ]
    if faults:
        remedy = (
            "分区数在安装时定死，办件按它归位：请把 MINGJING_PARTITIONS 改回现有的数；"
            "若确要改变，另建一套安装并从归档重放，或（仅限可丢弃的数据）删除上述主题后重试。"
        )
        raise TopicsRefused("\n".join([*faults, remedy]))


@cache
def _definition() -> _Definition:
    text = files("mingjing.streams").joinpath("topics.yaml").read_bytes()
    return msgspec.yaml.decode(text, type=_Definition)
