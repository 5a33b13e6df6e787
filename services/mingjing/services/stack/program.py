"""A child process that is started, watched, restarted and never left behind.

Each program has one thread, which starts the child, asks its readiness probe
until it answers, and waits for it to end. The child has a process group of its
own, so that Ctrl-C in a terminal reaches only us and we stop things in order; it
is leashed to us (see `leash`), so that nothing survives even our being killed.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from mingjing.services.stack import leash
from mingjing.services.stack.refusal import ProgramFailed

_PROBE_EVERY_S = 0.05
_FOLLOW_EVERY_S = 0.2
_LAST_LINES = 12

# A program that had been ready for a while is started again at once: nobody else does
# its work. One that does not stay is, after a pause that is doubled up to the longest.
_FIRST_PAUSE_S, _LONGEST_PAUSE_S, _STEADY_S = 0.5, 30.0, 5.0


def _silent(_: str) -> None:
    """Tell nobody."""


class Program:
    """One supervised child process.

    `ready` is asked again and again until it returns True; it may block for a
    second or two but must not raise. Output goes to the file `log`, started
    afresh by `start` (the one before is kept with the suffix `.1`) and also, line
    by line, to `echo`. With `restarts`, a child that ends unasked after it had
    been ready once is started again, with a growing pause if it does not stay, and
    `notice` is told; without, or before, its end is a failure.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        log: Path,
        ready: Callable[[], bool],
        title: str | None = None,
        env: Mapping[str, str] | None = None,
        ready_within: float = 120.0,
        stop_within: float = 15.0,
        restarts: bool = False,
        notice: Callable[[str], None] = _silent,
        echo: Callable[[str], None] | None = None,
    ) -> None:
        self.name = name
        self.title = title or name
        self.command = list(command)
        self.log = log
        self.starts = 0
        self.failure: ProgramFailed | None = None
        self._probe = ready
        self._env = dict(env) if env is not None else None
        self._ready_within = ready_within
        self._stop_within = stop_within
        self._restarts = restarts
        self._notice = notice
        self._echo = echo
        self._child: subprocess.Popen[bytes] | None = None
        self._thread: threading.Thread | None = None
        self._ready_s = 0.0
        self._settled = threading.Event()  # ready or failed
        self._stopping = threading.Event()

    @property
    def pid(self) -> int | None:
        """The child's process id; None when it is not running."""
        child = self._child
        return child.pid if child is not None and child.poll() is None else None

    def start(self) -> None:
        """Start the child and return at once; starting a running program is an error."""
        if self._thread is not None and self._thread.is_alive():
            raise RuntimeError(f"{self.name} is running")
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists():
            self.log.replace(self.log.with_name(self.log.name + ".1"))
        self.log.touch()
        self.failure = None
        self._settled.clear()
        self._stopping.clear()
        self._thread = threading.Thread(target=self._supervise, name=f"program-{self.name}", daemon=True)
        self._thread.start()
        if self._echo is not None:
            threading.Thread(target=self._follow, args=(self._echo,), name=f"log-{self.name}", daemon=True).start()

    def wait_ready(self) -> float:
        """Wait until the child is ready and return the seconds from its start; raise ProgramFailed if it is not."""
        self._settled.wait()
        if self.failure is not None:
            raise self.failure
        return self._ready_s

    def stop(self) -> None:
        """End the child: SIGTERM, a bounded wait, SIGKILL to whatever is left of its group. Idempotent."""
        self._stopping.set()
        thread = self._thread
        if thread is None:
            return
        self._signal(signal.SIGTERM)
        thread.join(self._stop_within)
        if thread.is_alive():
            self.kill()
            thread.join()

    def kill(self) -> None:
        """Kill the child as a crash would; the supervision then does what it does after a crash."""
        if self.pid is not None:
            self._settled.clear()
            self._signal(signal.SIGKILL)

    def __enter__(self) -> Self:
        self.start()
        try:
            self.wait_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _supervise(self) -> None:
        pause = 0.0
        been_ready = False
        while not self._stopping.is_set():
            began = time.monotonic()
            try:
                child = self._spawn()
            except OSError as exc:
                self._fail(f"无法启动:{exc}")
                return
            in_time = self._await_ready(child, began)
            been_ready = been_ready or self._settled.is_set()
            ready_at = time.monotonic()
            code = child.wait()
            _sweep(child.pid)
            if self._stopping.is_set():
                break
            self._settled.clear()
            how = _ending(code) if in_time else f"在 {self._ready_within:g} 秒内没有就绪"
            if not (self._restarts and been_ready):
                self._fail(how)
                return
            steady = in_time and time.monotonic() - ready_at > _STEADY_S
            pause = 0.0 if steady else min(max(_FIRST_PAUSE_S, 2 * pause), _LONGEST_PAUSE_S)
            self._notice(f"{self.title} {how},{f'{pause:g} 秒后' if pause else '立即'}重新启动；日志:{self.log}")
            self._stopping.wait(pause)
        if not self._settled.is_set():
            self._fail("在就绪之前被停止")

    def _spawn(self) -> subprocess.Popen[bytes]:
        self.starts += 1
        with self.log.open("ab") as log:
            self._child = subprocess.Popen(
                [sys.executable, "-I", "-S", leash.__file__, str(os.getpid()), *self.command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self._env,
                process_group=0,
            )
        if self._stopping.is_set():  # asked while it was being started: nobody else will tell it
            self._child.terminate()
        return self._child

    def _await_ready(self, child: subprocess.Popen[bytes], began: float) -> bool:
        """Ask the probe until it answers or the child ends; kill a child that takes too long and return False."""
        while child.poll() is None and not self._stopping.is_set():
            if self._probe():
                self._ready_s = time.monotonic() - began
                self._settled.set()
                return True
            if time.monotonic() - began > self._ready_within:
                self._signal(signal.SIGKILL)
                return False
            self._stopping.wait(_PROBE_EVERY_S)
        return True

    def _fail(self, how: str) -> None:
        self.failure = ProgramFailed(f"{self.title}{how}。日志 {self.log} 的末尾:\n{self._tail()}")
        self._settled.set()

    def _tail(self) -> str:
        try:
            lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError as exc:
            lines = [str(exc)]
        return "\n".join(f"    {line}" for line in lines[-_LAST_LINES:]) or "    (空)"

    def _follow(self, echo: Callable[[str], None]) -> None:
        with self.log.open(encoding="utf-8", errors="replace") as lines:
            line = ""
            while not self._stopping.wait(_FOLLOW_EVERY_S):
                while part := lines.readline():
                    line += part
                    if line.endswith("\n"):
                        echo(line.rstrip("\n"))
                        line = ""

    def _signal(self, number: signal.Signals) -> None:
        child = self._child
        if child is not None:
            child.send_signal(number)  # does nothing to a child already waited for


def _sweep(group: int) -> None:
    """Kill what a child that has ended left in its process group."""
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return


def _ending(code: int) -> str:
    if code < 0:
        return f"被信号 {signal.Signals(-code).name} 终止"
    return f"意外退出(退出码 {code})"
