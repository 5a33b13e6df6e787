from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mingjing.services.audit import record
from mingjing.services.cli import main
from mingjing.services.registry import Registry, open_registry
from mingjing.services.settings import read_settings

PASSWORD = "Water-over-stone-7"  # noqa: S105  # of an account that ends with its test


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Registry:
    """The registry of an installation whose Kafka is away."""
    monkeypatch.setenv("MINGJING_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("MINGJING_KAFKA", "127.0.0.1:1")
    monkeypatch.setattr(record, "_ANSWER_S", 1)
    registry = open_registry(read_settings())
    registry.database.migrate()
    return registry


def mingjing(*arguments: str, told: str = f"{PASSWORD}\n") -> Result:
    return CliRunner().invoke(main, ["account", *arguments], input=told)


def add(name: str = "zhou", *more: str, role: str = "system_admin", told: str = f"{PASSWORD}\n") -> Result:
    return mingjing("add", name, "--title", "周管理", "--role", role, "--password-stdin", *more, told=told)


def test_the_first_account_is_made_before_anything_runs(registry: Registry) -> None:
    assert add().exit_code == 0
    assert [(each.name, each.must_change) for each in registry.accounts.all()] == [("zhou", True)]


def test_every_later_one_needs_the_trail(registry: Registry) -> None:
    add()
    refused = add("li")

    assert (refused.exit_code, "不予执行" in refused.output) == (1, True)
    assert [each.name for each in registry.accounts.all()] == ["zhou"]


@pytest.mark.usefixtures("registry")
@pytest.mark.parametrize(
    ("name", "more", "role", "told", "said"),
    [
        ("Zhou", (), "system_admin", f"{PASSWORD}\n", "小写字母开头"),
        ("wang", (), "clerk", f"{PASSWORD}\n", "所属部门"),
        ("zhou", (), "system_admin", "short\n", "10 至 128"),
    ],
)
def test_what_cannot_be_is_told(name: str, more: tuple[str, ...], role: str, told: str, said: str) -> None:
    refused = add(name, *more, role=role, told=told)

    assert (refused.exit_code, said in refused.output) == (1, True)


@pytest.mark.usefixtures("registry")
def test_accounts_are_listed_with_their_state() -> None:
    add()

    assert "须换口令" in mingjing("list").output


@pytest.mark.usefixtures("registry")
def test_an_unknown_name_leads_to_the_list() -> None:
    refused = mingjing("disable", "nobody")

    assert (refused.exit_code, "mingjing account list" in refused.output) == (1, True)


def test_a_registry_without_tables_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINGJING_DATA_DIR", str(tmp_path))

    assert "mingjing migrate" in mingjing("list").output
