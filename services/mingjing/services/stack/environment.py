"""What child processes find in their environment: our settings, word for word."""

import json
import os
from pathlib import Path

from mingjing.services.settings import PREFIX, Settings


def inherited() -> dict[str, str]:
    """Return this process's environment without settings of ours, and with output that is not held back."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return {**kept, "PYTHONUNBUFFERED": "1"}


def environment(settings: Settings) -> dict[str, str]:
    """Return the environment in which a child reads exactly `settings`, from whatever folder it runs in."""
    ours = {
        PREFIX + name.upper(): _spelt(value)
        for name in type(settings).model_fields
        if (value := getattr(settings, name)) is not None
    }
    return {**inherited(), **ours}


def _spelt(value: object) -> str:
    if isinstance(value, Path):
        return str(value.absolute())
    if isinstance(value, list):
        return json.dumps([_spelt(each) for each in value], ensure_ascii=False)
    return str(value)
