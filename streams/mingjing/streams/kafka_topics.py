"""Topics on a Kafka broker: created when missing, refused when different, never altered."""

from collections.abc import Iterable

import msgspec
from kafka import KafkaAdminClient

from mingjing.streams.topics import refuse_other_counts, topics_of


class Applied(msgspec.Struct, frozen=True):
    """What `apply` did: names of topics it made, and of those it found as they must be."""

    created: list[str]
    present: list[str]


def apply(bootstrap: str, partitions: int, agencies: Iterable[str], replication: int = 1) -> Applied:
    """Create every topic that is missing on the broker.

    Raises TopicsRefused, before anything is created, if an existing topic has
    another number of partitions: cases would change partition and lose their
    state. Runs again without effect.
    """
    wanted = topics_of(partitions, agencies, replication)
    admin = KafkaAdminClient(bootstrap_servers=bootstrap.split(","), client_id="mingjing-topics")
    try:
        found = _partition_counts(admin)
        refuse_other_counts(wanted, found)
        missing = [topic for topic in wanted if topic.name not in found]
        if missing:
            admin.create_topics(
                {
                    topic.name: {
                        "num_partitions": topic.partitions,
                        "replication_factor": replication,
                        "configs": topic.config,
                    }
                    for topic in missing
                },
                wait_for_metadata=True,
            )
    finally:
        admin.close()
    created = [topic.name for topic in missing]
    return Applied(created, [topic.name for topic in wanted if topic.name not in created])


def partition_counts(bootstrap: str) -> dict[str, int]:
    """Return the topics on the broker with their numbers of partitions."""
    admin = KafkaAdminClient(bootstrap_servers=bootstrap.split(","), client_id="mingjing-topics")
    try:
        return _partition_counts(admin)
    finally:
        admin.close()


def _partition_counts(admin: KafkaAdminClient) -> dict[str, int]:
    return {topic["name"]: len(topic["partitions"]) for topic in admin.describe_topics()}
