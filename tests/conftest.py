"""Real servers for every test that needs one, each started once a session and only if asked for.

They are the ones `mingjing dev up` starts, on ports nobody uses, with data that
goes with the session. A test that kills a server starts its own.
"""

import warnings
from collections.abc import Iterator
from importlib import import_module

import pytest

from mingjing.services.stack.addresses import Address, free_ports
from mingjing.services.stack.clickhouse import Choice, clickhouse
from mingjing.services.stack.jars import cache_folder
from mingjing.services.stack.kafka import broker

from .installation import agency, agency_key, inspector, installation, stack

__all__ = ["agency", "agency_key", "clickhouse18", "clickhouse26", "inspector", "installation", "kafka", "stack"]

with warnings.catch_warnings():  # kafka-python reads its own files in a way that Python means to drop
    warnings.simplefilter("ignore", DeprecationWarning)
    import_module("kafka")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the browser's tests last: while Playwright is up, a loop runs here and no test can start its own.

    What drives servers or a browser is tried once more when it fails, for its patience is measured in seconds of a
    machine it does not have for itself; the summary names each that needed it. Nothing else is ever tried again.
    """
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
    for item in items:
        if item.get_closest_marker("system") or item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Address]:
    """A Kafka broker without topics."""
    folder = tmp_path_factory.mktemp("kafka")
    address = Address("127.0.0.1", free_ports(1)[0])
    with broker(address, folder / "data", folder / "kafka.log", cache=cache_folder(), heap="256m", brief=True):
        yield address


@pytest.fixture(scope="session")
def clickhouse18(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Address]:
    """Debian's ClickHouse 18.16, empty; user `default` without password."""
    yield from _clickhouse(Choice.DEBIAN, tmp_path_factory)


@pytest.fixture(scope="session")
def clickhouse26(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Address]:
    """The trial store: chDB 26 behind the native protocol, empty."""
    yield from _clickhouse(Choice.TRIAL, tmp_path_factory)


def _clickhouse(choice: Choice, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Address]:
    folder = tmp_path_factory.mktemp(f"clickhouse-{choice.name.lower()}")
    address = Address("127.0.0.1", free_ports(1)[0])
    with clickhouse(choice, address, folder, folder / "clickhouse.log"):
        yield address
