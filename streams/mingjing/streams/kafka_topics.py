"""Topics on a Kafka broker: created when missing, refused when different, never altered."""

from collections.abc import Iterable

import msgspec
from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType

from mingjing.streams.broker import Broker
from mingjing.streams.topic_settings import refuse_losing_settings
from mingjing.streams.topics import CASE_EVENTS, TopicsRefused, refuse_other_counts, topics_of


class Applied(msgspec.Struct, frozen=True):
    """What `apply` did: names of topics it made, and of those it found as they must be."""

    created: list[str]
    present: list[str]


def apply(broker: Broker, partitions: int, agencies: Iterable[str], replication: int = 1) -> Applied:
    """Create every topic that is missing on the broker.

    Raises TopicsRefused, before anything is created, if an existing topic has
    another number of partitions, for cases would change partition and lose their
    state, or settings by which it would lose records. Runs again without effect.
    """
    wanted = topics_of(partitions, agencies, replication)
    admin = KafkaAdminClient(**broker.keywords(), client_id="mingjing-topics")
    try:
        found = _partition_counts(admin)
        refuse_other_counts(wanted, found)
        refuse_losing_settings(wanted, _settings(admin, found.keys() & {topic.name for topic in wanted}))
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


def apply_for(broker: Broker, partitions: int, agency: str) -> Applied:
    """Create the topics of one agency more, with as many replicas as `case-events` has.

    Raises TopicsRefused where the installation has no topics yet, and as `apply` does.
    """
    admin = KafkaAdminClient(**broker.keywords(), client_id="mingjing-topics")
    try:
        found = [each for each in admin.describe_topics() if each["name"] == CASE_EVENTS]
    finally:
        admin.close()
    if not found:
        raise TopicsRefused(f"Kafka 上还没有主题 {CASE_EVENTS}；请先执行 mingjing topics apply")
    replicas = min(len(each["replica_nodes"]) for each in found[0]["partitions"])
    return apply(broker, partitions, [agency], replicas)


def demand(broker: Broker, partitions: int, agencies: Iterable[str]) -> None:
    """Raise TopicsRefused unless every topic is there with its partitions, and keeps what is put on it."""
    wanted = topics_of(partitions, agencies)
    admin = KafkaAdminClient(**broker.keywords(), client_id="mingjing-topics")
    try:
        found = _partition_counts(admin)
        missing = [topic.name for topic in wanted if topic.name not in found]
        if missing:
            raise TopicsRefused(f"缺少主题 {'、'.join(missing)}；请先执行 mingjing topics apply")
        refuse_other_counts(wanted, found)
        refuse_losing_settings(wanted, _settings(admin, [topic.name for topic in wanted]))
    finally:
        admin.close()


def partition_counts(broker: Broker) -> dict[str, int]:
    """Return the topics on the broker with their numbers of partitions."""
    admin = KafkaAdminClient(**broker.keywords(), client_id="mingjing-topics")
    try:
        return _partition_counts(admin)
    finally:
        admin.close()


def _partition_counts(admin: KafkaAdminClient) -> dict[str, int]:
    return {topic["name"]: len(topic["partitions"]) for topic in admin.describe_topics()}


def _settings(admin: KafkaAdminClient, topics: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return every setting of each topic."""
    asked = [ConfigResource(ConfigResourceType.TOPIC, topic) for topic in topics]
    if not asked:
        return {}
    told = admin.describe_configs(asked, config_filter="all")
    return {
        topic: {name: setting["value"] for name, setting in settings.items()}
        for each in told.values()
        for topic, settings in each.items()
    }
