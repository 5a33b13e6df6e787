"""Run the trial store: `python -m mingjing.services.stack.trial_store --port PORT --path FOLDER`."""

import argparse
import fcntl
import os
import sys
import time
from pathlib import Path

TIMEZONE = "Asia/Shanghai"


def main() -> None:
    """Serve what is in the folder until told to stop; refuse a folder another process serves."""
    parser = argparse.ArgumentParser(prog="trial_store", description="chDB behind ClickHouse's native protocol")
    parser.add_argument("--port", type=int, required=True, help="port on the loopback address")
    parser.add_argument("--path", type=Path, required=True, help="folder that keeps the data")
    asked = parser.parse_args()
    asked.path.mkdir(parents=True, exist_ok=True)
    with (asked.path / "owner.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit(f"另一个试用存储正在使用 {asked.path}；一个目录同时只能有一个进程。")
        os.environ["TZ"] = TIMEZONE
        time.tzset()
        # Only now: the engine takes the process's time zone when it is loaded, and never again.
        from mingjing.services.stack.trial_store.serving import serve  # noqa: PLC0415

        serve(asked.port, asked.path / "data", TIMEZONE)


if __name__ == "__main__":
    main()
