"""`mingjing dev`: the whole path on one machine."""

import signal
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import FrameType

import click
from rich.console import Console

from mingjing.rules.yaml_page import PackRefused
from mingjing.services.agencies import read_agencies
from mingjing.services.registry import open_registry
from mingjing.services.settings import Settings, SettingsRefused, read_settings
from mingjing.services.stack.board import TerminalBoard
from mingjing.services.stack.components import COMPONENTS
from mingjing.services.stack.folder import Folder
from mingjing.services.stack.refusal import StackRefused
from mingjing.services.stack.up import Stack

_FIRST_ACCOUNT = (
    "还没有账号，请在另一终端新增第一个：\n"
    "            mingjing account add zhou --title 周管理 --role system_admin\n"
    "            mingjing account add zhang --title 张监察 --role inspector"
)
_SAMPLE_AGENCIES = Path("deploy/local/agencies.yaml")


@click.group(help="本机开发与试用。")
def dev() -> None:
    """Group the commands for one machine."""


@dev.command(help=f"在本机启动整条链路，按 Ctrl-C 停止。组件依次为 {'、'.join(COMPONENTS)}。")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="监察工作进程的个数。")
@click.option("--only", metavar="NAME[,NAME…]", help="只启动这些组件；其余的视为已在别处运行。")
@click.option("--clickhouse", metavar="HOST:PORT", help="使用已有的 ClickHouse,不在本机启动。")
@click.option("--fresh", is_flag=True, help="先清空数据目录(MINGJING_DATA_DIR)。")
@click.option("--logs", is_flag=True, help="把各组件的日志也打印到终端。")
def up(workers: int, only: str | None, clickhouse: str | None, fresh: bool, logs: bool) -> None:  # noqa: FBT001  # click passes flags so
    """Start the stack, say where everything is, and wait for Ctrl-C or for a component's end."""
    console = Console(highlight=False)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    board = TerminalBoard(console)
    try:
        settings, agencies = _with_agencies(read_settings())
        if fresh:
            Folder(settings.data_dir).wipe()
        stack = Stack(
            settings,
            agencies=agencies,
            only=[name.strip() for name in only.split(",")] if only else None,
            workers=workers,
            given=clickhouse,
            board=board,
            echo=board.say if logs else None,
        )
        with ExitStack() as exits:
            with board:
                exits.enter_context(stack)
            exits.callback(console.print, "正在按次序停止…")
            console.print(_where(stack))
            stack.wait()
    except (SettingsRefused, PackRefused, StackRefused) as exc:
        raise click.ClickException(str(exc)) from exc
    except KeyboardInterrupt:
        console.print("已停止。")


def _with_agencies(settings: Settings) -> tuple[Settings, Sequence[str]]:
    """Return the settings with agencies named, the sample ones where none are, and the codes that get a topic."""
    path = settings.agencies or _SAMPLE_AGENCIES
    if not path.is_file():
        raise StackRefused(f"没有 {path}；请用 MINGJING_AGENCIES 指向 agencies.yaml(谁可以报送什么)。")
    return settings.model_copy(update={"agencies": path}), read_agencies(path).agency_codes()


def _where(stack: Stack) -> str:
    settings = stack.settings
    places = {
        "api": f"控制台      http://{settings.api_host}:{settings.api_port}/console/",
        "kafka": f"Kafka       {settings.kafka}"
        + (f"（部门由 {settings.kafka_agencies} 写入）" if settings.kafka_agencies else ""),
        "clickhouse": f"ClickHouse  {settings.clickhouse}(数据库 {settings.clickhouse_database})",
    }
    lines = [line for name, line in places.items() if name in stack.times or name == "clickhouse"]
    lines += [_FIRST_ACCOUNT] if "api" in stack.times and _nobody(settings) else []
    return "\n".join([*lines, f"日志        {stack.folder.logs}", "按 Ctrl-C 停止。"])


def _nobody(settings: Settings) -> bool:
    """Return whether nobody can sign in yet."""
    registry = open_registry(settings)
    try:
        return not registry.accounts.all()
    finally:
        registry.database.close()


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
