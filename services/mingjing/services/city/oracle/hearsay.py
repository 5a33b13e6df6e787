"""What rules across cases hear of one case: of what happened in it, and of the cards drawn on it."""

from collections.abc import Iterator, Sequence
from typing import Final

from mingjing.services.city.message import Planted
from mingjing.services.city.oracle.reading import Happening
from mingjing.services.city.oracle.terms import Found
from mingjing.services.city.words import Word, card_order

UNSEEN: Final = frozenset(
    "ACT-02 ACT-02-HP CMP-06 DLV-02 EXT-03 FEE-05 INS-01 INS-03 INT-02 INT-03 INT-05 JNT-05 NTC-09 PER-03 PER-04 "
    "PER-04-JC PUN-02-QX PUN-04 REJ-04 SEQ-02 SEQ-08-QX SUS-02 SUS-04 SUS-04-ZC TL-13 TL-13-SD".split()
)
"""Rules whose cards nobody sees before an inspector has confirmed them."""


def of_card(case: Sequence[Happening], finding: Planted, found: Found) -> Iterator[Word]:
    """Yield what is heard of a card drawn on the case."""
    occurrence = f"{found.of.source}|{found.of.id}" if isinstance(found.of, Happening) else found.of or "-"
    agency = found.agency or str(case[0].says("agency"))
    officer, post = (_last_named(case, name, found) for name in ("officer", "post"))
    yield from _said(finding, agency, officer, post, card_order(finding.case_key, finding.rule, occurrence))


def card_said(finding: Planted, by: Word) -> Iterator[Word]:
    """Yield what is heard of a card drawn on many cases, the last of which said `by`."""
    return _said(finding, by.agency, by.officer, None, card_order(finding.case_key, finding.rule, by.order))


def of_happening(case: Sequence[Happening], happening: Happening) -> Iterator[Word]:
    """Yield what is heard of something that happened in the case."""
    if happening.type not in HEARD:
        return
    for rule, key in HEARD[happening.type]:
        values = [_value(case, happening, name) for name in key]
        if None not in values:
            yield Word(
                rule,
                tuple(value for value in values if value is not None),
                happening.at,
                f"{happening.source}|{happening.id}",
                str(case[0].says("agency")),
            )


HEARD: Final[dict[str, list[tuple[str, tuple[str, ...]]]]] = {}


def _value(case: Sequence[Happening], happening: Happening, name: str) -> str | None:
    return happening.says(name) or case[0].says(name)


def _said(finding: Planted, agency: str, officer: str | None, post: str | None, order: str) -> Iterator[Word]:
    if finding.rule in UNSEEN:
        return
    about: dict[str, tuple[str | None, ...]] = {
        "ACT-02": (agency, officer) if finding.level == "yellow" else (None,),
        "ACT-02-HP": (agency,) if finding.level == "red" else (None,),
        "TL-06-YD": (agency, post) if finding.rule == "TL-06" else (None,),
        "JNT-04": (agency,) if finding.rule == "JNT-02" else (None,),
    }
    for rule, names in about.items():
        key = tuple(name for name in names if name)
        if len(key) == len(names):
            yield Word(rule, key, finding.violated_at, order, agency, officer)


def _last_named(case: Sequence[Happening], name: str, found: Found) -> str | None:
    named = [each.event[name] for each in case if each.at <= found.at and each.event.get(name)]
    return str(named[-1]) if named else None
