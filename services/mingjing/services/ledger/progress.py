"""How far each topic has been written down."""

import time
from collections.abc import Mapping

from mingjing.services.ledger.connection import Connection
from mingjing.services.ledger.tables import SINK_PROGRESS


def read(connection: Connection) -> dict[str, dict[int, int]]:
    """Return the next offset by topic and partition."""
    vector: dict[str, dict[int, int]] = {}
    rows = connection.rows(
        "SELECT topic, topic_partition, max(next_offset) FROM sink_progress "
        "GROUP BY topic, topic_partition ORDER BY topic, topic_partition"
    )
    for topic, partition, offset in rows:
        vector.setdefault(topic, {})[partition] = offset
    return vector


def advance(connection: Connection, reached: Mapping[tuple[str, int], int]) -> None:
    """Write that everything below `reached[topic, partition]` is in its table; call it after it is."""
    now = time.time_ns() // 1_000_000
    rows = [(topic, partition, offset, now) for (topic, partition), offset in reached.items()]
    connection.insert(SINK_PROGRESS.name, SINK_PROGRESS.columns, rows)
