import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mingjing.services.audit.entry import Entry
from mingjing.services.cli import main, stewardship
from mingjing.services.registry import Registry, open_registry
from mingjing.services.settings import Settings, read_settings


@pytest.fixture
def trail(monkeypatch: pytest.MonkeyPatch) -> list[Entry]:
    """What Kafka has acknowledged."""
    entries: list[Entry] = []

    def recorded(_: Settings, entry: Entry) -> None:
        entries.append(entry)

    monkeypatch.setattr(stewardship, "record", recorded)
    return entries


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Registry:
    monkeypatch.setenv("MINGJING_DATA_DIR", str(tmp_path))
    registry = open_registry(read_settings())
    registry.database.migrate()
    return registry


def mingjing(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["key", *arguments])


def issued() -> str:
    said = mingjing("add", "--title", "对账程序", "--role", "clerk", "--agency", "A", "--days", "90").output
    return re.findall(r"mk_[0-9a-f]{16}", said)[0]


def test_a_key_is_issued_listed_rotated_and_revoked_each_on_the_trail(registry: Registry, trail: list[Entry]) -> None:
    old = issued()
    listed = mingjing("list").output
    rotated = mingjing("rotate", old, "--overlap-hours", "2")
    new = re.findall(r"mk_[0-9a-f]{16}", rotated.output)[0]
    revoked = mingjing("revoke", new)

    assert ("对账程序" in listed, rotated.exit_code, revoked.exit_code) == (True, 0, 0)
    assert [each.action for each in trail] == ["key.issued", "key.rotated", "key.revoked"]
    held = {each.id: each for each in registry.keys.all()}
    assert (held[new].replaces, held[new].revoked_ms is not None, held[old].expires_ms is not None) == (old, True, True)


@pytest.mark.usefixtures("registry", "trail")
def test_a_key_that_is_closed_is_neither_rotated_nor_revoked() -> None:
    key = issued()
    mingjing("revoke", key)

    assert [mingjing(what, key).exit_code for what in ("rotate", "revoke")] == [1, 1]


def test_without_the_trail_no_key_is_issued(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINGJING_KAFKA", "127.0.0.1:1")
    monkeypatch.setattr("mingjing.services.audit.record._ANSWER_S", 1)

    assert mingjing("add", "--title", "对账程序", "--role", "auditor").exit_code == 1
    assert registry.keys.all() == []
