"""Whose name in the subject of a card says who came forward, and what the supervised are told of such a card.

A rule across cases that counts by a `confided` field is judged on subjects that are named by its values,
and its explanation tells them (信访工作条例 第三十条: 不得将检举、控告材料透露给被检举、控告的人员或者单位).
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple, Self, cast

from mingjing.rules.rulebook import Rulebook
from mingjing.rules.subject import subject_key
from mingjing.rules.tally import Teller
from mingjing.rules.vocabulary import Vocabulary
from mingjing.services.auth.caller import Caller

WITHHELD = "***"
"""What stands for a value that is not told."""


class Confided(NamedTuple):
    """How the case keys of such subjects begin, and the paths whose values are not told; none where all may be.

    Where a card leaves by a notice, its route says whether those who get it may be told (`Route.confided`).
    """

    subjects: tuple[str, ...] = ()
    paths: frozenset[str] = frozenset()

    @classmethod
    def of(cls, rulebook: Rulebook) -> Self:
        """Return what the rules in force count by a confided field."""
        by = [(rule.id, _confided(cast("Teller", rule.judge).by, rule.vocabulary)) for rule in rulebook.across]
        return cls(
            tuple(subject_key(rule, ("",)) for rule, paths in by if paths),
            frozenset[str]().union(*(paths for _, paths in by)),
        )

    def names(self, case_key: str) -> bool:
        """Whether a case key is one that is not told."""
        return case_key.startswith(self.subjects)

    def withheld(self, card: dict[str, Any]) -> dict[str, Any]:
        """Return a record of a card as it is told: the subject by its rule alone, the explanation without values."""
        if not self.names(card["case_key"]):
            return card
        told = {**card, "case_key": subject_key(card["case_key"].split("/")[1], (WITHHELD,))}
        if "explain" in card:
            explain = card["explain"]
            pairs = zip(explain.get("by", ()), explain.get("key", ()), strict=False)
            told["explain"] = _without(explain, [value for path, value in pairs if path in self.paths])
        return told


Keeping = Callable[[], Confided]
"""Returns what is kept back by the law at work."""

NOTHING: Final = Confided()


def told_all() -> Confided:
    """Return that nothing is kept from the reader."""
    return NOTHING


def kept_from(reader: Caller, confided: Keeping) -> Keeping:
    """Return what of the `confided` the reader is not told: none of it by who may look enterprises up."""
    return told_all if reader.may("enterprise.read") else confided


def _confided(paths: tuple[str, ...], vocabulary: Vocabulary) -> frozenset[str]:
    fields = [declared.fields for declared in vocabulary.types.values()]
    return frozenset(
        path for path in paths if any(each.get(path.partition(".")[2], {}).get("confided") for each in fields)
    )


def _without(said: Any, values: list[str]) -> Any:
    """Return what is said with the values struck out, wherever they stand in it."""
    if isinstance(said, str):
        for value in values:
            said = said.replace(value, WITHHELD)
        return said
    if isinstance(said, dict):
        return {name: _without(each, values) for name, each in said.items()}
    return [_without(each, values) for each in said] if isinstance(said, list) else said
