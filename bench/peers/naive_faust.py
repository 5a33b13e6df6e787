"""The four rules in Faust as its documentation teaches: a Record, a Table written for every event, a send a finding.

usage: naive_faust.py BOOTSTRAP TOPIC OUT RECORDS FOLDER
"""

import json
import os
import resource
import sys
import time
from heapq import heappop, heappush
from typing import Any

import faust
from four_rules import NAMES, NOBODY, happen, is_over

bootstrap, topic_name, out, records, folder = sys.argv[1:6]
app = faust.App(
    "naive-faust",
    broker=f"kafka://{bootstrap}",
    store="memory://",
    topic_partitions=8,
    topic_disable_leader=True,
    table_standby_replicas=0,
    datadir=folder,
)


class Event(faust.Record, serializer="json"):
    """The fields that the rules read."""

    type: str
    at: int
    casekey: str = ""
    data: dict[str, Any] = {}  # noqa: RUF012  # a faust field


events = app.topic(topic_name, value_type=Event)
found = app.topic(out, key_serializer="raw", value_serializer="json")
cases = app.Table("cases", partitions=8)
heaps: dict[int, list[tuple[int, str, int]]] = {}
count = {"records": 0, "findings": 0}
began: list[float] = []


def spent() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def tell(case: str, rule: str, at: int) -> None:
    count["findings"] += 1
    await found.send(key=f"{case}|{rule}|{at}".encode(), value={"case": case, "rule": rule, "at": at})


@app.agent(events)
async def judge(stream: Any) -> None:
    """Judge every event."""
    async for event in stream.events():
        if not began:
            began.extend((time.perf_counter(), spent()))
        said, partition = event.value, event.message.partition
        heap = heaps.setdefault(partition, [])
        while heap and heap[0][0] < said.at:
            deadline, case, place = heappop(heap)
            state = cases.get(case)
            if state is not None and state[place] == deadline:
                state[place] = 0
                await tell(case, NAMES[place - 1], deadline)
                cases[case] = state
        if said.casekey:
            state = cases.get(said.casekey) or list(NOBODY)
            broken, armed = happen(state, said.type, said.at, said.data["class"])
            if broken:
                await tell(said.casekey, "C", said.at)
            for deadline, place in armed:
                heappush(heap, (deadline, said.casekey, place))
            if is_over(state):
                cases.pop(said.casekey, None)
            else:
                cases[said.casekey] = state
        count["records"] += 1
        if count["records"] == int(records):
            await app.producer.flush()
            took, used = time.perf_counter() - began[0], spent() - began[1]
            told = {"seconds": took, "cpu": used, "findings": count["findings"]}
            os.write(1, json.dumps(told).encode() + b"\n")  # Faust takes sys.stdout for its log
            os._exit(0)


sys.argv = ["naive_faust", "worker", "--without-web", "-l", "error"]
app.main()
