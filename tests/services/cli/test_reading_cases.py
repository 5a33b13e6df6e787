"""Reading cases from a command is on the trail too, and is not done without it."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from mingjing.services.audit import record
from mingjing.services.cli import main


@pytest.fixture(autouse=True)
def _without_kafka(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINGJING_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("MINGJING_KAFKA", "127.0.0.1:1")
    monkeypatch.setattr(record, "_ANSWER_S", 1)


@pytest.mark.parametrize("command", [["export", "cases.json"], ["rules", "explain", "a/1"]])
def test_without_the_trail_no_case_is_read(command: list[str], tmp_path: Path) -> None:
    refused = CliRunner().invoke(main, [str(tmp_path / each) if each == "cases.json" else each for each in command])

    assert (refused.exit_code, "须留痕的操作不予执行" in refused.output) == (1, True)
    assert not (tmp_path / "cases.json").exists()
