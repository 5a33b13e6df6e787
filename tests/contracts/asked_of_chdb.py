"""Ask chDB, under a configuration of its own: a process keeps one engine, and that engine one configuration.

usage: python asked_of_chdb.py DATA CONFIG < a statement a line, as JSON > its rows a line, or {"refused": why}
"""

import json
import sys

import chdb


def main() -> None:
    data, config = sys.argv[1:]
    engine = chdb.connect(f"{data}?config-file={config}")
    for line in sys.stdin:
        try:
            rows = engine.query(json.loads(line), "JSONCompact").bytes()
            answer = json.loads(rows)["data"] if rows else []
        except chdb.ChdbError as exc:
            answer = {"refused": str(exc)}
        sys.stdout.write(json.dumps(answer) + "\n")


main()
