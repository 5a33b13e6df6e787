"""A worker: intake and supervision of the partitions that the consumer group gives it."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import faust
import msgspec
import uvloop

from mingjing.rules.desk import Desk
from mingjing.rules.engine import Engine
from mingjing.rules.form import FORM
from mingjing.rules.rulebook import Rulebook
from mingjing.streams.batch_consumer import BatchApp
from mingjing.streams.batches import BatchSchema
from mingjing.streams.broker import Broker
from mingjing.streams.broker_time import follow_brokers
from mingjing.streams.clock import feed_name
from mingjing.streams.collector import settle_down
from mingjing.streams.dockets import CASES, STEPS, SUBJECTS
from mingjing.streams.ending import die, unless
from mingjing.streams.intake import Intake
from mingjing.streams.interpreter import share_interpreter
from mingjing.streams.kafka_topics import partition_counts
from mingjing.streams.law import Law, follow
from mingjing.streams.log_ends import FaustProgress
from mingjing.streams.newcomers import IngestTopics
from mingjing.streams.newcomers import follow as follow_agencies
from mingjing.streams.outlet import FaustOutlet
from mingjing.streams.ports import Archive, Judge, Laws, Principals, WallClock
from mingjing.streams.probe import Probe
from mingjing.streams.state_table import StateTables
from mingjing.streams.supervise import Supervision
from mingjing.streams.taking_in import TakingIn
from mingjing.streams.time_of_day import TimeOfDay
from mingjing.streams.topics import (
    CARD_ACTIONS,
    CASE_EVENTS,
    DESK_STATE,
    STATE,
    TALLIES,
    TALLIES_STATE,
)

AHEAD = 5 * 60 * 1_000_000
"""Live, an event this far ahead of the clock is held until the clock reaches it."""

UNPACKED = 20_000
"""Cases of a partition kept ready for the next event; the others lie packed in memory."""


class WorkerSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker needs to know of its surroundings.

    `instance` makes it a static member of its group: a restart within the session
    timeout takes its partitions back without a rebalance. Every instance needs a
    name of its own. `metrics_port` 0 binds any. Where the desks are not `attended`,
    nobody works the cards and no deadline for doing so runs. The stub of a case that has left is kept for
    `stub_days` after its last event.
    """

    broker: Broker
    group: str
    partitions: int
    secret: bytes
    clock: Literal["live", "event-time"]
    data_dir: Path
    attended: bool = True
    stub_days: int = 90
    instance: str | None = None
    metrics_host: str = "0.0.0.0"  # noqa: S104  # scraped and probed from outside
    metrics_port: int = 0
    log_level: str = "INFO"


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present instant in UTC."""
        return datetime.now(UTC)


def run(
    settings: WorkerSettings,
    rulebook: Rulebook,
    principals: Principals,
    *,
    archives: Callable[[str], Archive] | None = None,
    wall_clock: WallClock | None = None,
    laws: Laws | None = None,
) -> None:
    """Work until SIGTERM or SIGINT, then leave within five seconds. Does not return.

    `archives` gives the archive of a log. Without, closed cases stay in memory; without `laws` all is judged by
    `rulebook`. The topics must exist (`mingjing topics apply`). Whatever cannot be made
    durable ends the process with status 70, to be restarted by whoever started it.
    """
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    uvloop.install()
    wall_clock = wall_clock or SystemClock()
    time_of_day = TimeOfDay(wall_clock)
    app, supervisions = build(settings, rulebook, principals, wall_clock, time_of_day, archives, laws)

    def hindrance() -> str | None:
        if not all(each.ready for each in supervisions):
            return "partitions not assigned or not recovered yet"
        return time_of_day.hindrance if settings.clock == "live" else None

    probe = Probe(settings.metrics_host, settings.metrics_port, hindrance)
    logging.getLogger(__name__).info("metrics and readiness on port %d; %s rules", probe.port, FORM)
    settle_down()
    share_interpreter()
    worker = faust.Worker(app, loglevel=settings.log_level, redirect_stdouts=False, logging_config=None)
    worker.execute_from_commandline()


def build(
    settings: WorkerSettings,
    rulebook: Rulebook,
    principals: Principals,
    wall_clock: WallClock,
    time_of_day: TimeOfDay,
    archives: Callable[[str], Archive] | None,
    laws: Laws | None = None,
) -> tuple[BatchApp, tuple[Supervision, ...]]:
    """Return the Faust app of a worker, not started, with the supervision of each docket."""
    in_batches = {CASE_EVENTS, STATE, TALLIES, TALLIES_STATE, CARD_ACTIONS, DESK_STATE}
    in_bundles: set[str] = set()
    ingest = IngestTopics(principals, in_batches, in_bundles)
    live = settings.clock == "live"
    app = BatchApp(
        settings.group,
        batch_topics=in_batches,
        changelog_topics=frozenset([STATE, TALLIES_STATE, DESK_STATE]),
        bundled_topics=in_bundles,
        **_faust_settings(settings),
    )

    def make_judge(*, now: int) -> Judge:
        return Engine(law.rulebook, now=now, ahead=AHEAD if live else None, live=UNPACKED)

    law = Law(rulebook)

    def make_judge_of_subjects(*, now: int) -> Judge:
        return Engine(law.of_subjects, now=now, live=UNPACKED)

    def make_desk(*, now: int) -> Judge:
        return Desk(rulebook.zone, now=now, attended=settings.attended)

    intake = Intake(
        principals,
        secret=settings.secret,
        partitions=settings.partitions,
        wall_clock=wall_clock if live else None,
    )

    outlet = FaustOutlet(app)
    taking_in = TakingIn(intake, outlet, wall_clock, app.is_current, unless(lambda: app.should_stop))

    progress = FaustProgress(app, taking_in)
    case_places = [(CASE_EVENTS, each) for each in range(settings.partitions)]
    step_places = [(CARD_ACTIONS, each) for each in range(settings.partitions)]
    app.agent(app.topic(*ingest.names, schema=BatchSchema()), name="intake")(taking_in.take_in)
    follow_agencies(app, ingest, principals, lambda: partition_counts(settings.broker), die)
    cases = Supervision(
        app,
        CASES,
        settings.partitions,
        make_judge,
        wall_clock,
        time_of_day,
        outlet,
        feeds=None if live else lambda _: [feed_name(*place) for place in ingest.places()],
        sounds=lambda: [*ingest.places(), *step_places],
        progress=progress,
        archive=archives and archives(CASE_EVENTS),
        stub_days=settings.stub_days,
    )
    subjects = Supervision(
        app,
        SUBJECTS,
        settings.partitions,
        make_judge_of_subjects,
        wall_clock,
        time_of_day,
        outlet,
        feeds=None if live else lambda _: [feed_name(*place) for place in case_places],
        sounds=lambda: [*ingest.places(), *step_places, *case_places],
        progress=progress,
        archive=archives and archives(TALLIES),
        stub_days=settings.stub_days,
    )
    steps = Supervision(
        app,
        STEPS,
        settings.partitions,
        make_desk,
        wall_clock,
        time_of_day,
        outlet,
        feeds=None if live else lambda partition: [feed_name(CASE_EVENTS, partition)],
        sounds=list,
        progress=progress,
        archive=archives and archives(CARD_ACTIONS),
    )
    for each in (cases, steps):
        progress.ask(each)
    if live:
        follow_brokers(app, time_of_day)
    if laws is not None:
        follow(app, laws, law, cases, subjects, die)
    return app, (cases, subjects, steps)


def _faust_settings(settings: WorkerSettings) -> dict[str, Any]:
    return {
        **_spoken(settings.broker),
        "autodiscover": False,
        "web_enabled": False,
        "store": "memory://",
        "TableManager": StateTables,
        "datadir": str(settings.data_dir / "faust"),
        "key_serializer": "raw",
        "value_serializer": "raw",
        # Topics are made by `mingjing topics apply`, and by nothing else.
        "topic_allow_declare": False,
        "topic_disable_leader": True,
        "topic_partitions": settings.partitions,
        "table_standby_replicas": 0,
        # A worker that vanishes is replaced after the session timeout.
        "broker_session_timeout": 6.0,
        "broker_heartbeat_interval": 1.5,
        "broker_commit_interval": 1.0,
        "broker_request_timeout": 30.0,
        "consumer_auto_offset_reset": "earliest",
        "consumer_max_fetch_size": 4 << 20,
        "consumer_group_instance_id": settings.instance,
        "stream_buffer_maxsize": 32,
        "stream_wait_empty": False,
        "stream_recovery_delay": 0.0,
        # Owners gather their own batches; what waits longer than this ends the process.
        "producer_acks": -1,
        "producer_linger": 0.0,
        "producer_compression_type": "lz4",
        "producer_max_batch_size": 512 << 10,
        "producer_max_request_size": 8 << 20,
        "producer_request_timeout": 120.0,
    }


def _spoken(broker: Broker) -> dict[str, Any]:
    """Return the broker as Faust names it."""
    tls = broker.tls()
    credentials: faust.SASLCredentials | faust.SSLCredentials | None = None
    if broker.authenticates:
        credentials = faust.SASLCredentials(
            username=broker.user, password=broker.password, ssl_context=tls, mechanism=broker.mechanism
        )
    elif tls is not None:
        credentials = faust.SSLCredentials(tls)
    return {
        "broker": [f"kafka://{address}" for address in broker.servers.split(",")],
        "broker_credentials": credentials,
    }
