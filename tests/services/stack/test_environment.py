import os
from pathlib import Path

import pytest

from mingjing.services.settings import Settings, read_settings
from mingjing.services.stack.environment import environment


def test_a_child_reads_the_very_settings_of_its_parent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    parent = Settings(
        kafka="127.0.0.1:29092",
        data_dir=tmp_path,
        packs=[tmp_path / "许可.yaml"],
        partitions=4,
        clock="event-time",
        profile='口令 with = and "quotes"',
    )
    for name, value in environment(parent).items():
        monkeypatch.setenv(name, value)
    assert read_settings() == parent


def test_settings_of_the_parent_s_own_environment_do_not_leak(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINGJING_PROFILE", "hunan")
    settings = Settings(profile="hunan").model_copy(update={"profile": None})
    assert "MINGJING_PROFILE" not in environment(settings)
    assert environment(settings)["PATH"] == os.environ["PATH"]
