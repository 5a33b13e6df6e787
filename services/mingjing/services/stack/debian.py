"""Debian's ClickHouse package, 18.16: found, or installed without its service ever running."""

import os
import shutil
import subprocess
from pathlib import Path

from mingjing.services.stack.refusal import StackRefused

_PACKAGES = ("clickhouse-server", "clickhouse-client")
_SERVER = "clickhouse-server"

# Administrators' folders are often missing from an ordinary user's PATH.
_ALSO_IN = "/usr/sbin:/usr/local/sbin"

POLICY = Path("/usr/sbin/policy-rc.d")
"""Debian asks this program whether a package may start its service; its answer 101 is "no"."""

_NEVER_START = "#!/bin/sh\nexit 101\n"


def find_server() -> str | None:
    """Return the path of an installed `clickhouse-server`."""
    return _find(_SERVER)


def may_install() -> bool:
    """Return whether this machine lets us install a package: Debian's tools, and root to use them."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install_server(policy: Path = POLICY) -> str:
    """Install the packages with apt-get and return the path of `clickhouse-server`.

    The system service is neither started nor left enabled: `policy` forbids it
    for the while. Raises StackRefused with what apt-get said when it fails.
    """
    _apt_get("update", "-qq")
    forbidding = not policy.exists()
    if forbidding:
        policy.write_text(_NEVER_START, encoding="ascii")
        policy.chmod(0o755)
    try:
        _apt_get("install", "-qq", "-y", "--no-install-recommends", *_PACKAGES)
    finally:
        if forbidding:
            policy.unlink()
    if services := _find("update-rc.d"):
        subprocess.run([services, _SERVER, "disable"], capture_output=True, check=False)
    found = find_server()
    if found is None:
        raise StackRefused(
            f"apt-get 装好了 {_SERVER},但找不到它的程序；请用 --clickhouse 主机:端口 指定一个 ClickHouse。"
        )
    return found


def _find(name: str) -> str | None:
    return shutil.which(name) or shutil.which(name, path=_ALSO_IN)


def _apt_get(*words: str) -> None:
    run = subprocess.run(
        ["apt-get", *words],
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode != 0:
        said = (run.stderr or run.stdout).strip().splitlines()
        raise StackRefused(
            f"apt-get {words[0]} 没有成功，装不上 ClickHouse:{said[-1] if said else '没有说明'};"
            "请接通软件源，或用 --clickhouse 主机:端口 指定一个 ClickHouse。"
        )
