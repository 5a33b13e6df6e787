"""What the commands of whoever runs the machines share: the registry at hand, and the trail before anything is done."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from mingjing.services.audit.entry import Entry
from mingjing.services.audit.record import TrailAway, record
from mingjing.services.auth.gate import Gate, wall_clock_ms
from mingjing.services.auth.people import PasswordRefused
from mingjing.services.registry import RegistryError, open_registry
from mingjing.services.settings import Settings, SettingsRefused, read_settings


def on_the_trail(settings: Settings, action: str, thing: str, **detail: Any) -> None:
    """Have it on the trail that whoever runs this machine did it; TrailAway when Kafka does not acknowledge it."""
    entry = Entry(
        at_ms=wall_clock_ms(),
        actor=f"operator:{getpass.getuser()}",
        role="operator",
        action=action,
        object=thing,
        detail=detail,
    )
    record(settings, entry)


@contextmanager
def opened() -> Iterator[tuple[Settings, Gate]]:
    """Yield the settings and the gate of this installation; whatever is refused ends the command with its reason."""
    try:
        settings = read_settings()
        registry = open_registry(settings)
        try:
            registry.database.ready()
            yield settings, Gate(settings, registry)
        finally:
            registry.database.close()
    except (SettingsRefused, RegistryError, PasswordRefused, TrailAway) as exc:
        raise click.ClickException(str(exc)) from exc
