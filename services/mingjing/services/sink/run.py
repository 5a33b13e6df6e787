"""The sink process, put together."""

from mingjing.services.ledger.connection import Connection
from mingjing.services.settings import Settings
from mingjing.services.sink.kafka_source import KafkaSource
from mingjing.services.sink.letters import DeadLetters
from mingjing.services.sink.metrics import PumpMetrics
from mingjing.services.sink.probe import Probe
from mingjing.services.sink.pump import Pump
from mingjing.services.sink.stage_writer import StageWriter
from mingjing.services.sink.stopping import Stopping
from mingjing.services.sink.writers import CardWriter, CaseWriter, LedgerWriter, LetterWriter, TopicWriter

GROUP = "mingjing-sink"

PATIENT = ("case-facts",)
"""Topics whose rows may come half a second later: cards are shown as they come, cases when they are asked for."""


def run_sink(settings: Settings) -> None:
    """Write cards, their stages, case facts and dead letters to the ledger until SIGTERM; call from the main thread."""
    stopping = Stopping()
    metrics = PumpMetrics("sink")
    probe = Probe(metrics, settings.sink_metrics_port)
    connection = Connection(settings)
    writers: dict[str, TopicWriter] = {
        "cards": CardWriter(connection),
        "case-facts": CaseWriter(connection),
        "dead-letters": LetterWriter(connection),
        "card-stages": StageWriter(connection),
    }
    source = KafkaSource(settings.broker, GROUP, list(writers), settings.instance, patient=PATIENT)
    try:
        writer = LedgerWriter(connection, writers)
        Pump(source, writer, DeadLetters(settings.broker), metrics, stopping).run()
    finally:
        source.close()
        connection.close()
        probe.close()
