"""From an event to the card on the wire and in the ledger, stage by stage, on the live clock, under a steady load.

usage: python bench/latency.py [--rate 1000] [--seconds 30] [--share 0.05] [--name latency] [--agencies FILE]
Events are applications; `share` of them are acceptances without a voucher, which draw a card at once (NTC-02),
for it is licences alone that are asked for.
An event's time is the moment before it is handed to the producer, and the card says it back as `violated_at`:
the whole is from there to the card's bytes read from GET /v1/cards/stream, so it includes the way into Kafka.
The stages between are told by the broker, which stamps each record in whole milliseconds when it appends it.
A card is a row once a SELECT of ClickHouse gives it, asked every 50 ms for what is new: asking is paid for by the same
cores. Nothing is counted of the first seconds, in which a broker that was just started compiles itself.
"""

import argparse
import http.client
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

import orjson
from figures import FOLDER, machine, percentile, write
from stages import passed

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
WARM_UP_S = 20
LAST_CARDS_S = 15


class Listener(threading.Thread):
    """Reads the feed and notes when each case's first card came, and when what it tells of happened."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(daemon=True)
        self._settings = settings
        self.happened: dict[str, float] = {}
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
                self.happened.setdefault(card["case_key"], datetime.fromisoformat(card["violated_at"]).timestamp())


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
    parser.add_argument("--name", default="latency")
    parser.add_argument("--agencies", type=Path, default=Path("deploy/local/agencies.yaml"))
    wanted = parser.parse_args()
    facts = machine()
    folder = FOLDER.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    world = read_world(wanted.agencies, shipped("catalogue"), shipped("calendars"), shipped("vocabularies"))
    senders = roster(wanted.agencies, world.types, folder / "agencies.yaml")
    places = places_of(world)
    settings = read_settings(clock="live", agencies=folder / "agencies.yaml", data_dir=folder / "latency")
    Folder(settings.data_dir).wipe()
    with (
        Stack(settings, agencies=[sender.agency for sender in senders]),
        closing(Feeds(settings.broker, senders)) as feeds,
        closing(Rows(settings)) as ledger,
    ):
        ledger.start()
        listener = Listener(settings)
        listener.start()
        listener.ready.wait()
        sent, drawing, took = loaded(feeds, places, wanted.rate, wanted.seconds, wanted.share)
        until = time.monotonic() + LAST_CARDS_S
        while not drawing <= listener.seen.keys() & ledger.seen.keys() and time.monotonic() < until:
            time.sleep(0.1)
        came = drawing & listener.seen.keys()
        stages = passed(settings.kafka, [sender.agency for sender in senders], came)
    whole = [listener.seen[key] - listener.happened[key] for key in came]
    load = {"events/s": round(sent / took), "cards": len(came), "cards missing": len(drawing) - len(came)}
    rows = [load | {"from": "event", "to": "screen"} | _spread(whole)]
    before, since = "event", listener.happened
    for stage, stamps in [*stages, ("screen", listener.seen)]:
        spent = [stamps[key] - since[key] for key in came if key in stamps and key in since]
        rows.append(load | {"from": before, "to": stage} | _spread(spent))
        before, since = stage, stamps
    ingest, cards = stages[0][1], stages[-1][1]
    inside = [cards[key] - ingest[key] for key in came if key in cards and key in ingest]
    rows.append(load | {"from": "ingest", "to": "cards"} | _spread(inside))
    written = [ledger.seen[key] - ingest[key] for key in came if key in ledger.seen and key in ingest]
    rows.append(load | {"from": "ingest", "to": "row"} | _spread(written))
    write(wanted.name, facts, rows)


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
    feeds: Feeds, places: Sequence[tuple[Agency, Item]], rate: int, seconds: int, share: float
) -> tuple[int, set[str], float]:
    """Send at `rate`; return the events after the warm-up, the keys of the cases they drew a card in, and the time."""
    began = time.monotonic()
    number, counted, drawing = 0, 0, set[str]()
    every = round(1 / share)
    while (passed := time.monotonic() - began) < WARM_UP_S + seconds:
        while number < passed * rate:
            agency, item = places[number % len(places)]
            draws = number % every == 0
            subject = f"BENCH{number:08d}"
            feeds.send(_event(agency, item, subject, draws=draws))
            number += 1
            if passed >= WARM_UP_S:
                counted += 1
                if draws:
                    drawing.add(f"{agency.code}/{subject}")
        time.sleep(0.001)
    feeds.settle()
    return counted, drawing, time.monotonic() - began - WARM_UP_S


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
