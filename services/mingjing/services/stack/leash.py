"""Become a program that the kernel kills when the process which started it dies.

Run as a file: `python leash.py PARENT COMMAND…`. It puts itself on the leash and
becomes COMMAND by exec, so no process is added. The parent is the *thread* that
started it: that thread must outlive the program. Where the kernel has no such
leash (not Linux), COMMAND runs without one.
"""

import ctypes
import os
import signal
import sys

_SET_PARENT_DEATH_SIGNAL = 1


def main(parent: int, command: list[str]) -> None:
    """Replace this process by `command`, leashed to `parent`; never returns."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
        if os.getppid() != parent:  # it died before the leash was on
            sys.exit(1)
    try:
        os.execvp(command[0], command)  # noqa: S606  # no shell is wanted
    except OSError as exc:
        sys.exit(f"{command[0]}: {exc.strerror}")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
