"""The examples that agencies start from, run as they stand against a gateway that listens."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest

EXAMPLES = Path(__file__).parents[4] / "docs" / "examples"
KEY = "key-of-the-market-bureau"
GOOD = {
    "specversion": "1.0",
    "id": "e-1",
    "source": "urn:yunzhou:scjg",
    "type": "case.accepted",
    "subject": "X1",
    "time": "2026-03-06T10:00:00+08:00",
}
NAIVE = GOOD | {"id": "e-2", "time": "2026-03-06T10:00:00"}


@pytest.fixture(params=["python", "java", "curl"])
def command(request: pytest.FixtureRequest, tmp_path: Path) -> list[str]:
    """The example, ready to be run."""
    if request.param == "python":
        return [sys.executable, str(EXAMPLES / "report.py")]
    if request.param == "curl":
        return ["sh", str(EXAMPLES / "report.sh")]
    javac = shutil.which("javac") or pytest.fail("javac is missing: apt-get install openjdk-17-jdk-headless")
    subprocess.run([javac, "-Werror", "-Xlint:all", "-d", tmp_path, EXAMPLES / "Report.java"], check=True)
    return ["java", "-cp", str(tmp_path), "Report"]


def report(
    command: list[str], gateway: str, folder: Path, *events: dict[str, Any], key: str = KEY
) -> subprocess.CompletedProcess[str]:
    (folder / "agency.key").write_text(f"{key}\n", encoding="utf-8")
    (folder / "events.jsonl").write_bytes(b"\n".join(map(orjson.dumps, events)))
    arguments = [gateway, str(folder / "agency.key"), str(folder / "events.jsonl")]
    return subprocess.run([*command, *arguments], capture_output=True, text=True, check=False, timeout=120)


def test_an_example_hands_in_events_and_tells_the_receipt(
    command: list[str], gateway: str, outbox: Any, tmp_path: Path
) -> None:
    told = report(command, gateway, tmp_path, GOOD)

    assert told.returncode == 0, told.stdout + told.stderr
    assert [orjson.loads(each.value)["id"] for each in outbox.sent] == ["e-1"]


def test_an_example_tells_what_was_refused_and_why(command: list[str], gateway: str, tmp_path: Path) -> None:
    told = report(command, gateway, tmp_path, GOOD, NAIVE)

    assert "没有时区" in told.stdout, told.stderr
    assert told.returncode == 1


def test_an_example_tells_why_nothing_was_taken(command: list[str], gateway: str, tmp_path: Path) -> None:
    told = report(command, gateway, tmp_path, GOOD, key="somebody else's")

    assert told.returncode == 1
    assert "密钥无效" in told.stdout + told.stderr
    assert "Traceback" not in told.stderr


def test_an_example_without_its_arguments_tells_them(command: list[str]) -> None:
    told = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)

    assert told.returncode != 0
    assert "events.jsonl" in (told.stdout + told.stderr).lower()
