"""Exchange databases as agencies have them: Debian's PostgreSQL and MariaDB, each started for the tests on loopback."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.contracts.registry.conftest import postgres
from tests.services.exchange.conftest import notebook

from mingjing.services.stack.addresses import Address, free_ports
from mingjing.services.stack.program import Program

__all__ = ["notebook", "postgres"]


@pytest.fixture(scope="session")
def postgres_url(postgres: Address) -> str:  # a fixture of that name is asked for
    return f"postgresql+psycopg://postgres@{postgres}/postgres"


@pytest.fixture(scope="session")
def mariadb_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if shutil.which("mariadbd") is None:
        pytest.fail("MariaDB is missing: apt-get install mariadb-server")
    folder = tmp_path_factory.mktemp("mariadb")
    address = Address("127.0.0.1", free_ports(1)[0])
    user = "root" if os.getuid() == 0 else str(os.getuid())
    subprocess.run(
        [
            "mariadb-install-db",
            "--no-defaults",
            f"--user={user}",
            f"--datadir={folder / 'data'}",
            "--skip-test-db",
            "--auth-root-authentication-method=normal",
        ],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    server = Program(
        "mariadb",
        [
            "mariadbd",
            "--no-defaults",
            f"--user={user}",
            f"--datadir={folder / 'data'}",
            f"--socket={folder / 's'}",
            f"--bind-address={address.host}",
            f"--port={address.port}",
            "--innodb-flush-log-at-trx-commit=0",
        ],
        log=folder / "mariadb.log",
        ready=lambda: _answers(address, folder),
    )
    with server:
        subprocess.run(
            ["mariadb", "--no-defaults", f"--socket={folder / 's'}", "-e", "CREATE DATABASE exchange"], check=True
        )
        yield f"mysql+pymysql://root@{address}/exchange?charset=utf8mb4"


def _answers(address: Address, folder: Path) -> bool:
    asked = ["mariadb-admin", "--no-defaults", f"--socket={folder / 's'}", f"--port={address.port}", "ping"]
    return subprocess.run(asked, check=False, capture_output=True).returncode == 0
