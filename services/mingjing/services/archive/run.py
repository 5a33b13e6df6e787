"""The archive process, put together."""

from mingjing.services.archive.confluent_source import ConfluentSource
from mingjing.services.archive.event_writer import EventWriter
from mingjing.services.ledger.connection import Connection
from mingjing.services.settings import Settings
from mingjing.services.sink.letters import DeadLetters
from mingjing.services.sink.metrics import PumpMetrics
from mingjing.services.sink.probe import Probe
from mingjing.services.sink.pump import Pump
from mingjing.services.sink.stopping import Stopping
from mingjing.services.sink.writers import LedgerWriter

GROUP = "mingjing-archive"
TOPIC = "case-events"


def run_archive(settings: Settings) -> None:
    """Write every event to the ledger until SIGTERM; call it from the main thread."""
    stopping = Stopping()
    metrics = PumpMetrics("archive")
    probe = Probe(metrics, settings.archive_metrics_port)
    connection = Connection(settings)
    source = ConfluentSource(settings.kafka, GROUP, [TOPIC], settings.instance)
    try:
        writer = LedgerWriter(connection, {TOPIC: EventWriter(connection)})
        Pump(source, writer, DeadLetters(settings.kafka), metrics, stopping).run()
    finally:
        source.close()
        connection.close()
        probe.close()
