"""The documents that go with the steps taken on a card: one for each step that calls for one, under its own number."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from mingjing.rules.answering import answer_due
from mingjing.rules.card_life import Entry
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.workflow_steps import BY_VERB
from mingjing.services.api.desk.documents import Paper, PaperKind
from mingjing.services.documents.from_card import blanks_of, sentences_of
from mingjing.services.documents.letter import Letter, chinese_date
from mingjing.services.documents.template import Template
from mingjing.services.registry import DocumentNumbers

NO_DEADLINE = "规定期限"
"""What a document says of the time to answer in where no rule in force sets one."""


class Papers:
    """Writes letters as this office does, by the law at work; `titles` are those of the agencies by their codes."""

    def __init__(
        self,
        templates: Mapping[str, Template],
        numbers: DocumentNumbers,
        law: Callable[[], Rulebook],
        *,
        issuer: str,
        titles: Mapping[str, str],
        zone: ZoneInfo,
    ) -> None:
        self._templates = templates
        self._numbers = numbers
        self._law = law
        self._issuer = issuer
        self._titles = titles
        self._zone = zone

    def letter(
        self,
        history: Sequence[Mapping[str, Any]],
        entries: Sequence[Mapping[str, Any]],
        kind: str,
        step: str | None,
        *,
        now_ms: int,
    ) -> Letter | None:
        """Return the document of a kind for a step, the latest that calls for one where `step` is None.

        None if there is no such step. `history` are the states of the card, oldest first:
        a document says what was found when its step was taken. The same step has the same
        number and the date of the step, however often it is asked for.
        """
        taken = [
            entry for entry in _read(entries) if kind_of(entry, history[-1]) == kind and step in (None, entry.action_id)
        ]
        if not taken:
            return None
        entry = taken[-1]
        card = _as_of(history, entry)
        day = self._day(entry.at)
        blanks = blanks_of(
            card,
            issuer=self._issuer,
            agency=self._titles.get(card["agency"], card["agency"] or "有关部门"),
            zone=self._zone,
            verb=entry.verb,
            fields=entry.fields,
        )
        due = answer_due(self._law(), card, entry.at)
        blanks["feedback_due"] = NO_DEADLINE if due is None else chinese_date(self._day(due))
        n = self._numbers.of(self._issuer, kind, day.year, entry.action_id, now_ms=now_ms)
        return self._templates[kind].write(blanks, sentences_of(card), n=n, day=day)

    def _day(self, at: int) -> date:
        return datetime.fromtimestamp(at // 1_000_000, UTC).astimezone(self._zone).date()


def papers_of(card: Mapping[str, Any], entries: Sequence[Mapping[str, Any]]) -> list[Paper]:
    """Return every document there is for a card, in the order in which they came to be called for."""
    return [
        Paper(
            kind=msgspec.convert(kind, PaperKind), step=entry.action_id, verb=entry.verb, round=entry.round, at=entry.at
        )
        for entry in _read(entries)
        if (kind := kind_of(entry, card)) is not None
    ]


def kind_of(entry: Entry, card: Mapping[str, Any]) -> str | None:
    """Return the kind of document that goes with a line of a card's life.

    A card drawn or confirmed is notified; where it was only a warning then, its agency is reminded.
    """
    of_round = "notice" if entry.stage == "drawn" else None
    kind = of_round if entry.verb == "draw" else BY_VERB[entry.verb].document
    return "reminder" if kind == "notice" and (entry.level or card["level"]) == "warning" else kind


def _as_of(history: Sequence[Mapping[str, Any]], entry: Entry) -> Mapping[str, Any]:
    """Return the latest state of a card at the level that it had when a step was taken."""
    return next((state for state in reversed(history) if state["level"] == entry.level), history[-1])


def _read(entries: Sequence[Mapping[str, Any]]) -> list[Entry]:
    return msgspec.convert(list(entries), list[Entry])
