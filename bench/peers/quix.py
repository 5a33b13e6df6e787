"""The four rules in Quix Streams: state by key in RocksDB with its changelog.

usage: quix.py BOOTSTRAP TOPIC OUT RECORDS FOLDER
No timer can be set for a key, so a deadline is looked at with the next event of its case: the silent ones stay unfound.
"""

import json
import os
import resource
import sys
import time
from typing import Any

from four_rules import NAMES, NOBODY, happen, is_over
from quixstreams import Application, State

bootstrap, topic_name, out, records, folder = sys.argv[1:6]
app = Application(
    broker_address=bootstrap,
    consumer_group="quix-bench",
    auto_offset_reset="earliest",
    state_dir=folder,
    loglevel="ERROR",
    consumer_extra_config={"queued.min.messages": 1_000_000, "fetch.queue.backoff.ms": 5},
    producer_extra_config={"linger.ms": 20},
)
count = {"records": 0, "findings": 0}
began: list[float] = []


def spent() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def judge(event: dict[str, Any], held: State) -> list[dict[str, Any]]:
    """Return what one event finds."""
    if not began:
        began.extend((time.perf_counter(), spent()))
    found: list[dict[str, Any]] = []
    case, at = event.get("casekey"), event["at"]
    if case:
        state = held.get("state") or list(NOBODY)
        for place in (1, 2, 3):
            if state[place] and at > state[place]:
                found.append({"case": case, "rule": NAMES[place - 1], "at": state[place]})
                state[place] = 0
        broken, _ = happen(state, event["type"], at, event["data"]["class"])
        if broken:
            found.append({"case": case, "rule": "C", "at": at})
        if is_over(state):
            held.delete("state")
        else:
            held.set("state", state)
    count["records"] += 1
    count["findings"] += len(found)
    if count["records"] == int(records):
        took, used = time.perf_counter() - began[0], spent() - began[1]
        sys.stdout.write(json.dumps({"seconds": took, "cpu": used, "findings": count["findings"]}) + "\n")
        sys.stdout.flush()
        os._exit(0)
    return found


events = app.topic(topic_name, value_deserializer="json", key_deserializer="str")
found_topic = app.topic(out, value_serializer="json", key_serializer="str")
frame = app.dataframe(events).apply(judge, stateful=True, expand=True)
frame = frame.to_topic(found_topic, key=lambda each: each["case"])
app.run()
