"""The documentation is complete: what a user can meet has its place in docs/."""

import re
from pathlib import Path
from typing import get_args

import pytest

from mingjing.rules.pack import KINDS
from mingjing.services.cli import COMMANDS
from mingjing.services.settings import PREFIX, Settings
from mingjing.streams.faults import Code
from mingjing.streams.topics import topics_of

DOCS = Path(__file__).parents[1] / "docs"
ARCHITECTURE = (DOCS / "architecture.md").read_text("utf-8")
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


@pytest.mark.parametrize("topic", [each.name for each in topics_of(8, ["<部门>"])])
def test_every_topic_has_its_place_in_the_architecture(topic: str) -> None:
    assert f"`{topic}`" in ARCHITECTURE


@pytest.mark.parametrize("page", sorted(path.name for path in DOCS.glob("*.md") if path.stem != "index"))
def test_every_page_is_reached_from_the_index(page: str) -> None:
    assert f"]({page})" in (DOCS / "index.md").read_text("utf-8")


def test_every_file_the_architecture_points_to_is_there() -> None:
    rooms = "rules|streams|services|tests"
    named = set(re.findall(rf"`((?:{rooms})/[\w/.-]+)`", ARCHITECTURE))
    within = {"services/": "services/mingjing/services/", "streams/": "streams/mingjing/streams/"}
    places = {
        name: [DOCS.parent / name, *(DOCS.parent / name.replace(a, b, 1) for a, b in within.items())] for name in named
    }
    places["rules/workdays"] = [DOCS.parent / "rules/mingjing/rules/workdays.py"]

    assert [name for name, where in sorted(places.items()) if not any(path.exists() for path in where)] == []
