"""What was last said of a card, as the ledger has it, for a case that comes back and knows nothing of it."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from mingjing.rules.card import Issue, Level, Status
from mingjing.rules.events import micros
from mingjing.rules.issued import Issued
from mingjing.rules.rule import Rule


class LastWord(msgspec.Struct, frozen=True, kw_only=True):
    """The record of a card with the greatest `ver`, as much of it as its case must know. Instants are RFC 3339 text."""

    rule: str
    occurrence: str
    level: Level
    status: Status
    issue: Issue = "auto"
    digest: str
    revision: int
    ver: tuple[int, int, int]
    issued_at: str
    violated_at: str
    due_at: str | None = None
    item: str | None = None
    agency: str | None = None
    region: str | None = None
    officer: str | None = None
    post: str | None = None
    step: str | None = None
    versions: dict[str, str] = {}

    def issued(self, rule: Rule | None) -> Issued:
        """Return it as its case keeps it; `rule` is the one that it is of, None where that is no longer in force."""
        return Issued(
            level=self.level,
            status=self.status,
            digest=self.digest,
            revision=self.revision,
            issued_at=_micros(self.issued_at),
            violated_at=_micros(self.violated_at),
            laid_to=(self.item, self.agency, self.region, self.officer, self.post, self.step),
            due_at=None if self.due_at is None else _micros(self.due_at),
            issue=self.issue,
            version=0 if rule is None else self._version(rule),
        )

    def _version(self, rule: Rule) -> int:
        """Return the number of the version that found it, that of the newest where none bears its name."""
        name = self.versions.get("pack")
        numbers = [n for n, each in enumerate(rule.versions) if f"{each.pack}@{each.pack_version}" == name]
        return numbers[0] if numbers else max(0, len(rule.versions) - 1)


_decode = msgspec.json.Decoder(LastWord).decode


def last_words(records: Sequence[bytes]) -> list[LastWord]:
    """Return the last word on every card of one case among records of `cards`, in whatever order they come."""
    found: dict[tuple[str, str], LastWord] = {}
    for record in records:
        word = _decode(record)
        name = (word.rule, word.occurrence)
        if name not in found or found[name].ver < word.ver:
            found[name] = word
    return list(found.values())


def _micros(text: str) -> int:
    return micros(datetime.fromisoformat(text))
