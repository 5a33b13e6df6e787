"""A gate on a registry of the test's own, whose clock stands until it is told."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mingjing.services.auth.gate import Gate
from mingjing.services.registry import Account, Database, Registry
from mingjing.services.settings import read_settings

PASSWORD = "Water-over-stone-7"  # noqa: S105  # of an account that ends with its test


class Instant:
    """Milliseconds since 1970."""

    def __init__(self) -> None:
        self.ms = 1_790_000_000_000

    def __call__(self) -> int:
        return self.ms

    def pass_minutes(self, minutes: float) -> None:
        self.ms += int(minutes * 60_000)


@pytest.fixture
def instant() -> Instant:
    return Instant()


@pytest.fixture
def gate(tmp_path: Path, instant: Instant) -> Iterator[Gate]:
    registry = Registry(Database(f"sqlite:///{tmp_path / 'registry.sqlite'}"))
    registry.database.migrate()
    yield Gate(read_settings(), registry, instant)
    registry.database.close()


@pytest.fixture
def password() -> str:
    """The password of `li`."""
    return PASSWORD


@pytest.fixture
def li(gate: Gate) -> Account:
    """An inspector who has chosen their password."""
    gate.people.add(Account(name="li", title="李监察", role="inspector"), PASSWORD, gate.now_ms())
    return gate.registry.accounts.change("li", must_change=False)
