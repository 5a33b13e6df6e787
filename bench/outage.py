"""A worker is killed with -9 while many cases are open: how long no card comes, what recovery takes, what is lost.

usage: python bench/outage.py [--open 100000] [--kills 3] [--deadlines 100]
Live clock, static membership, started again at once by the stack. `--open` cases wait for a far deadline; probes that
break a rule by themselves come twenty a second through an agency's topic. Outage is from the kill to the next card on
the log, by the broker's stamps. Deadlines: cases whose limit ends a few seconds from now, with no event at that moment;
late is from the end of the limit to the card on the log.
"""

import argparse
import os
import signal
import threading
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from confluent_kafka import Consumer, Producer, TopicPartition
from figures import FOLDER, machine, metric, percentile, resident_mib, tree, write
from hard_rules import AGENCY, SOURCE
from progress import say, until

from mingjing.rules.events import Event
from mingjing.services.settings import Settings, read_settings
from mingjing.services.stack.folder import Folder
from mingjing.services.stack.program import Program
from mingjing.services.stack.up import Stack
from mingjing.streams.topics import CARDS, CASE_EVENTS, ingest_topic, partition_of
from mingjing.streams.wire import event_bytes

PACK = """\
pack: outage
title: 停机
version: "1"
vocabulary: open
rules:
  - {id: PROBE, title: 先审后批, basis: [bench], kind: sequence, step: [approved], requires: {any: [reviewed]},
     cards: {yellow: broken}}
  - {id: HOUR, title: 一小时办结, basis: [bench], kind: time-limit, start: [opened], stop: [closed], limit: 1h,
     count: to-the-second, cards: {yellow: past limit}}
  - {id: FAR, title: 一年办结, basis: [bench], kind: time-limit, start: [filed], stop: [closed], limit: 8760h,
     count: to-the-second, cards: {yellow: past limit}}
"""
PROBE_EVERY_S = 0.05
BETWEEN_KILLS_S = 8
SOON_S = 4
PATIENCE_S = 600


class Cards(threading.Thread):
    """Everything that comes on `cards`: by case, the instants (seconds) at which its records were appended."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(daemon=True)
        self._consumer = Consumer(
            {"bootstrap.servers": settings.kafka, "group.id": "mingjing-bench", "fetch.wait.max.ms": 20, "log_level": 0}
        )
        self._consumer.assign([TopicPartition(CARDS, number, 0) for number in range(settings.partitions)])
        self.came: dict[str, list[float]] = {}
        self.violated: dict[str, float] = {}
        self._over = threading.Event()

    def run(self) -> None:
        """Read until closed."""
        while not self._over.is_set():
            for message in self._consumer.consume(1000, 0.1):
                if message.error() is None:
                    card = orjson.loads(message.value() or b"{}")
                    self.came.setdefault(card["case_key"], []).append(message.timestamp()[1] / 1000)
                    self.violated[card["case_key"]] = datetime.fromisoformat(card["violated_at"]).timestamp()

    def close(self) -> None:
        """Stop reading."""
        self._over.set()
        self.join()
        self._consumer.close()


class Sender:
    """Events of one agency, on its own topic or, vouched for, on case-events."""

    def __init__(self, settings: Settings) -> None:
        self._partitions = settings.partitions
        self._producer = Producer(
            {"bootstrap.servers": settings.kafka, "enable.idempotence": True, "linger.ms": 2, "log_level": 0}
        )

    def report(self, type_: str, subject: str, at: datetime) -> str:
        """Report an event as the agency does; return the key of its case."""
        body = {"id": f"{subject}-{type_}", "source": SOURCE, "type": type_, "subject": subject, "time": at.isoformat()}
        self._producer.produce(ingest_topic(AGENCY), orjson.dumps(body), subject.encode())
        self._producer.poll(0)
        return f"{AGENCY}/{subject}"

    def file(self, cases: int) -> None:
        """Open cases, as intake would have put their events on case-events."""
        for number in range(cases):
            key, event = filed(number)
            self._producer.produce(CASE_EVENTS, event_bytes(event), key.encode(), partition_of(key, self._partitions))
            if number % 1000 == 0:
                while len(self._producer) > 50_000:  # noqa: PLR2004  # what the client may hold
                    self._producer.poll(0.1)
        self.settle()

    def settle(self) -> None:
        """Wait until the broker has everything."""
        self._producer.flush(PATIENCE_S)


def filed(number: int) -> tuple[str, Event]:
    """Return the key of a case by its number, and the event of now that opens it, vouched for and stamped."""
    at = datetime.now(UTC)
    key = f"{AGENCY}/F{number:09}"
    subject = key.partition("/")[2]
    named = {"id": subject, "source": SOURCE, "type": "filed", "subject": subject, "agency": AGENCY, "casekey": key}
    return key, Event(**named, time=at, ingestedtime=at)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--open", type=int, default=100_000)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--deadlines", type=int, default=100)
    wanted = parser.parse_args()
    facts = machine()
    settings = settings_of("outage")
    port = settings.worker_metrics_port
    with (
        Stack(settings, agencies=[AGENCY], only=["kafka", "topics", "worker"]) as stack,
        closing(Cards(settings)) as cards,
    ):
        worker = next(program for name, program in stack.programs.items() if name.startswith("worker"))
        cards.start()
        sender = Sender(settings)
        sender.file(wanted.open)
        until(lambda: _open_cases(port) >= wanted.open and not _behind(port), PATIENCE_S)
        say(f"{wanted.open} cases are open")
        row: dict[str, Any] = {"open cases": wanted.open, "worker MiB": round(resident_mib(worker.pid or 0))}
        row |= _deadlines(sender, cards, wanted.deadlines)
        say(f"{row}")
        row |= _outages(worker, sender, cards, port, wanted.kills)
    write("outage", facts, [row])


def settings_of(name: str) -> Settings:
    """Return the settings of an installation with these rules, in a folder of its own, wiped."""
    folder = FOLDER.absolute() / name
    Folder(folder / "site").wipe()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pack.yaml").write_text(PACK, encoding="utf-8")
    (folder / "agencies.yaml").write_text(
        f"agencies:\n  - {{code: {AGENCY}, title: 测, region: '990100000000', sources: ['{SOURCE}']}}\n"
        "regions:\n  - {code: '990100000000', title: 云州市, tier: 市}\n",
        encoding="utf-8",
    )
    return read_settings(
        clock="live",
        agencies=folder / "agencies.yaml",
        packs=[folder / "pack.yaml"],
        data_dir=folder / "site",
        instance="bench-1",
    )


def _deadlines(sender: Sender, cards: Cards, count: int) -> dict[str, Any]:
    """Let limits end a few seconds from now, a little after one another."""
    begin = datetime.now(UTC) + timedelta(seconds=SOON_S, hours=-1)
    keys = {
        sender.report("opened", f"D{number:05}", begin + timedelta(milliseconds=37 * number)) for number in range(count)
    }
    sender.settle()
    until(lambda: keys <= cards.came.keys(), PATIENCE_S)
    late = [(cards.came[key][0] - cards.violated[key]) * 1000 for key in keys]
    return {f"deadline p{share} ms": round(percentile(late, share / 100)) for share in (50, 99)}


def _outages(worker: Program, sender: Sender, cards: Cards, port: int, kills: int) -> dict[str, Any]:
    """Kill the worker again and again under probes; return how long each outage was, and what it cost."""
    sent: list[str] = []
    over = threading.Event()

    def probe() -> None:
        while not over.wait(PROBE_EVERY_S):
            sent.append(sender.report("approved", f"P{len(sent):06}", datetime.now(UTC)))

    probing = threading.Thread(target=probe, daemon=True)
    probing.start()
    outages, recoveries = [], []
    for number in range(kills):
        time.sleep(BETWEEN_KILLS_S)
        killed = time.time()
        os.kill(tree(worker.pid or 0)[-1], signal.SIGKILL)
        until(lambda killed=killed: _next_card(cards, killed) is not None, PATIENCE_S)  # type: ignore[misc]  # bound now
        outages.append((_next_card(cards, killed) or killed) - killed)
        recoveries += metric(port, "mingjing_recovery_seconds").values()
        say(f"kill {number + 1}: {outages[-1]:.2f} s without a card")
    over.set()
    probing.join()
    sender.settle()
    until(lambda: set(sent) <= cards.came.keys(), PATIENCE_S)
    return {
        "kills": kills,
        "outage s": " ".join(f"{each:.2f}" for each in outages),
        "recovery s": " ".join(f"{each:.2f}" for each in recoveries),
        "probes": len(sent),
        "lost": len(set(sent) - cards.came.keys()),
        "said again": sum(len(cards.came[key]) - 1 for key in sent),
    }


def _next_card(cards: Cards, since: float) -> float | None:
    """Return when the first card after an instant was appended; one that was on its way when it came is not meant."""
    later = [came[0] for came in list(cards.came.values()) if came[0] > since + 0.5]
    return min(later, default=None)


def _open_cases(port: int) -> float:
    return sum(metric(port, "mingjing_open_cases").values())


def _behind(port: int) -> float:
    return sum(metric(port, "mingjing_lag_records").values())


if __name__ == "__main__":
    main()
