"""Outages announced: an agency says beforehand when its systems will be down, and its silence then is excused.

What is announced lies on the topic `rulebook`, and is known to every worker before
it begins, as law is. It moves no deadline that passed before it began: so whoever hears
of it, and when, what was judged by then stands.
"""

from collections.abc import Iterable

import msgspec

from mingjing.rules.events import instant
from mingjing.rules.publication import LEAST_NOTICE, OUTAGE, Publication, PublicationRefused, digest_of
from mingjing.rules.view import Outages
from mingjing.rules.zone import DAY

MOST = 30 * DAY
"""An outage that lasts longer is no outage: who does not report for a month is asked why."""
FURTHEST = 366 * DAY
MOST_WORDS = 200


class Outage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The systems of `agency` are down [begins, ends], in microseconds, and `why`."""

    agency: str
    begins: int
    ends: int
    why: str


def announcement(outage: Outage, *, now: int, by: str) -> Publication:
    """Return the record that announces an outage.

    Raises PublicationRefused, in words for whoever announces it, for one that began or
    begins within the notice, that ends before it begins, is too long or too far away, or says no reason.
    """
    _refuse(outage)
    if outage.begins - now < LEAST_NOTICE:
        raise PublicationRefused("停机须预先声明，至少提前 10 分钟；已经开始的不能补声明，请在牌上说明或申诉")
    if outage.begins - now > FURTHEST:
        raise PublicationRefused("至多提前一年声明；请临近时再声明")
    text = msgspec.json.encode(outage).decode()
    begins = instant(outage.begins).strftime("%Y%m%dT%H%M%S.%fZ")
    return Publication(
        room=OUTAGE,
        id=f"{outage.agency}@{begins}",
        version="1",
        text=text,
        digest=digest_of(text),
        in_force=outage.begins,
        published=now,
        by=by,
    )


def outage_in(record: Publication) -> Outage:
    """Return the outage that a record announces; PublicationRefused where it announces none."""
    try:
        found = msgspec.json.decode(record.text, type=Outage)
    except msgspec.MsgspecError as exc:
        raise PublicationRefused(f"{record.key} announces no outage: {exc}") from exc
    _refuse(found)
    if found.begins != record.in_force:
        raise PublicationRefused(f"{record.key} is in force when its outage does not begin")
    return found


def announced(records: Iterable[Publication]) -> Outages:
    """Return by agency when its systems will be, are or were down, in order."""
    found: dict[str, list[tuple[int, int]]] = {}
    for record in records:
        if record.room == OUTAGE:
            outage = outage_in(record)
            found.setdefault(outage.agency, []).append((outage.begins, outage.ends))
    return {agency: tuple(sorted(stretches)) for agency, stretches in found.items()}


def together(some: Outages, others: Outages) -> Outages:
    """Return the outages of both, in order."""
    return {
        agency: tuple(sorted({*some.get(agency, ()), *others.get(agency, ())})) for agency in sorted({*some, *others})
    }


def _refuse(outage: Outage) -> None:
    if outage.ends <= outage.begins:
        raise PublicationRefused("停机的结束须晚于开始")
    if outage.ends - outage.begins > MOST:
        raise PublicationRefused("一次停机至多 30 天；更长的请与监察机关商定")
    if not outage.why.strip() or len(outage.why) > MOST_WORDS:
        raise PublicationRefused(f"请写明停机的缘由，至多 {MOST_WORDS} 字")
