import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from mingjing.services.stack.program import Program
from mingjing.services.stack.refusal import ProgramFailed

WORKS = """
    import pathlib, signal
    pathlib.Path("ready").touch()
    signal.pause()
"""


def program(folder: Path, code: str, **options: object) -> Program:
    """Return a Python program that runs in `folder` and is ready when the file `ready` is there."""
    text = f"import os; os.chdir({str(folder)!r})\n" + dedent(code)
    command = [sys.executable, "-u", "-c", text]
    return Program(
        "child",
        command,
        log=folder / "child.log",
        ready=(folder / "ready").exists,
        **options,  # type: ignore[arg-type]
    )


def wait_gone(pid: int) -> None:
    """Wait until the process has ended; at most as long as a test may take."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        select.select([handle], [], [])
    finally:
        os.close(handle)


def test_it_is_ready_when_its_probe_answers_and_gone_when_the_block_ends(tmp_path: Path) -> None:
    with program(tmp_path, WORKS) as child:
        pid = child.pid
        assert pid is not None
        assert child.wait_ready() > 0
    wait_gone(pid)
    assert child.pid is None


def test_it_is_asked_to_stop_before_it_is_made_to(tmp_path: Path) -> None:
    polite = """
        import pathlib, signal, sys
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(print("goodbye")))
        pathlib.Path("ready").touch()
        signal.pause()
    """
    with program(tmp_path, polite):
        pass
    assert (tmp_path / "child.log").read_text() == "goodbye\n"


def test_one_that_will_not_stop_is_killed(tmp_path: Path) -> None:
    stubborn = """
        import pathlib, signal
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        pathlib.Path("ready").touch()
        while True: signal.pause()
    """
    with program(tmp_path, stubborn, stop_within=0.2) as child:
        pid = child.pid
    assert pid is not None
    wait_gone(pid)


def test_what_a_child_leaves_in_its_group_is_swept_away(tmp_path: Path) -> None:
    parent = """
        import pathlib, subprocess, signal
        other = subprocess.Popen(["sleep", "1000"])
        pathlib.Path("other").write_text(str(other.pid))
        pathlib.Path("ready").touch()
        signal.pause()
    """
    with program(tmp_path, parent):
        other = int((tmp_path / "other").read_text())
    wait_gone(other)


def test_nothing_outlives_us_even_if_we_are_killed(tmp_path: Path) -> None:
    us = f"""
import pathlib, signal, sys
from mingjing.services.stack.program import Program
child = Program("child", ["sleep", "1000"], log=pathlib.Path({str(tmp_path / "child.log")!r}), ready=lambda: True)
child.start()
child.wait_ready()
print(child.pid, flush=True)
signal.pause()
"""
    with subprocess.Popen([sys.executable, "-c", us], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        child = int(process.stdout.readline())
        process.kill()
    wait_gone(child)


def test_one_that_restarts_is_ready_again_after_a_crash(tmp_path: Path) -> None:
    told: list[str] = []
    with program(tmp_path, WORKS, restarts=True, notice=told.append) as child:
        before = child.pid
        child.kill()
        child.wait_ready()
        assert child.starts == 2
        assert child.pid not in {before, None}
    assert len(told) == 1
    assert "SIGKILL" in told[0]


@pytest.mark.parametrize(("steady_s", "when"), [(-1.0, "立即重新启动"), (1e9, "0.5 秒后重新启动")])
def test_one_that_had_been_steady_is_started_again_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steady_s: float, when: str
) -> None:
    monkeypatch.setattr("mingjing.services.stack.program._STEADY_S", steady_s)
    told: list[str] = []
    with program(tmp_path, WORKS, restarts=True, notice=told.append) as child:
        child.kill()
        child.wait_ready()

    assert when in told[0]


def test_one_that_does_not_restart_has_failed_after_a_crash(tmp_path: Path) -> None:
    with program(tmp_path, WORKS) as child:
        child.kill()
        with pytest.raises(ProgramFailed, match="SIGKILL"):
            child.wait_ready()


def test_a_failed_one_can_be_started_again(tmp_path: Path) -> None:
    with program(tmp_path, WORKS) as child:
        child.kill()
        with pytest.raises(ProgramFailed):
            child.wait_ready()
        child.stop()
        child.start()
        child.wait_ready()
        assert child.failure is None


def test_one_that_ends_before_it_is_ready_says_why(tmp_path: Path) -> None:
    refused = program(tmp_path, "raise SystemExit('no such host')", restarts=True)
    with pytest.raises(ProgramFailed, match=r"退出码 1[\s\S]*no such host"):
        refused.__enter__()
    assert refused.starts == 1


def test_one_that_cannot_be_executed_says_so(tmp_path: Path) -> None:
    absent = Program("absent", [str(tmp_path / "absent")], log=tmp_path / "absent.log", ready=lambda: False)
    with pytest.raises(ProgramFailed, match="absent: No such file"):
        absent.__enter__()


def test_one_whose_log_cannot_be_written_any_more_fails_and_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    child = program(folder, WORKS, restarts=True)
    with child:
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()
        child.kill()
        with pytest.raises(ProgramFailed, match=r"无法启动.*child\.log"):
            child.wait_ready()


def test_one_that_is_never_ready_is_given_up(tmp_path: Path) -> None:
    silent = program(tmp_path, "import signal; print('still here'); signal.pause()", ready_within=0.5)
    with pytest.raises(ProgramFailed, match=r"0\.5 秒内没有就绪"):
        silent.__enter__()


def test_the_log_of_the_run_before_is_kept(tmp_path: Path) -> None:
    for word in ("first", "second"):
        (tmp_path / "ready").unlink(missing_ok=True)
        with program(tmp_path, f"print({word!r})\n" + dedent(WORKS)):
            pass
    assert (tmp_path / "child.log").read_text() == "second\n"
    assert (tmp_path / "child.log.1").read_text() == "first\n"


def test_its_lines_are_echoed(tmp_path: Path) -> None:
    lines: list[str] = []
    with program(tmp_path, "print('明镜高悬')\n" + dedent(WORKS), echo=lines.append):
        _spin(lambda: bool(lines))
    assert lines == ["明镜高悬"]


def test_starting_a_running_one_is_an_error(tmp_path: Path) -> None:
    with program(tmp_path, WORKS) as child, pytest.raises(RuntimeError, match="is running"):
        child.start()


def test_stopping_twice_or_before_the_start_does_nothing(tmp_path: Path) -> None:
    child = program(tmp_path, WORKS)
    child.stop()
    with child:
        pass
    child.stop()


def _spin(condition: Callable[[], bool]) -> None:
    while not condition():
        signal.sigtimedwait([signal.SIGUSR2], 0.01)
