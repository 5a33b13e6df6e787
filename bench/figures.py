"""What every measurement here shares: the machine it was taken on, and where it is written down."""

import json
import os
import platform
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.request import urlopen

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


def cpu_seconds(pid: int) -> float:
    """Return the CPU that a process has used, in user mode and in the kernel."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def metric(port: int, name: str) -> dict[str, float]:
    """Return the samples of a metric on a process's /metrics by their labels as they are written."""
    with urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        lines = answer.read().decode().splitlines()
    named = (line.rpartition(" ") for line in lines if line.split("{")[0].split(" ")[0] == name)
    return {labels.removeprefix(name): float(value) for labels, _, value in named}


def stage_seconds(port: int) -> dict[str, float]:
    """Return the CPU seconds of a worker at each stage of each log."""
    found = metric(port, "mingjing_work_seconds_total")
    return {" ".join(re.findall(r'"([^"]*)"', labels)): seconds for labels, seconds in found.items()}


def own_kib() -> int:
    """Return the memory this process holds itself."""
    return next(int(line.split()[1]) for line in read("/proc/self/smaps_rollup") if line.startswith("Private_Dirty:"))


def _pss(pid: int) -> int:
    return next(int(line.split()[1]) for line in read(f"/proc/{pid}/smaps_rollup") if line.startswith("Pss:"))


def read(path: str) -> list[str]:
    """Return the lines of a file of the kernel's."""
    return Path(path).read_text(encoding="utf-8").splitlines()
