"""The four rules in Bytewax: a stateful operator by key, with recovery off.

usage: bytewax_flow.py BOOTSTRAP TOPIC OUT RECORDS FOLDER
Its timers are of the wall clock alone, so a deadline is looked at with the next event of its case.
"""

import json
import resource
import sys
import time

import bytewax.operators as op
import msgspec
from bytewax.connectors.kafka import KafkaSink, KafkaSinkMessage, KafkaSource
from bytewax.dataflow import Dataflow
from bytewax.testing import run_main
from four_rules import NAMES, NOBODY, State, happen, is_over

bootstrap, topic_name, out, records, folder = sys.argv[1:6]


class Data(msgspec.Struct, rename={"kind": "class"}):
    """What an event says of its case."""

    kind: str = ""


class Event(msgspec.Struct, gc=False):
    """The fields that the rules read."""

    type: str
    at: int
    casekey: str = ""
    data: Data | None = None


Found = tuple[str, str, int]
decode = msgspec.json.Decoder(Event).decode
count = {"records": 0, "findings": 0}
began: list[float] = []


def spent() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


class Case(op.StatefulLogic[Event, Found, State]):
    """The state of one case."""

    def __init__(self, state: State | None) -> None:
        self.state = state or list(NOBODY)

    def on_item(self, value: Event) -> tuple[list[Found], bool]:
        """Return what an event finds, and whether the case is over."""
        state, found = self.state, []
        for place in (1, 2, 3):
            if state[place] and value.at > state[place]:
                found.append((value.casekey, NAMES[place - 1], int(state[place])))
                state[place] = 0
        broken, _ = happen(state, value.type, value.at, value.data.kind if value.data else "A")
        if broken:
            found.append((value.casekey, "C", value.at))
        return found, is_over(state)

    def snapshot(self) -> State:
        """Return the state to be kept."""
        return list(self.state)


def parse(message: object) -> tuple[str, Event]:
    if not began:
        began.extend((time.perf_counter(), spent()))
    count["records"] += 1
    event = decode(message.value)  # type: ignore[attr-defined]  # bytewax's own message
    return event.casekey, event


def written(keyed: tuple[str, Found]) -> KafkaSinkMessage[bytes, bytes]:
    count["findings"] += 1
    case, rule, at = keyed[1]
    return KafkaSinkMessage(case.encode(), msgspec.json.encode({"case": case, "rule": rule, "at": at}))


flow = Dataflow("four_rules")
fast = {"queued.min.messages": "1000000", "fetch.queue.backoff.ms": "5"}
read = op.input("in", flow, KafkaSource([bootstrap], [topic_name], tail=False, batch_size=1000, add_config=fast))
parsed = op.filter("cases", op.map("parse", read, parse), lambda keyed: bool(keyed[0]))
judged = op.stateful("judge", parsed, Case)
op.output("out", op.map("write", judged, written), KafkaSink([bootstrap], out, add_config={"linger.ms": "20"}))
run_main(flow)
took, used = time.perf_counter() - began[0], spent() - began[1]
sys.stdout.write(json.dumps({"seconds": took, "cpu": used, "findings": count["findings"]}) + "\n")
