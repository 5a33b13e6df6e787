"""Facts packed close: what the facts of a case share is written once.

Source, type, item, agency, region and people repeat from event to event, ids begin
alike, and instants lie near each other. A row is
`[id, type, who, at, stamp, data, recorded_at, sequence, case_data, corrects]`, cut after the
last value that is not the usual one.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from mingjing.rules.events import Fact

WHO = ("source", "item", "agency", "region", "officer", "post", "step")
SECOND = 1_000_000
FIXED = 5
"""Values that every row has."""

USUAL: tuple[Any, ...] = ({}, 0, 0, {}, None)
"""No data, written down when it reached us, no sequence, nothing of the case, no correction."""


class PackedFacts(msgspec.Struct, array_like=True, gc=False):
    """Facts in their order; `unit` is the step of their instants in microseconds, counted from `begin`.

    `words` holds each text once, and `who` each combination of WHO once, as places in `words` (0 = none).
    """

    begin: int
    unit: int
    prefix: str
    words: list[str]
    who: list[list[int]]
    rows: list[list[Any]]


NO_FACTS = PackedFacts(0, 1, "", [], [], [])


def pack_facts(facts: Sequence[Fact]) -> PackedFacts:
    """Return the facts as `unpack_facts` gives them back."""
    if not facts:
        return NO_FACTS
    begin = facts[0].at
    instants = [value - begin for fact in facts for value in _instants(fact)]
    unit = SECOND if not any(value % SECOND for value in instants) else 1
    prefix = _shared([fact.id for fact in facts])
    words: dict[str | None, int] = {None: 0}
    who: dict[tuple[int, ...], int] = {}
    rows: list[list[Any]] = []
    for fact in facts:
        named = tuple(
            words.setdefault(word, len(words))
            for word in (
                fact.source,
                fact.item,
                fact.agency,
                fact.region,
                fact.officer,
                fact.post,
                fact.step,
            )
        )
        recorded = None if fact.recorded_at is None else (fact.recorded_at - fact.stamp) // unit
        row = [
            fact.id[len(prefix) :],
            words.setdefault(fact.type, len(words)),
            who.setdefault(named, len(who)),
            (fact.at - begin) // unit,
            (fact.stamp - fact.at) // unit,
            fact.data,
            recorded,
            fact.sequence,
            fact.case_data,
            fact.corrects,
        ]
        while len(row) > FIXED and row[-1] == USUAL[len(row) - FIXED - 1]:
            row.pop()
        rows.append(row)
    del words[None]
    return PackedFacts(begin, unit, prefix, list(words), [list(each) for each in who], rows)  # type: ignore[arg-type]  # None is out


def unpack_facts(packed: PackedFacts) -> list[Fact]:
    """Return the facts that were packed."""
    return list(_unpacked(packed))


def _instants(fact: Fact) -> tuple[int, ...]:
    return (fact.at, fact.stamp) if fact.recorded_at is None else (fact.at, fact.stamp, fact.recorded_at)


def _shared(ids: Sequence[str]) -> str:
    """Return what all ids begin with; of a single one nothing."""
    least, most = min(ids), max(ids)
    if len(ids) == 1:
        return ""
    return least[: next((place for place, sign in enumerate(least) if most[place : place + 1] != sign), len(least))]


def _unpacked(packed: PackedFacts) -> Iterable[Fact]:
    begin, unit, prefix = packed.begin, packed.unit, packed.prefix
    words: list[str | None] = [None, *packed.words]
    who = [[words[place] for place in each] for each in packed.who]
    for row in packed.rows:
        rest = (*row[FIXED:], *USUAL[len(row) - FIXED :])
        data, recorded, sequence, case_data, corrects = rest
        source, item, agency, region, officer, post, step = who[row[2]]
        at = begin + row[3] * unit
        stamp = at + row[4] * unit
        yield Fact(
            id=prefix + row[0],
            source=source or "",
            type=words[row[1]] or "",
            at=at,
            stamp=stamp,
            sequence=sequence,
            recorded_at=None if recorded is None else stamp + recorded * unit,
            corrects=corrects,
            item=item,
            agency=agency,
            region=region,
            officer=officer,
            post=post,
            step=step,
            data=data,
            case_data=case_data,
        )
