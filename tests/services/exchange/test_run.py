"""The exchange process as a whole, with Kafka's place taken by a list."""

import asyncio
import os
import signal
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from mingjing.services.agencies import read_agencies
from mingjing.services.agencies_following import Register
from mingjing.services.api.gateway.outbox import Outgoing
from mingjing.services.exchange import run
from mingjing.services.exchange.plan_following import FollowedPlan
from mingjing.services.registry import Database, Registry
from mingjing.services.settings import Settings
from mingjing.streams.topics import ingest_topic

ONE, TWO = "91330100MA00000001", "91330100MA00000002"
AGENCIES = "agencies:\n{}regions:\n  - {{code: '330100000000', title: 云州市, tier: 市}}\n"
AGENCY = "  - {{code: {0}, title: 局, region: '330100000000', sources: ['urn:{0}']}}\n"
SOURCE = (
    "  - {{name: s-{0}, kind: folder, agency: {0}, source: 'urn:{0}', standard: up-pro, object: up_pro_accept,"
    " path: {1}, every_s: 1}}\n"
)
PATIENCE_S = 60


class Nothing:
    """What would be recalled from a broker."""

    def __init__(self, *_: object) -> None:
        pass

    def recall(self) -> None:
        """Recall nothing."""


def outbox_of(sent: list[Outgoing], then: Callable[[], None]) -> type[Any]:
    class Outbox:
        def __init__(self, _broker: object) -> None:
            pass

        async def start(self) -> None:
            pass

        async def stop(self) -> None:
            pass

        async def send(self, outgoing: Sequence[Outgoing]) -> None:
            sent.extend(outgoing)
            then()

    return Outbox


class Installed:
    """A folder with agencies.yaml, a plan, and a folder to drop files in for each agency."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.agencies, self.plan = folder / "agencies.yaml", folder / "exchange.yaml"

    def serve(self, *codes: str) -> None:
        """Let agencies in, plan the fetching of their folders, and drop a file into the last."""
        self.agencies.write_text(AGENCIES.format("".join(map(AGENCY.format, codes))), "utf-8")
        self.plan.write_text("sources:\n" + "".join(SOURCE.format(each, self._folder / each) for each in codes))
        dropped = self._folder / codes[-1] / "三月.csv"
        dropped.parent.mkdir()
        dropped.write_text("办件编号,受理时间\n浙1,2026-03-06 10:00\n", "utf-8")


def test_a_source_of_an_agency_let_in_meanwhile_is_fetched_and_a_stop_ends_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[Outgoing] = []
    installed = Installed(tmp_path)
    installed.serve(ONE)

    def go_on() -> None:
        if len(sent) == 1:
            installed.serve(ONE, TWO)
        else:
            os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(run, "KafkaOutbox", outbox_of(sent, go_on))
    monkeypatch.setattr(run, "Recalling", Nothing)
    monkeypatch.setattr(run, "start_http_server", lambda _port: None)
    database = Database(f"sqlite:///{tmp_path / 'registry'}")
    database.migrate()
    plan = FollowedPlan(installed.plan, Register(read_agencies(installed.agencies), installed.agencies))

    async def until_stopped() -> None:
        async with asyncio.timeout(PATIENCE_S):
            await run.run_exchange(Settings(data_dir=tmp_path), plan, Registry(database))

    asyncio.run(until_stopped())
    database.close()

    assert [each.topic for each in sent] == [ingest_topic(ONE), ingest_topic(TWO)]
    assert (tmp_path / TWO / "done" / "三月.csv").exists()
