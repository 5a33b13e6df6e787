"""How many listeners of the live feed are held, and how late a card reaches them, from its event on.

usage: python bench/listeners.py [--listeners 1000] [--rate 1000] [--share 0.2] [--seconds 30] [--agencies FILE]
The whole path runs (Kafka, worker, sink, archive, API, all on this machine) under the load of latency.py: at rate
1000 and share 0.2 it draws 200 cards a second. Every listener sees every card, the worst case: an inspector's stream is
narrower. A card is late from its event's instant (its `violated_at`) to the bytes read by a listener of another
process; one listener in twenty is timed, all are counted, so a card that anybody missed would show.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Any, cast

from figures import FOLDER, machine, percentile, resident_mib, write
from latency import LAST_CARDS_S, Load, loaded, places_of

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
    parser.add_argument("--agencies", type=Path, default=Path("deploy/local/agencies.yaml"))
    wanted = parser.parse_args()
    facts = machine()
    folder = FOLDER.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    world = read_world(wanted.agencies, shipped("catalogue"), shipped("calendars"), shipped("vocabularies"))
    senders = roster(wanted.agencies, world.types, folder / "agencies.yaml")
    settings = read_settings(clock="live", agencies=folder / "agencies.yaml", data_dir=folder / "listeners")
    Folder(settings.data_dir).wipe()
    with (
        Stack(settings, agencies=[sender.agency for sender in senders]) as stack,
        closing(Feeds(settings.broker, senders)) as feeds,
        crowd(settings, wanted.listeners) as listening,
    ):
        began = time.time()
        load = Load(wanted.rate, wanted.seconds, wanted.share)
        sent, drawing, took = loaded(feeds, places_of(world), load)
        time.sleep(LAST_CARDS_S)
        memory = resident_mib(stack.programs["api"].pid or 0)
        heard = listening.heard()
    late = [seconds * 1000 for happened, seconds in heard["late"] if happened >= began + load.warm_up]
    most = max(heard["cards"])
    write(
        "listeners",
        facts,
        [
            {
                "listeners": wanted.listeners,
                "events/s": round(sent / took),
                "cards/s": round(len(drawing) / took, 1),
                "frames/s": round(sum(heard["cards"]) / (load.warm_up + took)),
                "streams lost": heard["lost"],
                "listeners that missed a card": sum(count < most for count in heard["cards"]),
                **{f"p{share} ms": round(percentile(late, share / 100), 1) for share in (50, 90, 99)},
                "max ms": round(max(late), 1),
                "api MiB": round(memory),
            }
        ],
    )


if __name__ == "__main__":
    main()
