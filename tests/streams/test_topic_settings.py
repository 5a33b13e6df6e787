"""Topics that would lose what is folded from them are refused before anything is judged."""

import pytest

from mingjing.streams.topic_settings import refuse_losing_settings
from mingjing.streams.topics import TopicsRefused, topics_of

TOPICS = topics_of(8, ["91330100MA00000001"])
AS_MADE = {
    topic.name: {"retention.ms": "604800000", "retention.bytes": "-1", "message.timestamp.type": "CreateTime"}
    | {"max.message.bytes": "1048588"}
    | topic.config
    for topic in TOPICS
}


def changed(topic: str, **settings: str) -> dict[str, dict[str, str]]:
    named = {name.replace("_", "."): value for name, value in settings.items()}
    return {**AS_MADE, topic: AS_MADE[topic] | named}


def test_topics_as_they_are_made_are_not_refused() -> None:
    refuse_losing_settings(TOPICS, AS_MADE)


@pytest.mark.parametrize(
    ("topic", "setting", "value", "remedy"),
    [
        ("supervise-state", "cleanup_policy", "delete", "cleanup.policy=compact"),
        ("desk-state", "cleanup_policy", "compact,delete", "cleanup.policy=compact"),
        ("case-events", "cleanup_policy", "compact", "cleanup.policy=delete"),
        ("case-events", "retention_ms", "604800000", "retention.ms=7776000000"),
        ("case-events", "retention_bytes", "1073741824", "retention.bytes=-1"),
        ("case-events", "message_timestamp_type", "CreateTime", "message.timestamp.type=LogAppendTime"),
        ("rulebook", "retention_ms", "7776000000", "retention.ms=-1"),
    ],
)
def test_a_setting_that_loses_records_is_named_with_its_topic_its_value_and_the_remedy(
    topic: str, setting: str, value: str, remedy: str
) -> None:
    with pytest.raises(TopicsRefused) as refused:
        refuse_losing_settings(TOPICS, changed(topic, **{setting: value}))

    (fault, _) = str(refused.value).splitlines()
    assert f"主题 {topic}：{setting.replace('_', '.')} 现为 {value}" in fault
    assert fault.endswith(f"--entity-name {topic} --add-config {remedy}")


@pytest.mark.parametrize("value", ["-1", "99999999999999"])
def test_a_log_may_be_kept_for_longer(value: str) -> None:
    refuse_losing_settings(TOPICS, changed("case-events", retention_ms=value))


def test_the_retention_of_a_compacted_topic_says_nothing() -> None:
    refuse_losing_settings(TOPICS, changed("supervise-state", retention_ms="1"))


def test_what_is_not_there_yet_is_not_refused() -> None:
    refuse_losing_settings(TOPICS, {})
