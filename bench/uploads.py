"""How long a file of an agency takes from its first row to its receipt, and how much memory, by its length.

usage: python bench/uploads.py [--rows 1000000]
Every row is read, translated, vouched for and packed as the API does it; one row in a thousand is bad and goes to the
sheet of returned rows. Kafka is left out: records are counted and let go. Each length runs in a process of its own,
whose peak memory is what the kernel says (VmHWM); the memory of the shortest file shows how much of it is the program.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from figures import FOLDER, machine, write

from mingjing.services.api.gateway.letters import Letters
from mingjing.services.api.gateway.outbox import Outgoing
from mingjing.services.receipts.way_in import WayIn
from mingjing.services.standards.shelf import shipped_standards
from mingjing.services.uploads.submission import submit
from mingjing.streams.ports import Principal

PRINCIPAL = Principal(agency="11990100MB0000019L", sources=frozenset({"urn:yunzhou:scjg"}))
BAD_EVERY = 1_000


async def swallow(_: Sequence[Outgoing]) -> None:
    """Take records as Kafka would, and let them go."""


def written(rows: int) -> Path:
    """Return a CSV of `rows` accepted cases in GB18030, as agencies' systems write it."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"upload-{rows}.csv"
    with path.open("w", encoding="gb18030") as file:
        file.write("办件编号,事项实施编码,行政区划代码,受理人,申请时间,受理时间,申请方式,申请人\n")
        for number in range(rows):
            applied = "昨天" if number % BAD_EVERY == 0 else "2026-03-05 16:00:00"
            file.write(
                f"浙{number:09},11330000MB0000019L4330100,990100000000,{number % 90:04},"
                f"{applied},2026-03-06 10:00:00,2,王某{number % 1000}\n"
            )
    return path


def measured(rows: int) -> dict[str, object]:
    """Return what one file took, in this process."""
    path = FOLDER / f"upload-{rows}.csv"
    standard = shipped_standards()["up-pro"]
    way = WayIn(swallow, "bench-secret", PRINCIPAL, Letters("upload"))
    errors = path.with_suffix(".errors.xlsx")
    began = time.perf_counter()
    told = asyncio.run(submit(path, standard, standard.objects["up_pro_accept"], "urn:yunzhou:scjg", way, errors))
    seconds = time.perf_counter() - began
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
    return {
        "rows": told.rows,
        "returned": told.returned,
        "events": told.events,
        "seconds": round(seconds, 1),
        "rows_per_second": round(told.rows / seconds),
        "peak_mib": round(peak / 1024, 1),
        "file_mib": round(path.stat().st_size / 1024**2, 1),
    }


def main() -> None:
    """Measure a short, a middling and the long file, and write the figures."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--rows", type=int, default=1_000_000)
    asked.add_argument("--one", type=int, help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.one is not None:
        print(json.dumps(measured(given.one)))
        return
    facts = machine()
    rows = []
    for count in (given.rows // 100, given.rows // 10, given.rows):
        path = written(count)
        one = subprocess.run(
            [sys.executable, __file__, "--one", str(count)], check=True, capture_output=True, text=True
        )
        rows.append(json.loads(one.stdout))
        path.unlink()
        path.with_suffix(".errors.xlsx").unlink()
    write("uploads", facts, rows)


if __name__ == "__main__":
    main()
