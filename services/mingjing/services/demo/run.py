"""The demo: bring the stack up, play the show, say what came out, wait, take it down in order."""

import time
from contextlib import ExitStack, closing, suppress
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from mingjing.rules.card import LEVEL_TITLES, LEVELS
from mingjing.services.agencies import read_agencies
from mingjing.services.auth.signature import Issued
from mingjing.services.city.city import City
from mingjing.services.city.message import ZONE
from mingjing.services.city.world import read_world
from mingjing.services.demo.cast import engage, introduced
from mingjing.services.demo.city_show import CityShow
from mingjing.services.demo.drained import Way, stages
from mingjing.services.demo.feeds import Feeds
from mingjing.services.demo.gateway import Gateway
from mingjing.services.demo.log_show import LogShow, log_agencies
from mingjing.services.demo.outcome import Outcome, compare
from mingjing.services.demo.report import summary
from mingjing.services.demo.roster import roster
from mingjing.services.demo.show import Show
from mingjing.services.demo.streaming import stream
from mingjing.services.log_mapping import read_mapping
from mingjing.services.rulebook_files import rulebook_of, shipped
from mingjing.services.settings import Settings, read_settings
from mingjing.services.stack.board import TerminalBoard
from mingjing.services.stack.folder import Folder
from mingjing.services.stack.up import Stack
from mingjing.streams.topics import ingest_topic

SECONDS: Final = 150
"""How long the months take unless asked otherwise."""

STORED_S: Final = 180
LOOK_EVERY_S: Final = 1.0


class RealLog(msgspec.Struct, frozen=True):
    """A log to show instead of the city, with what it takes to read and judge it."""

    path: Path
    mapping: Path
    pack: Path
    calendar: Path | None = None
    until: str | None = None


class Play(msgspec.Struct, frozen=True):
    """A demo as asked for; with `leave` it ends by itself once the summary has been printed."""

    agencies: Path
    cases: int
    seed: int
    seconds: float
    leave: bool
    log: RealLog | None = None
    profile: str | None = None


def play(wanted: Play, console: Console) -> bool:
    """Give the demo; return whether everything planted, and nothing else, was found.

    Ends with everything stopped in order, whether by itself, by KeyboardInterrupt
    or by an error: StackRefused, DemoRefused, PackRefused, LogRefused or SettingsRefused.
    """
    base = read_settings(profile=wanted.profile)
    settings, show = _city(wanted, base) if wanted.log is None else _log(wanted.log, base)
    rulebook = rulebook_of(settings)
    titles = {rule.id: rule.title for rule in (*rulebook.rules, *rulebook.across)}
    Folder(settings.data_dir).wipe()
    board = TerminalBoard(console)
    with ExitStack() as exits:
        with board:
            stack = Stack(settings, agencies=[sender.agency for sender in show.senders], board=board)
            exits.enter_context(stack)
        exits.callback(console.print, "正在按次序停止…")
        cast = engage(settings, read_agencies(_agencies(settings)).agencies)
        address = f"http://{settings.api_host}:{settings.api_port}/console/"
        console.print(f"{show.title}\n控制台  {address}")
        console.print(introduced(cast))
        outcome = _shown(show, settings, wanted.seconds, cast.key, console)
        verdict = None
        if isinstance(show, CityShow) and settings.profile is None:
            verdict = compare(outcome, show.planted, show.garbage)
        elif isinstance(show, CityShow):
            console.print(f"按门槛方案 {settings.profile} 评判；城市的真值依规则包原文，故不核对。")
        console.print(summary(outcome, titles, verdict))
        console.print(f"控制台  {address}")
        console.print(introduced(cast))
        if not wanted.leave:
            console.print("按 Ctrl-C 停止。")
            with suppress(KeyboardInterrupt):
                stack.wait()
    console.print("已停止。")
    return verdict is None or verdict.exact


def _city(wanted: Play, base: Settings) -> tuple[Settings, CityShow]:
    """Return the city to show and the settings under which it is supervised."""
    world = read_world(wanted.agencies, shipped("catalogue"), shipped("calendars"), shipped("vocabularies"))
    settings = _settings(base)
    senders = roster(wanted.agencies, world.types, _agencies(settings))
    return settings, CityShow(City(world, seed=wanted.seed, cases=wanted.cases), senders, settings.secret)


def _log(log: RealLog, base: Settings) -> tuple[Settings, LogShow]:
    """Return the log to show and the settings under which it is supervised."""
    show = LogShow(log.path, read_mapping(log.mapping), log.until)
    settings = _settings(base).model_copy(update={"packs": [log.pack], "calendars": log.calendar or base.calendars})
    log_agencies(log.path.name, _agencies(settings))
    return settings, show


def _settings(base: Settings) -> Settings:
    """Return the installation's settings, on the clock of the events, in demo mode and with a folder of its own.

    Its registry lies in that folder whatever is set: its accounts must not come into another's.
    """
    folder = base.data_dir.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    update = {
        "clock": "event-time",
        "attended": False,
        "data_dir": folder / "demo",
        "agencies": folder / "demo-agencies.yaml",
        "registry": None,
        "demo": True,
    }
    return base.model_copy(update=update)


def _agencies(settings: Settings) -> Path:
    if settings.agencies is None:
        raise ValueError("the demo's settings name no agencies")
    return settings.agencies


def _shown(show: Show, settings: Settings, seconds: float, key: Issued, console: Console) -> Outcome:
    """Stream the show through the stack and return what lies in the ledger once all of it has arrived."""
    topics = [ingest_topic(sender.agency) for sender in show.senders]
    with Gateway(settings.api_host, settings.api_port, key) as gateway, _bar(console) as bar:
        feeds, way = Feeds(settings.broker, show.senders), Way(settings.broker)
        with closing(feeds), closing(way):
            task = bar.add_task("", total=show.total, at=_day(show.begin), cards="")
            looked = [0.0]

            def look() -> None:
                if time.monotonic() - looked[0] >= LOOK_EVERY_S:
                    looked[0] = time.monotonic()
                    bar.update(task, cards=_cards(gateway.overview()["cards"]))

            def progress(now: datetime, sent: int) -> None:
                bar.update(task, completed=sent, at=_day(now))
                look()

            began = time.monotonic()
            sent = stream(show, feeds, gateway, seconds, progress)
            way.wait(stages(settings.group, topics), STORED_S, look)
            took = time.monotonic() - began
        return Outcome(sent, took, list(gateway.cards()), gateway.dead_letters())


def _bar(console: Console) -> Progress:
    told = [TextColumn(each) for each in ("{task.completed}/{task.total}", "{task.fields[cards]}")]
    return Progress(TextColumn("{task.fields[at]}"), BarColumn(), *told, console=console, transient=True)


def _day(instant: datetime) -> str:
    return f"{instant.astimezone(ZONE):%Y-%m-%d}"


def _cards(counts: dict[str, int]) -> str:
    return "，".join(f"{LEVEL_TITLES[level]} {counts[level]}" for level in LEVELS[1:])
