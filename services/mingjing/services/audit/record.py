"""Writing the trail from a command, which has no outbox of its own."""

from mingjing.services.audit.entry import TOPIC, Entry, packed
from mingjing.services.confirmed import Outgoing, faults_in_writing
from mingjing.services.settings import Settings

_ANSWER_S = 10


class TrailAway(Exception):
    """Kafka did not acknowledge an entry: what it tells of must not happen."""


def record(settings: Settings, entry: Entry) -> None:
    """Have the entry acknowledged by Kafka, or raise TrailAway."""
    faults = faults_in_writing(settings.broker, [Outgoing(TOPIC, packed(entry))], _ANSWER_S)
    if faults:
        raise TrailAway(f"留痕（Kafka {settings.kafka}）没有确认：{'；'.join(faults)}；须留痕的操作不予执行")
