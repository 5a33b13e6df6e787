"""The plan of fetching as its file has it now: a source that is added, changed or left out needs no restart.

What an environment variable holds is as it was when the process began; a `url_file` is read anew.
"""

from pathlib import Path

import structlog

from mingjing.rules.yaml_page import PackRefused
from mingjing.services.agencies_following import Register
from mingjing.services.exchange.plan import Source, read_plan

_log = structlog.get_logger(__name__)


class FollowedPlan:
    """The sources of a plan, read against the agencies there are now."""

    def __init__(self, path: Path, register: Register) -> None:
        self._path = path
        self._register = register
        self._told = ""
        self._text = path.read_text("utf-8")
        self.sources = self._read()

    def news(self) -> list[Source] | None:
        """Look at plan and register; return all sources where either is another than it was, else None.

        What cannot be read, or is not sound, changes nothing, and is told once.
        """
        renewed = self._register.look()
        try:
            text = self._path.read_text("utf-8")
            if text == self._text and not renewed:
                return None
            self._text = text
            self.sources = self._read()
        except (OSError, UnicodeDecodeError, PackRefused) as exc:
            if str(exc) != self._told:
                _log.error("plan_unread", file=str(self._path), reason=str(exc))
            self._told = str(exc)
            return None
        return self.sources

    def _read(self) -> list[Source]:
        return read_plan(self._text, self._path.name, self._register.agencies)
