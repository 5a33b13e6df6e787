"""A worker is killed with -9 while many cases are open: how long no card comes, what recovery takes, what is lost.

usage: python bench/outage.py [--open 100000] [--kills 3] [--deadlines 100] [--name outage]
Live clock, static membership, started again at once by the stack. `--open` cases wait for a far deadline: their state
is laid down (`laid_state.py`) and recovered. Probes that break a rule by themselves come twenty a second through an
agency's topic. Outage is from the kill to the next card on the log, by the broker's stamps. Deadlines: cases whose
limit ends a few seconds from now, with no event at that moment; late: from then to the card.
"""

import argparse
import os
import signal
import threading
import time
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from confluent_kafka import Consumer, Producer, TopicPartition
from far_deadlines import settings_of, workers_of
from figures import machine, metric, percentile, resident_mib, tree, write
from hard_rules import AGENCY, SOURCE
from laid_state import lay
from progress import say, until

from mingjing.services.settings import Settings
from mingjing.services.stack.program import Program
from mingjing.services.stack.up import Stack
from mingjing.streams.topics import CARDS, ingest_topic

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
        self._producer = Producer(
            {"bootstrap.servers": settings.kafka, "enable.idempotence": True, "linger.ms": 2, "log_level": 0}
        )

    def report(self, type_: str, subject: str, at: datetime) -> str:
        """Report an event as the agency does; return the key of its case."""
        body = {"id": f"{subject}-{type_}", "source": SOURCE, "type": type_, "subject": subject, "time": at.isoformat()}
        self._producer.produce(ingest_topic(AGENCY), orjson.dumps(body), subject.encode())
        self._producer.poll(0)
        return f"{AGENCY}/{subject}"

    def settle(self) -> None:
        """Wait until the broker has everything."""
        self._producer.flush(PATIENCE_S)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--open", type=int, default=100_000)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--deadlines", type=int, default=100)
    parser.add_argument("--name", default="outage")
    wanted = parser.parse_args()
    facts = machine()
    settings = settings_of("outage")
    port = settings.worker_metrics_port
    with ExitStack() as room:
        room.enter_context(Stack(settings, agencies=[AGENCY], only=["kafka", "topics"]))
        lay(settings, wanted.open)
        worker = next(iter(room.enter_context(workers_of(settings)).programs.values()))
        cards = room.enter_context(closing(Cards(settings)))
        cards.start()
        sender = Sender(settings)
        until(lambda: _open_cases(port) >= wanted.open and not _behind(port), PATIENCE_S)
        say(f"{wanted.open} cases are open")
        row: dict[str, Any] = {"open cases": wanted.open, "worker MiB": round(resident_mib(worker.pid or 0))}
        row |= _deadlines(sender, cards, wanted.deadlines)
        say(f"{row}")
        row |= _outages(worker, sender, cards, port, wanted.kills)
    write(wanted.name, facts, [row])


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
