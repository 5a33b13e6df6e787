"""What a person sees while the stack comes up: each component waiting, then ready, with its time."""

import time
from types import TracebackType
from typing import Protocol, Self

from rich.console import Console
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text


class Board(Protocol):
    """Where the stack tells how far it is."""

    def waiting(self, title: str) -> None:
        """A component has been started."""

    def ready(self, title: str, seconds: float) -> None:
        """It works, after so many seconds."""

    def say(self, sentence: str) -> None:
        """Something a person should know."""


class Silence:
    """A board that shows nothing, for programs and tests."""

    def waiting(self, title: str) -> None:
        """Show nothing."""

    def ready(self, title: str, seconds: float) -> None:
        """Show nothing."""

    def say(self, sentence: str) -> None:
        """Show nothing."""


class TerminalBoard:
    """A live table in a terminal; one line per component where there is none, as in a log.

    Use as a context manager around the start; sentences may be said after it too.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._waiting: dict[str, float] = {}
        self._done: dict[str, float] = {}
        self._spinner = Spinner("dots")
        self._live = Live(console=console, get_renderable=self._table, refresh_per_second=8)

    def waiting(self, title: str) -> None:
        """Add the component to the table, its clock running; again changes nothing."""
        self._waiting.setdefault(title, time.monotonic())

    def ready(self, title: str, seconds: float) -> None:
        """Tick the component off."""
        self._waiting.pop(title, None)
        self._done[title] = seconds
        if not self._console.is_terminal:
            self.say(f"✓ {title} 就绪,{seconds:.1f} 秒")

    def say(self, sentence: str) -> None:
        """Print the sentence above the table."""
        self._console.print(Text(sentence), soft_wrap=True)

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def _table(self) -> Table:
        table = Table.grid(padding=(0, 2))
        for title, seconds in self._done.items():
            table.add_row(Text("✓", style="green"), title, f"{seconds:.1f} 秒")
        for title, since in self._waiting.items():
            table.add_row(self._spinner, title, Text(f"{time.monotonic() - since:.0f} 秒…", style="dim"))
        return table
