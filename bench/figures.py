"""What every measurement here shares: the machine it was taken on, and where it is written down."""

import json
import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"
FOLDER = Path(".mingjing/bench")


def machine() -> dict[str, Any]:
    """Return the facts without which a figure means nothing; the load is that of before the measurement."""
    cpu = next(line.split(":", 1)[1].strip() for line in read("/proc/cpuinfo") if line.startswith("model name"))
    memory = next(int(line.split()[1]) for line in read("/proc/meminfo") if line.startswith("MemTotal"))
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cpu": cpu,
        "cores": os.cpu_count(),
        "memory_gib": round(memory / 1024**2, 1),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "load_1min": round(os.getloadavg()[0], 2),
    }


def percentile(values: list[float], share: float) -> float:
    """Return the value that `share` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def write(name: str, facts: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    """Write the rows with the machine's facts to results/NAME.json and .md, and print them."""
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps({"machine": facts, "rows": rows}, ensure_ascii=False, indent=2))
    heads = list(rows[0])
    lines = [
        f"# {name}",
        "",
        ", ".join(f"{key} {value}" for key, value in facts.items()),
        "",
        "| " + " | ".join(heads) + " |",
        "|" + "---|" * len(heads),
        *("| " + " | ".join(str(row.get(head, "")) for head in heads) + " |" for row in rows),
    ]
    text = "\n".join(lines) + "\n"
    (RESULTS / f"{name}.md").write_text(text)
    sys.stdout.write(text)


def tree(pid: int) -> list[int]:
    """Return a process and everything it has started."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(each for child in children for each in tree(int(child)))]


def resident_mib(pid: int) -> float:
    """Return the proportional memory of a process and everything it has started."""
    return sum(_pss(each) for each in tree(pid)) / 1024


def own_kib() -> int:
    """Return the memory this process holds itself."""
    return next(int(line.split()[1]) for line in read("/proc/self/smaps_rollup") if line.startswith("Private_Dirty:"))


def _pss(pid: int) -> int:
    return next(int(line.split()[1]) for line in read(f"/proc/{pid}/smaps_rollup") if line.startswith("Pss:"))


def read(path: str) -> list[str]:
    """Return the lines of a file of the kernel's."""
    return Path(path).read_text(encoding="utf-8").splitlines()
