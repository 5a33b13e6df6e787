"""The whole path, as `mingjing dev up` starts it: real Kafka, real ClickHouse, every process."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from mingjing.services.auth.gate import Gate
from mingjing.services.registry import Account, open_registry
from mingjing.services.settings import Settings
from mingjing.services.stack.addresses import free_ports
from mingjing.services.stack.up import Stack

__all__ = ["agency", "agency_key", "inspector", "installation", "stack"]

AGENCY = "11330100MB1234567A"
KEY, SANDBOX_KEY = "system-test-key", "system-test-sandbox-key"
PASSWORD = "Water-over-stone-7"  # noqa: S105  # of an installation that ends with the session


@pytest.fixture(scope="session")
def agency() -> str:
    """The code of the one agency the installation knows; its source is `urn:test:agency`."""
    return AGENCY


@pytest.fixture(scope="session")
def agency_key() -> str:
    """The key with which that agency posts events."""
    return KEY


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of the installation that tests share."""
    return settings_in(tmp_path_factory.mktemp("stack"))


def settings_in(folder: Path) -> Settings:
    """Return the settings of an installation of its own: free ports, an empty data folder, one agency."""
    kafka, clickhouse, api, worker, sink, archive, auditor, press = free_ports(8)
    return Settings(
        kafka=f"127.0.0.1:{kafka}",
        clickhouse=f"127.0.0.1:{clickhouse}",
        data_dir=folder / "data",
        agencies=_agencies(folder / "agencies.yaml"),
        api_port=api,
        worker_metrics_port=worker,
        sink_metrics_port=sink,
        archive_metrics_port=archive,
        auditor_metrics_port=auditor,
        press_metrics_port=press,
        group=f"test-{kafka}",
    )


@pytest.fixture(scope="session")
def stack(installation: Settings) -> Iterator[Stack]:
    """The whole path, ready."""
    with Stack(installation, agencies=[AGENCY]) as running:
        yield running


@pytest.fixture(scope="session")
def inspector(stack: Stack) -> tuple[str, str]:
    """An inspector of the whole installation: their name and their password."""
    registry = open_registry(stack.settings)
    gate = Gate(stack.settings, registry)
    account = Account(name="jiancha", title="张监察", role="inspector")
    gate.people.add(account, PASSWORD, gate.now_ms())
    registry.accounts.change(account.name, must_change=False)
    registry.database.close()
    return account.name, PASSWORD


def _agencies(path: Path) -> Path:
    listed = {
        "code": AGENCY,
        "title": "云州市市场监督管理局",
        "region": "330100000000",
        "kind": "window",
        "sources": ["urn:test:agency"],
        "key_sha256": hashlib.sha256(KEY.encode()).hexdigest(),
        "sandbox_key_sha256": hashlib.sha256(SANDBOX_KEY.encode()).hexdigest(),
        "delay_s": 0,
        "types": ["*"],
    }
    regions = [{"code": "330100000000", "title": "云州市", "tier": "市"}]
    path.write_text(yaml.safe_dump({"agencies": [listed], "regions": regions}, allow_unicode=True), encoding="utf-8")
    return path
