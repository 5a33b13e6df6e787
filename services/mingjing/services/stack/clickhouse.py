"""Which ClickHouse the local stack uses, and how to start it.

In order: the one that was given; a `clickhouse` of today on the PATH; Debian's
18.16, for one machine and for tests only; else the chDB engine behind the native
protocol, which is a store to try things with (试用存储) and says so.
"""

import importlib.util
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from enum import Enum
from pathlib import Path

from mingjing.services.stack import debian
from mingjing.services.stack.addresses import Address, Claim
from mingjing.services.stack.clickhouse_server import server
from mingjing.services.stack.environment import inherited
from mingjing.services.stack.probes import clickhouse_answers
from mingjing.services.stack.program import Program
from mingjing.services.stack.refusal import StackRefused

SETTING = "MINGJING_CLICKHOUSE"

_OLDEST_MODERN = 23


class Choice(Enum):
    """The ways to a ClickHouse that runs here; the value is its name for people."""

    MODERN = "ClickHouse"
    DEBIAN = "ClickHouse 18.16(Debian 软件包)"
    TRIAL = "ClickHouse 试用存储(chDB)"


def claims(address: Address) -> list[Claim]:
    """Return the port a ClickHouse at `address` takes."""
    return [Claim("ClickHouse ", address, f"用 {SETTING}=127.0.0.1:<别的端口> 换一个")]


def choose() -> Choice:
    """Return the first choice this machine offers; StackRefused when it offers none."""
    if find_modern() is not None:
        return Choice.MODERN
    if debian.find_server() is not None or debian.may_install():
        return Choice.DEBIAN
    if importlib.util.find_spec("chdb") is not None:
        return Choice.TRIAL
    raise StackRefused(
        "没有可用的 ClickHouse:PATH 上没有 clickhouse,不是 root 因而不能安装 Debian 的 clickhouse-server,"
        "也没有 chdb;请三选一:用 --clickhouse 主机:端口 指定一个，以 root 执行"
        " apt-get install clickhouse-server,或 pip install 'mingjing[trial]'。"
    )


def clickhouse(
    choice: Choice,
    address: Address,
    folder: Path,
    log: Path,
    *,
    user: str = "default",
    password: str = "",
    notice: Callable[[str], None] = lambda _: None,
    echo: Callable[[str], None] | None = None,
) -> Program:
    """Return the chosen ClickHouse as a program, not yet started.

    Each choice keeps its own subfolder of `folder`: their files are not
    exchangeable. `notice` hears, in one sentence each, what the user must know.
    """
    if not address.local:
        raise StackRefused(f"{SETTING}={address} 不是本机回环地址；要用别处的 ClickHouse,请写 --clickhouse {address}。")
    if choice is Choice.TRIAL:
        notice("使用试用存储:chDB 引擎代替 ClickHouse 服务器，只适合试用，不得用于生产。")
        return _trial_store(address, folder / "trial", log, user=user, password=password, echo=echo)
    return server(
        _server_command(choice, notice),
        address,
        folder / choice.name.lower(),
        log,
        title=choice.value,
        user=user,
        password=password,
        echo=echo,
    )


def find_modern() -> str | None:
    """Return the `clickhouse` on the PATH if it is a multi-tool of version 23 or later."""
    found = shutil.which("clickhouse")
    if found is None:
        return None
    said = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.search(r"version (\d+)\.", said)
    return found if version and int(version[1]) >= _OLDEST_MODERN else None


def _server_command(choice: Choice, notice: Callable[[str], None]) -> list[str]:
    if choice is Choice.MODERN:
        found = find_modern()
        if found is None:
            raise StackRefused(f"PATH 上没有 {_OLDEST_MODERN} 版以上的 clickhouse。")
        return [found, "server"]
    found = debian.find_server()
    if found is None:
        if not debian.may_install():
            raise StackRefused("没有安装 Debian 的 clickhouse-server,而安装它需要 root 和 apt-get。")
        notice(
            "正在用 apt-get 安装 Debian 的 clickhouse-server 18.16(只作本机试用；系统服务不启用，数据在本栈目录里)。"
        )
        found = debian.install_server()
    return [found]


def _trial_store(
    address: Address, folder: Path, log: Path, *, user: str, password: str, echo: Callable[[str], None] | None
) -> Program:
    if importlib.util.find_spec("chdb") is None:
        raise StackRefused("试用存储需要 chdb;请执行 pip install 'mingjing[trial]'。")
    module = "mingjing.services.stack.trial_store"
    return Program(
        "clickhouse",
        [sys.executable, "-m", module, "--port", str(address.port), "--path", str(folder)],
        title=Choice.TRIAL.value,
        env=inherited(),
        log=log,
        ready=clickhouse_answers(address, user, password),
        stop_within=30.0,
        echo=echo,
    )
