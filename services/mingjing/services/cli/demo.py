"""`mingjing demo`: the simulated city or a real log, live on this machine."""

import signal
from pathlib import Path
from types import FrameType

import click
from rich.console import Console

from mingjing.rules.yaml_page import PackRefused
from mingjing.services.demo.run import SECONDS, Play, RealLog, play
from mingjing.services.demo.show import DemoRefused
from mingjing.services.log_rows import LogRefused
from mingjing.services.settings import SettingsRefused
from mingjing.services.stack.refusal import StackRefused

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(help="演示：启动本机整套系统，把模拟城市（或真实日志）按时间先后送入，再核对结果。按 Ctrl-C 停止。")
@click.option("--cases", type=click.IntRange(1), default=2000, show_default=True, help="城市的办件数。")
@click.option("--seed", type=int, default=1, show_default=True, help="城市的种子。")
@click.option(
    "--agencies", type=FILE, default="deploy/local/agencies.yaml", show_default=True, help="城市的部门与区划。"
)
@click.option("--log", type=FILE, help="不用模拟城市，改送一份真实日志：CSV 或 JSONL，可为 .gz。")
@click.option("--map", "mapping", type=FILE, help="日志的字段映射。")
@click.option("--pack", type=FILE, help="评判日志的规则包。")
@click.option("--calendar", type=click.Path(exists=True, path_type=Path), help="日历：YAML、目录或非工作日 CSV。")
@click.option("--until", help="时钟停在何时；默认为日志最后一个事件的时刻。")
@click.option("--profile", help="叠加的门槛方案：随附方案的名称或文件（MINGJING_PROFILE）。")
@click.option(
    "--seconds",
    type=click.FloatRange(min=0),
    envvar="DEMO_SECONDS",
    help=f"把全部时间压缩到多少秒，送完核对后自行结束（DEMO_SECONDS）；默认 {SECONDS} 秒，且一直开着。",
)
def demo(
    cases: int,
    seed: int,
    agencies: Path,
    log: Path | None,
    mapping: Path | None,
    pack: Path | None,
    calendar: Path | None,
    until: str | None,
    profile: str | None,
    seconds: float | None,
) -> None:
    """Give the demo; exit with 1 when what was planted and what was found differ."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    console = Console(highlight=False)
    wanted = Play(
        agencies=agencies,
        cases=cases,
        seed=seed,
        seconds=SECONDS if seconds is None else seconds,
        leave=seconds is not None,
        log=_real_log(log, mapping, pack, calendar, until),
        profile=profile,
    )
    try:
        exact = play(wanted, console)
    except (StackRefused, DemoRefused, PackRefused, LogRefused, SettingsRefused) as exc:
        raise click.ClickException(str(exc)) from exc
    except KeyboardInterrupt:
        console.print("已停止。")
        return
    if not exact:
        raise SystemExit(1)


def _real_log(
    log: Path | None, mapping: Path | None, pack: Path | None, calendar: Path | None, until: str | None
) -> RealLog | None:
    if log is None:
        if mapping or pack or calendar or until:
            raise click.UsageError(
                "--map、--pack、--calendar、--until 只与 --log 同用：它们说明怎样读、怎样评判那份日志。"
            )
        return None
    if mapping is None or pack is None:
        raise click.UsageError("--log 要与 --map（字段映射）和 --pack（规则包）同用。")
    return RealLog(log, mapping, pack, calendar, until)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
