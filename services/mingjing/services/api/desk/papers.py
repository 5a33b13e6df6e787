"""The documents that go with the steps taken on a card."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from mingjing.rules.card_life import Entry
from mingjing.rules.workdays import Workdays
from mingjing.rules.workflow_steps import BY_VERB
from mingjing.services.documents.from_card import blanks_of, sentences_of
from mingjing.services.documents.letter import Letter, chinese_date
from mingjing.services.documents.template import Template
from mingjing.services.registry import DocumentNumbers

FEEDBACK_DAYS = 5
"""Working days to answer a card in, as ACT-01 counts them."""


class Papers:
    """Writes letters as this office does; `titles` are those of the agencies by their codes."""

    def __init__(
        self,
        templates: Mapping[str, Template],
        numbers: DocumentNumbers,
        *,
        issuer: str,
        titles: Mapping[str, str],
        zone: ZoneInfo,
        workdays: Workdays,
    ) -> None:
        self._templates = templates
        self._numbers = numbers
        self._issuer = issuer
        self._titles = titles
        self._zone = zone
        self._workdays = workdays

    def letter(
        self, card: Mapping[str, Any], entries: Sequence[Mapping[str, Any]], kind: str, *, now_ms: int
    ) -> Letter | None:
        """Return the document of a kind for the latest step that calls for one; None if none was taken.

        The same step has the same number and the date of the step, however often it is asked for.
        """
        steps = [entry for entry in msgspec.convert(list(entries), list[Entry]) if kind_of(entry, card) == kind]
        if not steps:
            return None
        step = steps[-1]
        day = datetime.fromtimestamp(step.at / 1e6, UTC).astimezone(self._zone).date()
        blanks = blanks_of(
            card,
            issuer=self._issuer,
            agency=self._titles.get(card["agency"], card["agency"] or "有关部门"),
            zone=self._zone,
            verb=step.verb,
            fields=step.fields,
        )
        blanks["feedback_due"] = chinese_date(self._feedback_due(day))
        n = self._numbers.of(self._issuer, kind, day.year, step.action_id, now_ms=now_ms)
        return self._templates[kind].write(blanks, sentences_of(card), n=n, day=day)

    def _feedback_due(self, day: date) -> date:
        return self._workdays.nth_after(day, FEEDBACK_DAYS)


def kinds_of(card: Mapping[str, Any], entries: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the kinds of documents there are for a card, in the order in which they came to be called for."""
    found = (kind_of(entry, card) for entry in msgspec.convert(list(entries), list[Entry]))
    return list(dict.fromkeys(kind for kind in found if kind is not None))


def kind_of(entry: Entry, card: Mapping[str, Any]) -> str | None:
    """Return the kind of document that goes with a line of a card's life.

    A card drawn without anybody's word is served as well: a notice, or a reminder
    where it is only a warning.
    """
    if entry.verb == "draw":
        if entry.stage != "drawn":
            return None
        return "reminder" if card["level"] == "warning" else "notice"
    return BY_VERB[entry.verb].document
