"""What must be true of a machine before mingjing runs on it, looked at one by one."""

import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from mingjing.rules.yaml_page import PackRefused
from mingjing.services.rulebook_files import load_calendar
from mingjing.services.settings import Settings
from mingjing.services.stack import clickhouse, debian, kafka
from mingjing.services.stack.addresses import Address, Claim, taken
from mingjing.services.stack.clickhouse import Choice
from mingjing.services.stack.components import COMPONENTS, process_claims
from mingjing.services.stack.jars import JAVA_NEEDED, KAFKA_VERSION, cache_folder, find_java, java_version
from mingjing.services.stack.law_at_work import at_work
from mingjing.services.stack.refusal import StackRefused

State = Literal["ok", "warn", "fail"]

# A month of a small city with its logs, and what a first start needs.
_DISK_GOOD_BYTES, _DISK_LEAST_BYTES = 10 << 30, 2 << 30

# The longest limits of the catalogue reach this far past today.
_CALENDAR_AHEAD = timedelta(days=180)

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


_VERSIONS_TOLD = 5


class Row(NamedTuple):
    """One thing looked at: how it is and, unless all is well, what to do."""

    title: str
    state: State
    found: str
    remedy: str = ""


def examine(settings: Settings, now: datetime) -> list[Row]:
    """Return a row for everything looked at, in a fixed order; `now` is what the machine takes for the present."""
    return [
        _java(),
        _maven(),
        *_ports(settings),
        _clickhouse(),
        _fonts(),
        _chromium(),
        _disk(settings.data_dir),
        _calendar(settings.calendars, now),
        _clock(now),
        law_row(settings, now),
    ]


def _java() -> Row:
    try:
        java = find_java()
    except StackRefused as exc:
        found, _, remedy = str(exc).partition(";")
        return Row("Java", "fail", found, remedy)
    return Row("Java", "ok", f"{java}(Java {java_version(java)},需要 {JAVA_NEEDED} 以上)")


def _maven() -> Row:
    jars = cache_folder() / f"kafka-{KAFKA_VERSION}"
    if jars.is_dir():
        return Row("Kafka 程序包", "ok", f"已在 {jars}")
    maven = shutil.which("mvn")
    if maven is None:
        return Row("Kafka 程序包", "fail", "没有 Maven,无法取得", "apt-get install maven")
    return Row("Kafka 程序包", "ok", f"首次启动时用 {maven} 取得(约 45 MB,需要网络)")


def _ports(settings: Settings) -> Iterator[Row]:
    try:
        claims = [
            *kafka.claims(Address.parse(settings.kafka, kafka.SETTING)),
            *clickhouse.claims(Address.parse(settings.clickhouse, clickhouse.SETTING)),
            *process_claims(settings, frozenset(COMPONENTS), workers=1),
        ]
    except StackRefused as exc:
        yield Row("端口", "fail", str(exc))
        return
    busy = [claim for claim in claims if claim.address.local and taken(claim.address)]
    for claim in busy:
        yield Row("端口", "warn", _taken(claim), f"如果不是正在运行的本机栈,{claim.remedy}")
    if not busy:
        yield Row("端口", "ok", "、".join(str(claim.address.port) for claim in claims) + " 都空闲")


def _taken(claim: Claim) -> str:
    return f"{claim.title}的端口 {claim.address.port} 已被占用"


def _clickhouse() -> Row:
    try:
        choice = clickhouse.choose()
    except StackRefused as exc:
        found, _, remedy = str(exc).partition(";")
        return Row("ClickHouse", "fail", found, remedy)
    if choice is Choice.TRIAL:
        return Row("ClickHouse", "warn", "只有试用存储(chDB)", "生产请用 ClickHouse 25.8 以上，并以 --clickhouse 指定")
    if choice is Choice.DEBIAN and debian.find_server() is None:
        return Row("ClickHouse", "ok", "首次启动时用 apt-get 安装 Debian 的 clickhouse-server 18.16")
    return Row("ClickHouse", "ok", choice.value)


def _fonts() -> Row:
    remedy = "apt-get install fonts-noto-cjk"
    listing = shutil.which("fc-list")
    if listing is None:
        return Row(
            "中文字体", "warn", "没有 fontconfig,无法查看；文书与截图可能缺字", f"apt-get install fontconfig;{remedy}"
        )
    names = subprocess.run([listing, ":lang=zh-cn", "family"], capture_output=True, text=True, check=False).stdout
    families = sorted({line.split(",")[0] for line in names.splitlines() if line})
    if not families:
        return Row("中文字体", "warn", "没有中文字体，文书与截图会缺字", remedy)
    return Row("中文字体", "ok", f"{families[0]} 等 {len(families)} 种")


def _chromium() -> Row:
    found = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if found is None:
        return Row("浏览器", "warn", "没有 Chromium;只影响浏览器测试", "apt-get install chromium")
    return Row("浏览器", "ok", found)


def _disk(folder: Path) -> Row:
    place = folder.absolute()
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    found = f"{place} 余 {free / (1 << 30):.1f} GB"
    if free >= _DISK_GOOD_BYTES:
        return Row("磁盘", "ok", found)
    state: State = "warn" if free >= _DISK_LEAST_BYTES else "fail"
    return Row("磁盘", state, found, "清理磁盘，或用 MINGJING_DATA_DIR 指定另一个目录")


def _calendar(path: Path | None, now: datetime) -> Row:
    remedy = "补入国务院办公厅已公布年份的日历文件，并用 MINGJING_CALENDARS 指定"
    try:
        calendar = load_calendar(path)
    except (OSError, ValueError, PackRefused) as exc:
        return Row("工作日历", "fail", str(exc), remedy)
    today = now.astimezone(ZoneInfo("Asia/Shanghai")).date()
    reach = (today + _CALENDAR_AHEAD).year
    missing = [year for year in range(today.year, reach + 1) if year not in calendar.years]
    years = f"{min(calendar.years)}–{max(calendar.years)}"
    if missing:
        state: State = "fail" if today.year in missing else "warn"
        return Row("工作日历", state, f"有 {years},缺 {'、'.join(map(str, missing))} 年", remedy)
    provisional = [year for year in range(today.year, reach + 1) if calendar.years[year].status == "provisional"]
    if provisional:
        found = f"有 {years},{'、'.join(map(str, provisional))} 年为暂定"
        return Row("工作日历", "warn", found, "涉及暂定年份的黄牌、红牌先为待核实；国务院通知发布后更新日历即可")
    return Row("工作日历", "ok", f"有 {years}")


def _clock(now: datetime) -> Row:
    remedy = "apt-get install systemd-timesyncd,或配置本单位的时间服务器"
    newest = datetime.fromtimestamp(Path(__file__).stat().st_mtime, UTC)
    if now < newest - timedelta(days=1):
        return Row("时钟", "fail", f"本机时间 {now.astimezone():%Y-%m-%d %H:%M} 早于程序的安装时间", remedy)
    if shutil.which("timedatectl") is None:
        return Row("时钟", "ok", f"{now.astimezone():%Y-%m-%d %H:%M %z}(无法查看是否与时间服务器同步)")
    said = subprocess.run(
        ["timedatectl", "show", "--property=NTPSynchronized", "--value"], capture_output=True, text=True, check=False
    )
    if said.stdout.strip() == "no":
        return Row("时钟", "warn", "没有与时间服务器同步；时限以本机时钟为准", remedy)
    return Row("时钟", "ok", f"{now.astimezone():%Y-%m-%d %H:%M %z}")


def law_row(settings: Settings, now: datetime) -> Row:
    """Return by which law the workers that run here judge: they must agree."""
    known = list(at_work(settings.worker_metrics_port))
    if not known:
        return Row("规则库", "ok", "没有正在运行的监察进程")
    prints = sorted({each.fingerprint for each in known})
    if len(prints) > 1:
        return Row(
            "规则库", "fail", f"{len(known)} 个监察进程所按不一：{'、'.join(prints)}", "使各进程的规则文件一致后重启"
        )
    told = [
        f"{'已预告' if at > now else '施行中'} {version}（{at.astimezone(ZoneInfo('Asia/Shanghai')):%Y-%m-%d %H:%M}）"
        for version, at in sorted(known[0].versions.items(), key=lambda each: each[1])[-_VERSIONS_TOLD:]
    ]
    return Row("规则库", "ok", f"{len(known)} 个监察进程按 {prints[0]}：{'，'.join(told) or '只有安装所带的文件'}")
