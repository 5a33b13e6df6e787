"""What an engine raises where a fact cannot be judged."""

from mingjing.rules.events import Fact


class EngineFault(Exception):
    """A fact could not be judged; the case and the reason are named. Never try the same fact again.

    `fact` is the one that had been held, where the clock has just reached it.
    """

    def __init__(self, case_key: str, reason: str) -> None:
        super().__init__(f"case {case_key}: {reason}")
        self.case_key = case_key
        self.reason = reason
        self.fact: Fact | None = None
