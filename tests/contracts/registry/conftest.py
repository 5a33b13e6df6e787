"""One suite, two databases: every test that takes `registry` runs on SQLite and on PostgreSQL."""

import itertools
import os
import pwd
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from mingjing.services.registry import Database, Registry
from mingjing.services.registry.accounts import Account
from mingjing.services.stack.addresses import Address, free_ports
from mingjing.services.stack.program import Program

_BIN = Path("/usr/lib/postgresql/15/bin")

_databases = itertools.count()


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Address]:
    """Debian's PostgreSQL 15 with an empty cluster; user `postgres`, no password, loopback only.

    It refuses to run as root: then it runs as the user its package made.
    """
    if not _BIN.is_dir():
        pytest.fail("PostgreSQL 15 is missing: apt-get install postgresql")
    folder = tmp_path_factory.mktemp("postgres")
    address = Address("127.0.0.1", free_ports(1)[0])
    user = _unprivileged(folder)
    data = folder / "data"
    as_user = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"] if user else []
    subprocess.run(
        [*as_user, _BIN / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8"],
        check=True,
        cwd=folder,
        stdout=subprocess.DEVNULL,
    )
    options = {"listen_addresses": address.host, "port": address.port, "unix_socket_directories": "", "fsync": "off"}
    settings = [f"--{name}={value}" for name, value in options.items()]
    server = Program(
        "postgres",
        [*as_user, str(_BIN / "postgres"), "-D", str(data), *settings],
        log=folder / "postgres.log",
        ready=lambda: _answers(address),
    )
    with server:
        yield address


def _unprivileged(folder: Path) -> pwd.struct_passwd | None:
    """Return whom to run as, None for ourselves, and let them into `folder`."""
    if os.getuid() != 0:
        return None
    user = pwd.getpwnam("postgres")
    for parent in (folder, *folder.parents):
        if parent.stat().st_uid == 0 and not parent.stat().st_mode & 0o001:
            parent.chmod(parent.stat().st_mode | 0o011)
    os.chown(folder, user.pw_uid, user.pw_gid)
    return user


def _answers(address: Address) -> bool:
    asked = [_BIN / "pg_isready", "-h", address.host, "-p", str(address.port), "-q"]
    return subprocess.run(asked, check=False).returncode == 0


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.contract)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database with no tables."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path / 'registry.sqlite'}")
    else:
        address = request.getfixturevalue("postgres")
        name = f"registry_{next(_databases)}"
        subprocess.run(
            [_BIN / "createdb", "-h", address.host, "-p", str(address.port), "-U", "postgres", name], check=True
        )
        database = Database(f"postgresql://postgres@{address}/{name}")
    yield database
    database.close()


@pytest.fixture
def database(empty: Database) -> Database:
    empty.migrate()
    return empty


@pytest.fixture
def registry(database: Database) -> Registry:
    return Registry(database)


@pytest.fixture
def li(registry: Registry) -> Account:
    """An inspector of one district, with an account."""
    account = Account(name="li", title="李监察", role="inspector", region="330106000000", password_hash="h")  # noqa: S106  # no secret
    registry.accounts.add(account)
    return account
