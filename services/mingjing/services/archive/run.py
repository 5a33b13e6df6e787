"""The archive process, put together."""

from mingjing.services.archive.confluent_source import ConfluentSource
from mingjing.services.archive.event_writer import EventWriter
from mingjing.services.archive.log_writer import LogWriter
from mingjing.services.ledger.connection import Connection
from mingjing.services.settings import Settings
from mingjing.services.sink.letters import DeadLetters
from mingjing.services.sink.metrics import PumpMetrics
from mingjing.services.sink.probe import Probe
from mingjing.services.sink.pump import Pump
from mingjing.services.sink.stopping import Stopping
from mingjing.services.sink.writers import LedgerWriter, TopicWriter
from mingjing.streams.topics import CARD_ACTIONS, CASE_EVENTS, TALLIES

GROUP = "mingjing-archive"


def run_archive(settings: Settings) -> None:
    """Write every log that is folded to the ledger until SIGTERM; call it from the main thread."""
    stopping = Stopping()
    metrics = PumpMetrics("archive")
    probe = Probe(metrics, settings.archive_metrics_port)
    connection = Connection(settings)
    writers: dict[str, TopicWriter] = {
        CASE_EVENTS: EventWriter(connection),
        TALLIES: LogWriter(connection),
        CARD_ACTIONS: LogWriter(connection),
    }
    source = ConfluentSource(settings.broker, GROUP, list(writers), settings.instance)
    try:
        writer = LedgerWriter(connection, writers)
        Pump(source, writer, DeadLetters(settings.broker), metrics, stopping).run()
    finally:
        source.close()
        connection.close()
        probe.close()
