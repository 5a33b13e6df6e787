"""`mingjing worker`: take in events and judge cases, until SIGTERM."""

from functools import partial

import click

from mingjing.rules.publication import PublicationRefused
from mingjing.rules.yaml_page import PackRefused
from mingjing.services.agencies import named
from mingjing.services.agencies_following import principals_in
from mingjing.services.ledger.case_archive import CaseArchive
from mingjing.services.rulebook.following import RulebookFollower
from mingjing.services.rulebook.history import Installed
from mingjing.services.settings import SettingsRefused, read_settings
from mingjing.streams.kafka_topics import demand
from mingjing.streams.topics import TopicsRefused
from mingjing.streams.worker import WorkerSettings, run


@click.command("worker", help="监察：收报送、判办件、发牌，直到收到 SIGTERM。")
@click.option("--profile", help="叠加的门槛方案：随附方案的名称或文件（MINGJING_PROFILE）。")
def worker(profile: str | None) -> None:
    """Run a worker with the settings of the environment."""
    try:
        settings = read_settings(profile=profile)
        principals = principals_in(named(settings.agencies))
        agencies = principals.agencies
        demand(settings.broker, settings.partitions, agencies.agency_codes())
        laws = RulebookFollower(settings.broker, Installed(settings, agencies))
    except (SettingsRefused, PackRefused, PublicationRefused, TopicsRefused, FileNotFoundError) as exc:
        raise click.ClickException(str(exc)) from exc
    run(
        WorkerSettings(
            broker=settings.broker,
            group=settings.group,
            instance=settings.instance,
            partitions=settings.partitions,
            secret=settings.secret.encode(),
            clock=settings.clock,
            attended=settings.attended,
            stub_days=settings.stub_days,
            data_dir=settings.data_dir,
            metrics_port=settings.worker_metrics_port,
        ),
        laws.heard.rulebook,
        principals,
        archives=partial(CaseArchive, settings),
        laws=laws,
    )
