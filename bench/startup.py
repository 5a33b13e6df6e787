"""How long each component takes to start, and how much memory each process holds.

usage: python bench/startup.py [--agencies deploy/local/agencies.yaml]
Starts the whole local stack twice, on an empty folder and again on what the first left.
"""

import argparse
import time
from pathlib import Path

from figures import FOLDER, machine, resident_mib, write

from mingjing.services.agencies import read_agencies
from mingjing.services.settings import read_settings
from mingjing.services.stack.folder import Folder
from mingjing.services.stack.up import Stack

IDLE_S = 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--agencies", type=Path, default=Path("deploy/local/agencies.yaml"))
    wanted = parser.parse_args()
    facts = machine()
    settings = read_settings(agencies=wanted.agencies.absolute(), data_dir=FOLDER.absolute() / "startup")
    codes = list(read_agencies(wanted.agencies).agency_codes())
    Folder(settings.data_dir).wipe()
    rows: dict[str, dict[str, object]] = {}
    for run in ("first_s", "again_s"):
        began = time.monotonic()
        with Stack(settings, agencies=codes) as stack:
            took = time.monotonic() - began
            time.sleep(IDLE_S)
            for name, seconds in stack.times.items():
                row = rows.setdefault(name, {"component": name, "first_s": "", "again_s": "", "memory_mib": ""})
                row[run] = round(seconds, 2)
                program = stack.programs.get(name)
                if program is not None and program.pid is not None:
                    row["memory_mib"] = round(resident_mib(program.pid))
        rows.setdefault("everything", {"component": "everything", "memory_mib": ""})[run] = round(took, 2)
    everything = rows.pop("everything")
    everything["memory_mib"] = sum(row["memory_mib"] or 0 for row in rows.values())
    write("startup", facts, [*rows.values(), {head: everything[head] for head in next(iter(rows.values()))}])


if __name__ == "__main__":
    main()
