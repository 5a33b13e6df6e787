"""How many listeners of the live feed are held, and how late a card reaches them, from its event on.

usage: python bench/listeners.py [--listeners 1000] [--rate 1000] [--share 0.2] [--seconds 30] [--agencies FILE]
The whole path runs (Kafka, worker, sink, archive, API, all on this machine) under the load of latency.py: at rate
1000 and share 0.2 it draws 200 cards a second. Every listener sees every card, the worst case: an inspector's stream is
narrower. A card is late from its event's instant, before it is handed to the producer, to the bytes read by a listener
of another process; one listener in twenty is timed, all are counted, so a card that anybody missed would show.
The last stage, from the log of cards on, is what the listeners cost; the stages before it pay for the cores they
take. What each process used of a core stands in the head, the crowd's being that of a thousand browsers.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import pairwise
from pathlib import Path
from typing import IO, Any, cast

from figures import FOLDER, cpu_seconds, machine, percentile, resident_mib, write
from latency import LAST_CARDS_S, WARM_UP_S, Load, Spent, loaded, places_of
from stages import passed

from mingjing.services.auth.gate import issue_here
from mingjing.services.auth.signature import authorization
from mingjing.services.city.world import read_world
from mingjing.services.demo.feeds import Feeds
from mingjing.services.demo.roster import roster
from mingjing.services.rulebook_files import shipped
from mingjing.services.settings import Settings, read_settings
from mingjing.services.stack.folder import Folder
from mingjing.services.stack.up import Stack

PATH = "/v1/cards/stream"
OF_ONE_KEY = 250
"""Streams opened under one key: one caller may ask 1,200 times a minute."""
CROWD = Path(__file__).with_name("crowd.py")


@contextmanager
def crowd(settings: Settings, count: int) -> Iterator["Crowd"]:
    """Hold `count` listeners in a process of their own."""
    keys = [issue_here(settings, f"bench-{number}", "inspector") for number in range(-(-count // OF_ONE_KEY))]
    command = [sys.executable, str(CROWD), settings.api_host, str(settings.api_port), PATH]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        said = cast("IO[str]", process.stdin)
        said.write(f"{count}\n")
        for number in range(count):
            key = keys[number // OF_ONE_KEY]
            said.write(authorization(key.key.id, key.secret, "GET", PATH, b"", int(time.time())) + "\n")
        said.flush()
        yield Crowd(process)


class Crowd:
    """The process that listens."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        if cast("IO[str]", process.stdout).readline() != "ready\n":
            raise SystemExit("the listeners were not all answered")
        self._process = process
        self._before = 0.0

    def begin(self) -> None:
        """Count from now on what listening costs."""
        self._before = cpu_seconds(self._process.pid)

    def share(self, seconds: float) -> str:
        """Return which share of a core listening took for so many seconds."""
        return f"listeners {(cpu_seconds(self._process.pid) - self._before) / seconds:.2f}"

    def heard(self) -> dict[str, Any]:
        """End the listening and return what each listener heard."""
        said, _ = self._process.communicate()
        found: dict[str, Any] = json.loads(said)
        return found


def main() -> None:
    """Measure, and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--listeners", type=int, default=1000)
    parser.add_argument("--rate", type=int, default=1000)
    parser.add_argument("--share", type=float, default=0.2)
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--warm-up", type=int, default=WARM_UP_S)
    parser.add_argument("--agencies", type=Path, default=Path("deploy/local/agencies.yaml"))
    wanted = parser.parse_args()
    facts = machine()
    folder = FOLDER.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    world = read_world(wanted.agencies, shipped("catalogue"), shipped("calendars"), shipped("vocabularies"))
    senders = roster(wanted.agencies, world.types, folder / "agencies.yaml")
    agencies = [sender.agency for sender in senders]
    settings = read_settings(clock="live", agencies=folder / "agencies.yaml", data_dir=folder / "listeners")
    Folder(settings.data_dir).wipe()
    with (
        Stack(settings, agencies=agencies) as stack,
        closing(Feeds(settings.broker, senders)) as feeds,
        crowd(settings, wanted.listeners) as listening,
    ):
        spent = Spent(stack)

        def begin() -> None:
            spent.begin()
            listening.begin()

        load = Load(wanted.rate, wanted.seconds, wanted.share, wanted.warm_up)
        sent, drawing, took = loaded(feeds, places_of(world), load, begin)
        facts["of a core"] = f"{spent.shares(took)} {listening.share(took)}"
        time.sleep(LAST_CARDS_S)
        memory = resident_mib(stack.programs["api"].pid or 0)
        heard = listening.heard()
        stages = [("event", drawing), *passed(settings.kafka, agencies, drawing.keys())]
    came = [(case, at) for case, at in heard["came"] if case in drawing]
    most = max(heard["cards"])
    held = {
        "listeners": wanted.listeners,
        "events/s": round(sent / took),
        "cards/s": round(len(drawing) / took, 1),
        "frames/s": round(wanted.listeners * len(drawing) / took),
        "streams lost": heard["lost"],
        "listeners that missed a card": sum(count < most for count in heard["cards"]),
        "api MiB": round(memory),
    }
    spans = [
        (begin, end, [ended[case] - began[case] for case in drawing if case in began and case in ended])
        for (begin, began), (end, ended) in pairwise(stages)
    ]
    last, logged = stages[-1]
    whole = ("event", "browser", [at - drawing[case] for case, at in came])
    fanned = (last, "browser", [at - logged[case] for case, at in came])
    write("listeners", facts, [held | _late(*each) for each in (whole, *spans, fanned)])


def _late(begin: str, end: str, seconds: list[float]) -> dict[str, Any]:
    """Return how long a stage took; SystemExit if no card of the measured time passed it while the bench waited."""
    if not seconds:
        raise SystemExit(f"no card came from {begin} to {end} in time: the machine is far too busy to measure anything")
    spread = {f"p{share} ms": round(percentile(seconds, share / 100) * 1000, 1) for share in (50, 90, 99)}
    return {"from": begin, "to": end, **spread, "max ms": round(max(seconds) * 1000, 1)}


if __name__ == "__main__":
    main()
