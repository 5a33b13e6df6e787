"""docs/rulebook.md knows every subcommand, every option and every key of a mapping that the tools know."""

from pathlib import Path

import click
import pytest

from mingjing.services.cli.replay import replay
from mingjing.services.cli.rules import rules
from mingjing.services.log_mapping import KEYS
from mingjing.services.rulebook_files import shipped

PAGE = (Path(__file__).parents[1] / "docs" / "rulebook.md").read_text("utf-8")
COMMANDS: dict[str, click.Command] = {f"rules {name}": command for name, command in rules.commands.items()} | {
    "replay": replay
}
OPTIONS = sorted(
    {
        option
        for command in COMMANDS.values()
        for parameter in command.params
        for option in parameter.opts
        if option.startswith("--") and option != "--verbose"
    }
)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_described(command: str) -> None:
    assert f"`mingjing {command}" in PAGE


@pytest.mark.parametrize("option", OPTIONS)
def test_every_option_is_described(option: str) -> None:
    assert f"`{option}" in PAGE


@pytest.mark.parametrize("key", KEYS)
def test_every_key_of_a_mapping_is_described(key: str) -> None:
    assert f"`{key}`" in PAGE


@pytest.mark.parametrize("profile", sorted(path.stem for path in shipped("profiles").glob("*.yaml")))
def test_every_shipped_profile_is_described(profile: str) -> None:
    assert f"| `{profile}` " in PAGE
