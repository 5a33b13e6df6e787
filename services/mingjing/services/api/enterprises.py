"""What is told of enterprises and monitoring points, with instants as an inspector reads them."""

import re
from collections.abc import Mapping
from zoneinfo import ZoneInfo

import msgspec

from mingjing.services.ledger.enterprise import (
    CODE_BEGINS,
    EnterpriseAgency,
    EnterpriseCounts,
    EnterpriseFigures,
    EnterpriseFilter,
    Order,
)
from mingjing.services.ledger.instants import written


class EnterpriseEntry(EnterpriseFigures, frozen=True, kw_only=True):
    """An enterprise, and what is counted of it in the cases that name it.

    `inspectors` counts the agencies that inspected it. `reflections` is what it brought
    forward as a monitoring point (监测点): of that, `answered` within three days, `unanswered`
    not within them; the rest may still be answered in time. `title` is the name of a
    monitoring point on the roll of the installation, None for every other enterprise.
    """

    title: str | None
    first_at: str | None
    last_at: str | None


class EnterpriseList(msgspec.Struct):
    """Enterprises in the order asked for."""

    items: list[EnterpriseEntry]
    next_cursor: str | None


class InspectingAgency(msgspec.Struct, kw_only=True):
    """What one agency has had to do with an enterprise."""

    agency: str
    cases: int
    inspections: int
    penalties: int
    last_at: str | None


class EnterpriseDocument(msgspec.Struct):
    """One enterprise, and which agencies dealt with it, who inspected it most first."""

    enterprise: EnterpriseEntry
    agencies: list[InspectingAgency]


def wanted_by(
    text: str | None, points: Mapping[str, str], *, monitoring: bool, order: Order
) -> EnterpriseFilter | None:
    """Return what `text`, the beginning of a code or a part of a name, asks for; None where nothing can be it.

    Events tell codes only: names are those of the monitoring points on the roll, `points`.
    """
    if text is None:
        return EnterpriseFilter(monitoring=monitoring, order=order)
    sought = text.strip()
    begins = sought.upper() if re.fullmatch(CODE_BEGINS, sought.upper()) else None
    named = tuple(code for code, name in points.items() if sought.casefold() in name.casefold()) if sought else ()
    if begins is None and not named:
        return None
    return EnterpriseFilter(text=begins, codes=named, monitoring=monitoring, order=order)


def entry_of(counts: EnterpriseCounts, points: Mapping[str, str], zone: ZoneInfo) -> EnterpriseEntry:
    """Return an enterprise as the API tells of it; `points` names the monitoring points."""
    more = {name: value for name, value in msgspec.structs.asdict(counts).items() if not name.endswith("_ms")}
    return EnterpriseEntry(
        **more,
        title=points.get(counts.enterprise),
        first_at=written(counts.first_ms, zone),
        last_at=written(counts.last_ms, zone),
    )


def inspecting(found: EnterpriseAgency, zone: ZoneInfo) -> InspectingAgency:
    """Return an agency as the API tells what it had to do with an enterprise."""
    return InspectingAgency(
        agency=found.agency,
        cases=found.cases,
        inspections=found.inspections,
        penalties=found.penalties,
        last_at=written(found.last_ms, zone),
    )
