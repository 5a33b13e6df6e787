"""What was last said of a case: its cards, and what subjects of rules across cases were told."""

import msgspec

from mingjing.rules.card import Issue, Level, Status

LaidTo = tuple[str | None, str | None, str | None, str | None, str | None, str | None]
"""The item, agency, region, officer, post and step that a card is laid to."""


class Issued(msgspec.Struct, array_like=True):
    """What was last said of one card: enough to tell whether there is something new to say."""

    level: Level
    status: Status
    digest: str
    revision: int
    issued_at: int
    violated_at: int
    laid_to: LaidTo = (None, None, None, None, None, None)
    due_at: int | None = None
    issue: Issue = "auto"
    version: int = 0
    """The number of the version of the rule that found it, as `Rule.version` takes it."""

    @property
    def finding(self) -> tuple[Level, Status, Issue, int, int | None]:
        """What of it people decide on: level, status, how it is issued, since when and due when (microseconds)."""
        return self.level, self.status, self.issue, self.violated_at, self.due_at


class Told(msgspec.Struct, array_like=True, frozen=True):
    """What subjects of rules across cases were told of one fact or card: how many words, and where its tally stands.

    `subjects` maps the case key of a subject to the hash of what it was told.
    """

    source: str
    id: str
    words: int
    subjects: dict[str, str]

    @property
    def name(self) -> str:
        """What the fact or card goes by in its case."""
        return f"{self.source}|{self.id}"
