"""From an event to the card on the wire and in the ledger, stage by stage, on the live clock, under a steady load.

usage: python bench/latency.py [--rate 1000] [--seconds 30] [--share 0.05] [--packs all|four] [--until row|cards]
                               [--warm-up 60] [--name latency] [--agencies FILE]
Events are applications; `share` of them are acceptances without a voucher, which draw a card at once (NTC-02),
for it is licences alone that are asked for. `--packs four` judges by that rule and three limits alone; `--until cards`
starts a broker and a worker alone, and ends where the card is on the log.
An event's time is the moment before it is handed to the producer: the whole is from there to the card's bytes read
from GET /v1/cards/stream, so it includes the way into Kafka.
The stages between are told by the broker, which stamps each record in whole milliseconds when it appends it.
A card is a row once a SELECT of ClickHouse gives it, asked every 50 ms for what is new: asking is paid for by the same
cores, and so is sending. What each process used of a core stands in the head. Nothing is counted of the warm-up: a
broker that was just started compiles itself for three quarters of a minute, with a third of a core.
"""

import argparse
import http.client
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import orjson
from figures import FOLDER, cpu_seconds, machine, percentile, tree, write
from stages import on_cards, passed
from workloads import THREE, packs_of

from mingjing.services.auth.gate import issue_here
from mingjing.services.auth.signature import authorization
from mingjing.services.city.message import ZONE, Message, stamp
from mingjing.services.city.world import Agency, Item, World, read_world
from mingjing.services.demo.feeds import Feeds
from mingjing.services.demo.roster import roster
from mingjing.services.ledger.connection import Connection
from mingjing.services.rulebook_files import shipped
from mingjing.services.settings import Settings, read_settings
from mingjing.services.stack.folder import Folder
from mingjing.services.stack.up import Stack

ASK_EVERY_S = 0.05
LATE_MS = 3000
"""A row may come this much after one that Kafka took in later."""
WARM_UP_S = 60
LAST_CARDS_S = 15
FOUR = ("NTC-02", *THREE)


class Listener(threading.Thread):
    """Reads the feed and notes when each case's first card came."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(daemon=True)
        self._settings = settings
        self.seen: dict[str, float] = {}
        self.ready = threading.Event()
        self._connection = http.client.HTTPConnection(settings.api_host, settings.api_port)

    def run(self) -> None:
        """Read until the connection is closed."""
        key, path = issue_here(self._settings, "bench", "inspector"), "/v1/cards/stream"
        signed = authorization(key.key.id, key.secret, "GET", path, b"", int(time.time()))
        self._connection.request("GET", path, headers={"Authorization": signed})
        response = self._connection.getresponse()
        self.ready.set()
        while line := response.readline():
            now = time.time()
            if line.startswith(b"data: "):
                card = orjson.loads(line[6:])
                self.seen.setdefault(card["case_key"], now)


class Rows(threading.Thread):
    """Asks the ledger again and again and notes when each case's first card could be selected."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(daemon=True)
        self._connection = Connection(settings)
        self._over = threading.Event()
        self.seen: dict[str, float] = {}

    def run(self) -> None:
        """Ask until closed."""
        newest = 0
        while not self._over.wait(ASK_EVERY_S):
            asked = "SELECT case_key, logged_ms FROM card_log WHERE logged_ms > %(since)s"
            rows = self._connection.rows(asked, {"since": max(0, newest - LATE_MS)})
            now = time.time()
            for key, logged_ms in rows:
                self.seen.setdefault(key, now)
                newest = max(newest, logged_ms)

    def close(self) -> None:
        """Stop asking."""
        self._over.set()
        self.join()
        self._connection.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rate", type=int, default=1000)
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--share", type=float, default=0.05)
    parser.add_argument("--packs", choices=["all", "four"], default="all")
    parser.add_argument("--until", choices=["row", "cards"], default="row")
    parser.add_argument("--warm-up", type=int, default=WARM_UP_S)
    parser.add_argument("--name", default="latency")
    parser.add_argument("--agencies", type=Path, default=Path("deploy/local/agencies.yaml"))
    wanted = parser.parse_args()
    facts = machine()
    folder = FOLDER.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    world = read_world(wanted.agencies, shipped("catalogue"), shipped("calendars"), shipped("vocabularies"))
    senders = roster(wanted.agencies, world.types, folder / "agencies.yaml")
    settings = read_settings(
        clock="live",
        agencies=folder / "agencies.yaml",
        packs=packs_of(FOUR, folder / "four") if wanted.packs == "four" else None,
        data_dir=folder / "latency",
    )
    Folder(settings.data_dir).wipe()
    agencies = [sender.agency for sender in senders]
    with ExitStack() as room:
        only = ["kafka", "topics", "worker"] if wanted.until == "cards" else None
        stack = room.enter_context(Stack(settings, agencies=agencies, only=only))
        feeds = room.enter_context(closing(Feeds(settings.broker, senders)))
        seen = _watched(settings, room) if only is None else []
        spent = Spent(stack)
        load = Load(wanted.rate, wanted.seconds, wanted.share, wanted.warm_up)
        sent, drawing, took = loaded(feeds, places_of(world), load, spent.begin)
        facts["of a core"] = spent.shares(took)
        until = time.monotonic() + LAST_CARDS_S
        while not all(drawing.keys() <= each.keys() for each in seen) and time.monotonic() < until:
            time.sleep(0.1)
        while not drawing.keys() <= on_cards(settings.kafka, drawing) and time.monotonic() < until:
            time.sleep(0.5)
        stages = passed(settings.kafka, agencies, drawing.keys())
    write(wanted.name, facts, _rows(sent / took, drawing, stages, seen))


def _watched(settings: Settings, room: ExitStack) -> list[dict[str, float]]:
    """Begin to watch the screen and the ledger; return when each case's first card came there, as it goes on."""
    rows, listener = room.enter_context(closing(Rows(settings))), Listener(settings)
    rows.start()
    listener.start()
    listener.ready.wait()
    return [listener.seen, rows.seen]


def _rows(
    rate: float,
    drawing: dict[str, float],
    stages: list[tuple[str, dict[str, float]]],
    seen: Sequence[dict[str, float]],
) -> list[dict[str, Any]]:
    """Return how long each stage took, from the `drawing` event to where cards were `seen`: the screen, a row."""
    told = dict(stages)
    screen, row = seen or ({}, {})
    path = [("event", drawing), *stages, *([("screen", screen)] if seen else [])]
    load = {"events/s": round(rate), "cards": len(drawing), "cards missing": len(drawing.keys() - path[-1][1].keys())}
    whole = [("event", drawing, *path[-1]), *((*path[at], *path[at + 1]) for at in range(len(path) - 1))]
    whole += [("ingest", told["ingest"], "cards", told["cards"])]
    whole += [("ingest", told["ingest"], "row", row)] if seen else []
    return [
        load
        | {"from": begin, "to": end}
        | _spread([ended[key] - began[key] for key in drawing if key in ended and key in began])
        for begin, began, end, ended in whole
    ]


class Load(NamedTuple):
    """So many events a second, `share` of which draw a card, for so many seconds after the warm-up."""

    rate: int
    seconds: int
    share: float
    warm_up: int = WARM_UP_S


class Spent:
    """The CPU of the programs of a stack, and of this one, from `begin` on."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._before: dict[str, float] = {}

    def begin(self) -> None:
        """Count from now on."""
        self._before = self._seconds()

    def shares(self, seconds: float) -> str:
        """Return which share of a core each used for so many seconds, where it is worth telling."""
        spent = {name: (used - self._before.get(name, 0)) / seconds for name, used in self._seconds().items()}
        return " ".join(f"{name} {share:.2f}" for name, share in spent.items() if share >= 0.01)  # noqa: PLR2004

    def _seconds(self) -> dict[str, float]:
        running = {name: each.pid for name, each in self._stack.programs.items() if each.pid is not None}
        spent = {name: sum(map(cpu_seconds, tree(pid))) for name, pid in running.items()}
        return {**spent, "bench": time.process_time()}


def _spread(seconds: list[float]) -> dict[str, float]:
    late = [each * 1000 for each in seconds] or [float("nan")]
    return {
        **{f"p{share} ms": round(percentile(late, share / 100), 1) for share in (50, 90, 99)},
        "max ms": round(max(late), 1),
    }


def places_of(world: World) -> list[tuple[Agency, Item]]:
    """Return the agencies' licences, whose acceptance without a voucher draws a card."""
    return [(each.agency, each.item) for each in world.places if each.plot == "licence" and each.item.licensed]


def loaded(
    feeds: Feeds, places: Sequence[tuple[Agency, Item]], load: Load, begin: Callable[[], None] = lambda: None
) -> tuple[int, dict[str, float], float]:
    """Send; return the events after the warm-up, by case when each that drew a card happened, and the time they took.

    `begin` is called once it is warm.
    """
    began = time.monotonic()
    number, counted, drawing = 0, 0, dict[str, float]()
    every = round(1 / load.share)
    while (passed := time.monotonic() - began) < load.warm_up + load.seconds:
        while number < passed * load.rate:
            agency, item = places[number % len(places)]
            draws = number % every == 0
            subject = f"BENCH{number:08d}"
            event = _event(agency, item, subject, draws=draws)
            feeds.send(event)
            number += 1
            if passed >= load.warm_up:
                if not counted:
                    begin()
                counted += 1
                if draws:
                    drawing[f"{agency.code}/{subject}"] = event.at.timestamp()
        time.sleep(0.001)
    feeds.settle()
    return counted, drawing, time.monotonic() - began - load.warm_up


def _event(agency: Agency, item: Item, subject: str, *, draws: bool) -> Message:
    now = datetime.now(ZONE)
    event = {
        "specversion": "1.0",
        "id": f"{subject}-1",
        "source": agency.source,
        "type": "case.accepted" if draws else "case.applied",
        "subject": subject,
        "time": stamp(now),
        "item": item.code,
        "agency": agency.code,
        "region": agency.region,
        "data": {"channel": "online"},
    }
    return Message(now, agency.code, orjson.dumps(event), subject)


if __name__ == "__main__":
    main()
