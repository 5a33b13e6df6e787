"""What rules across cases hear of one case: of what happened in it, and of the cards drawn on it."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from mingjing.services.city.message import Planted
from mingjing.services.city.oracle.reading import Happening
from mingjing.services.city.oracle.terms import Found
from mingjing.services.city.words import Word, card_order

UNSEEN: Final = re.compile(
    "ACT-0(2|2-HP|5)|CMP-06|DLV-02|EXT-03|FEE-05|INS-0[13]|INT-0[1235]|INT-02-DQ|JNT-05|NTC-09|PER-03(-GW)?|PER-04(-JC)?|PUN-02-QX"
    "|PUN-04|REJ-04|SEQ-02|SEQ-(08-QX|11)|SUS-0[24]|SUS-02-SD|SUS-04-(LJ|ZC)|TL-13(-SD)?"
)
"""Rules whose cards nobody sees before an inspector has confirmed them."""


def of_card(case: Sequence[Happening], finding: Planted, found: Found) -> Iterator[Word]:
    """Yield what is heard of a card drawn on the case."""
    of = found.of
    occurrence = f"{of.source}|{of.id}" if isinstance(of, Happening) else str(of or "-")
    agency = found.agency or str(case[0].says("agency"))
    officer, post = (_last_named(case, name, found) for name in ("officer", "post"))
    yield from _said(finding, agency, officer, post, card_order(finding.case_key, finding.rule, occurrence))


def card_said(finding: Planted, by: Word) -> Iterator[Word]:
    """Yield what is heard of a card drawn on many cases, the last of which said `by`."""
    return _said(finding, by.agency, by.officer, None, card_order(finding.case_key, finding.rule, by.order))


def of_happening(case: Sequence[Happening], happening: Happening) -> Iterator[Word]:
    """Yield what is heard of something that happened in the case."""
    agency, order = str(case[0].says("agency")), f"{happening.source}|{happening.id}"
    for rule, key, value in _heard(happening, agency):
        leads = happening.type == "case.returned"
        yield Word(rule, key, happening.at, order, agency, value=value, leads=leads)


def _heard(happening: Happening, agency: str) -> Iterator[tuple[str, tuple[str, ...], str | None]]:
    """Yield the rules that hear of a happening: under which key, and what of it must differ."""
    match happening.type:
        case "insp.checked_in":
            enterprise, matter = str(happening.says("enterprise")), str(happening.says("matter"))
            if happening.says("mode") != "spot":
                yield "INS-03", (agency, enterprise), None
            if happening.says("mode") != "joint":
                yield "INS-04", (enterprise, matter), agency
        case "case.applied" | "case.returned" if applicant := happening.says("enterprise"):
            yield "REJ-04", (applicant, str(happening.says("item"))), None
        case "assess.graded" if happening.says("grade") == "fail":
            yield "ACT-05", (agency,), None
        case "eval.rated" if device := happening.says("device"):
            yield "SAT-04", (device,), None
        case "case.decided" if officer := happening.says("officer"):
            yield "INT-05", (officer,), None
        case "cmp.received" if complainant := happening.says("enterprise"):
            yield "CMP-07", (complainant, str(happening.says("category"))), None


def _said(finding: Planted, agency: str, officer: str | None, post: str | None, order: str) -> Iterator[Word]:
    if UNSEEN.fullmatch(finding.rule):
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
