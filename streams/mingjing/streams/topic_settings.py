"""Whether topics keep what is put on them for as long as they must.

A state topic that is not compacted alone, or a log with a shorter retention than
`topics.yaml` says, loses what owners fold from; it shows only when somebody has to read
it again. So settings are compared before anything is judged. They are never altered:
whoever changed them is told how to change them back.
"""

from collections.abc import Iterable, Mapping

from mingjing.streams.topics import Topic, TopicsRefused

AS_SAID = ("cleanup.policy", "message.timestamp.type")
AT_LEAST = ("retention.ms", "retention.bytes", "max.message.bytes")
WITHOUT_END = "-1"
DEFAULTS = {"retention.bytes": WITHOUT_END, "retention.ms": "0"}
"""What is asked where `topics.yaml` says nothing: Kafka may not cut a log by its size."""


def refuse_losing_settings(wanted: Iterable[Topic], found: Mapping[str, Mapping[str, str]]) -> None:
    """Raise TopicsRefused naming every topic that would lose records, the setting, its value and the remedy.

    `found` are all settings of each topic; topics that are not among them are missing, which is not said here.
    """
    faults = [
        f"{topic.title}主题 {topic.name}：{setting} 现为 {here}，{must}；请执行 "
        f"kafka-configs.sh --bootstrap-server … --alter --entity-type topics --entity-name {topic.name} "
        f"--add-config {setting}={value}"
        for topic in wanted
        if topic.name in found
        for setting, here, must, value in _faults_of(topic, found[topic.name])
    ]
    if faults:
        hint = (
            "这些设置会让日志或状态丢失，改好之前不评判；已经丢失的状态，改好后由日志或归档重新折叠，"
            "见 docs/operations.md“重新折叠”。"
        )
        raise TopicsRefused("\n".join([*faults, hint]))


def _faults_of(topic: Topic, found: Mapping[str, str]) -> Iterable[tuple[str, str, str, str]]:
    """Yield (setting, value found, what it must be, value to set)."""
    for setting in AS_SAID:
        value = topic.config.get(setting)
        if value is not None and found[setting] != value:
            yield setting, found[setting], f"应为 {value}", value
    if topic.config["cleanup.policy"] == "compact":
        return
    for setting in AT_LEAST:
        value = topic.config.get(setting, DEFAULTS.get(setting, "0"))
        if found[setting] != WITHOUT_END and (value == WITHOUT_END or int(found[setting]) < int(value)):
            yield setting, found[setting], "应为 -1（不限）" if value == WITHOUT_END else f"至少为 {value}", value
