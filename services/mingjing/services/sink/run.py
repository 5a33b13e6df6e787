"""The sink process, put together."""

from collections.abc import Callable, Mapping
from functools import partial

from mingjing.services.ledger.connection import Connection
from mingjing.services.settings import Settings
from mingjing.services.sink.beside import Beside
from mingjing.services.sink.kafka_source import KafkaSource
from mingjing.services.sink.letters import DeadLetters
from mingjing.services.sink.metrics import PumpMetrics
from mingjing.services.sink.probe import Probe
from mingjing.services.sink.pump import Pump
from mingjing.services.sink.stage_writer import StageWriter
from mingjing.services.sink.stopping import Stopping
from mingjing.services.sink.writers import CardWriter, CaseWriter, LedgerWriter, LetterWriter, TopicWriter

GROUP = "mingjing-sink"

Writers = Mapping[str, Callable[[Connection], TopicWriter]]

PROMPT: Writers = {"cards": CardWriter, "dead-letters": LetterWriter, "card-stages": StageWriter}
"""Topics whose rows are waited for."""

PATIENT: Writers = {"case-facts": CaseWriter}
"""Topics whose rows may come half a second later: cards are shown as they come, cases when they are asked for."""


def run_sink(settings: Settings) -> None:
    """Write cards, their stages, case facts and dead letters to the ledger until SIGTERM; call from the main thread.

    Two pumps do it, each a member of the group with a connection of its own: no card
    waits while the facts of hundreds of cases are written. Where one ends, so does the other.
    """
    stopping = Stopping()
    metrics = PumpMetrics("sink")
    probe = Probe(metrics, settings.sink_metrics_port)
    beside = metrics.beside()
    cases = Beside("cases", partial(_pump, settings, PATIENT, beside, stopping, of_cases=True), stopping)
    cases.start()
    try:
        _pump(settings, PROMPT, metrics, stopping)
    finally:
        cases.end()
        probe.close()


def _pump(
    settings: Settings, writers: Writers, metrics: PumpMetrics, stopping: Stopping, *, of_cases: bool = False
) -> None:
    instance = settings.instance and (f"{settings.instance}-cases" if of_cases else settings.instance)
    connection = Connection(settings)
    source = KafkaSource(settings.broker, GROUP, list(writers), instance, patient=list(writers) if of_cases else ())
    try:
        writer = LedgerWriter(connection, {topic: make(connection) for topic, make in writers.items()})
        Pump(source, writer, DeadLetters(settings.broker), metrics, stopping).run()
    finally:
        source.close()
        connection.close()
