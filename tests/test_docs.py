"""The documentation is complete: what a user can meet has its place in docs/."""

from pathlib import Path
from typing import get_args

import pytest

from mingjing.rules.pack import KINDS
from mingjing.services.cli import COMMANDS
from mingjing.services.settings import PREFIX, Settings
from mingjing.streams.faults import Code

DOCS = Path(__file__).parents[1] / "docs"
SETTINGS = [PREFIX + name.upper() for name in Settings.model_fields]


@pytest.mark.parametrize("kind", KINDS)
def test_every_rule_kind_has_a_heading(kind: str) -> None:
    assert f"\n## {kind}\n" in (DOCS / "rules.md").read_text("utf-8")


@pytest.mark.parametrize("setting", SETTINGS)
def test_every_setting_is_described(setting: str) -> None:
    assert f"| `{setting}` |" in (DOCS / "operations.md").read_text("utf-8")


@pytest.mark.parametrize("setting", SETTINGS)
def test_every_setting_is_in_the_example_environment(setting: str) -> None:
    lines = (DOCS.parent / "deploy" / "env.example").read_text("utf-8").splitlines()

    assert any(line.lstrip("# ").startswith(f"{setting}=") for line in lines)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_described(command: str) -> None:
    assert f"| `mingjing {command}" in (DOCS / "operations.md").read_text("utf-8")


@pytest.mark.parametrize("code", sorted(get_args(Code)))
def test_every_reason_for_a_dead_letter_is_described(code: str) -> None:
    assert f"| `{code}` |" in (DOCS / "events.md").read_text("utf-8")
