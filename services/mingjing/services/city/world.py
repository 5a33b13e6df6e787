"""The agencies and items of the city, read as plain data from the files that describe them."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec
import yaml

from mingjing.services.city.calendar import Calendar, read_calendar
from mingjing.services.city.outage import read_outages
from mingjing.services.city.shares import (
    AFFAIRS,
    CHOSEN,
    ENFORCED,
    ENFORCERS,
    LONG,
    NIGHT,
    QUIET,
    QUIET_ROUNDS,
    REGISTERED,
    SPECIAL,
    WEIGHTS,
)

LICENSED: Final = frozenset({"licence", "registration", "confirmation", "service"})

NATIONAL_REGIONS: Final = 2
"""Of every so many agencies one numbers its cases nationally, the others by their own rule."""


class Agency(msgspec.Struct, frozen=True):
    """An agency that sends events; `delay` is how much later it may send them, `outages` when nothing leaves it."""

    code: str
    title: str
    region: str
    kind: str
    sources: tuple[str, ...]
    delay: timedelta
    outages: tuple[tuple[datetime, datetime], ...] = ()

    @property
    def source(self) -> str:
        """The system its events come from."""
        return self.sources[0]

    @property
    def national(self) -> bool:
        """Whether its cases bear national numbers."""
        return hashlib.blake2b(self.code.encode(), digest_size=1).digest()[0] % NATIONAL_REGIONS == 0

    def staff(self, number: int) -> str:
        """Return the staff number of its n-th officer."""
        return f"{self.staff_prefix}{number:03d}"

    @property
    def staff_prefix(self) -> str:
        """How the staff numbers of its officers begin."""
        return self.code[8:17]

    def case_number(self, item: "Item", day: date, number: int) -> str:
        """Return the number of its case `number`, applied for on `day`; unique in the city."""
        if self.national and item.code:
            return f"{item.code}{day:%Y%m%d}{number:04d}"
        return f"{self.source.rsplit(':', 1)[-1].upper()}{day:%Y%m%d}{number:05d}"


class Item(msgspec.Struct, frozen=True):
    """What a case may be about. Limits are in working days; 0 where there is none.

    `tacit` is `statutory` or `pilot` where silence past the statute has consequences of its own;
    `step_days` are the working days a step may take, for the steps that have a limit; `people` how many take
    part in one, and `posts` where it is done, for the steps of which that is said; at the service `centre` it
    must be taken in and handed out, where it is one of those; `from_application` where its law counts from then.
    """

    code: str
    title: str
    agency: str
    kind: str
    mode: str
    promised: int
    statutory: int
    notice_days: int
    steps: tuple[str, ...]
    suspensions: tuple[str, ...]
    mandatory: tuple[str, ...] = ()
    tacit: str = ""
    flags: frozenset[str] = frozenset()
    step_days: Mapping[str, int] = {}
    extension: int = 10
    fees: tuple[str, ...] = ()
    members: tuple[tuple[str, int], ...] = ()
    materials: tuple[str, ...] = ()
    people: Mapping[str, int] = {}
    posts: Mapping[str, str] = {}
    centre: bool = False
    from_application: bool = False

    @property
    def licensed(self) -> bool:
        """Whether the law of licences governs it; registrations and services have vouchers of their own."""
        return self.kind == "licence"

    @property
    def plot(self) -> str:
        """The plot that tells its cases."""
        if self.kind in {"complaint", "annual"}:
            return self.kind
        return "on-the-spot" if self.mode == "on-the-spot" else "licence"

    @property
    def weight(self) -> int:
        """How often it is asked for."""
        return WEIGHTS.get(self.plot, WEIGHTS.get(self.mode, 1))


NO_ITEM: Final = Item("", "", "", "", "", 0, 0, 0, (), ())
"""What a case is about that is about nothing in the catalogue."""


UNLISTED: Final = msgspec.structs.replace(NO_ITEM, code="11990100MB0000009X4000199999000")
"""What a case is about that is about something the catalogue does not list."""


class Place(NamedTuple):
    """Something an agency does: the plot that tells it, and how often it is done against the rest."""

    agency: Agency
    item: Item
    plot: str
    weight: float


class World(msgspec.Struct, frozen=True):
    """The stage: a calendar, agencies by code, and the items that cases may be about."""

    calendar: Calendar
    agencies: Mapping[str, Agency]
    items: Sequence[Item]
    types: frozenset[str]

    @property
    def places(self) -> list[Place]:
        """Everything that is done in the city."""
        places = [
            Place(self.agencies[item.agency], item, plot, weight)
            for item in self.items
            for plot, weight in {item.plot: item.weight, **_special(item)}.items()
        ]
        return places + self._affairs(AFFAIRS)

    @property
    def chosen_places(self) -> list[Place]:
        """Everything that is done in a city that keeps the rules of choice too; one agency hardly does anything."""
        busy = [place for place in self.places + self._affairs(CHOSEN) if place.agency.code != QUIET]
        at_night = [place._replace(plot="night", weight=NIGHT) for place in busy if place.plot == "on-the-spot"]
        quiet = [Place(self.agencies[QUIET], NO_ITEM, "quiet", QUIET_ROUNDS)] if QUIET in self.agencies else []
        return busy + at_night + quiet

    def _affairs(self, shares: Mapping[str, int]) -> list[Place]:
        places: list[Place] = []
        for plot, weight in shares.items():
            doers = list(self.agencies.values())[: ENFORCERS if plot in ENFORCED else None]
            about = UNLISTED if plot == "unlisted" else NO_ITEM
            places += [Place(agency, about, plot, weight / len(doers)) for agency in doers]
        return places


def read_world(agencies: Path, catalogue: Path, calendars: Path, vocabularies: Path) -> World:
    """Return the city that these files describe.

    Of the catalogue it takes what is in force on the last day of the city's
    story and has limits in working days: the plots know no others.
    """
    people = [_agency(entry) for entry in _read(agencies)["agencies"]]
    entries = [entry for path in sorted(catalogue.glob("*.yaml")) for entry in _read(path)["items"]]
    words = [_read(path)["types"] for path in sorted(vocabularies.glob("*.yaml"))]
    return World(
        read_calendar(calendars / "cn.yaml"),
        {agency.code: agency for agency in people},
        sorted(_items(entries, {agency.code for agency in people}), key=lambda item: item.code),
        frozenset(name for types in words for name in types),
    )


def _special(item: Item) -> dict[str, float]:
    roomy = item.licensed and item.promised >= LONG
    allowed = {
        "fees": item.fees,
        "joint": item.members and "joint" in item.flags,
        "hearing": roomy,
        "irregular": roomy and item.suspensions and len(item.steps) > 1,
        "renewal": item.licensed,
        "again": item.licensed,
        "seated": item.licensed and item.steps and item.agency == REGISTERED,
    }
    return {plot: SPECIAL[plot] for plot in SPECIAL if allowed[plot]}


def _items(entries: Sequence[Mapping[str, Any]], agencies: set[str]) -> Iterator[Item]:
    for entry in entries:
        if entry["agency"] not in agencies or "valid_to" in entry:
            continue
        limits = {name: str(entry.get(name, "")) for name in ("promised", "statutory")}
        if any(text and not text.endswith("wd") for text in limits.values()):
            continue
        limited = limits["statutory"] if entry["mode"] == "on-the-spot" else limits["promised"]
        if entry["kind"] not in {"complaint", "annual"} and not (entry["kind"] in LICENSED and limited):
            continue
        yield Item(
            code=entry["code"],
            title=entry["title"],
            agency=entry["agency"],
            kind=entry["kind"],
            mode=entry["mode"],
            promised=_working_days(limits["promised"]),
            statutory=_working_days(limits["statutory"]),
            notice_days=_working_days(str(entry.get("supplement", "5wd"))),
            steps=tuple(step for step in map(_step, entry["steps"]) if step not in {"受理", "决定", "送达"}),
            suspensions=tuple(entry.get("suspensions", ())),
            mandatory=tuple(each["name"] for each in entry["steps"] if "mandatory" in each and isinstance(each, dict)),
            tacit=entry.get("tacit", ""),
            flags=frozenset(entry.get("flags", ())),
            extension=_working_days(str(entry.get("extension", "10wd"))),
            fees=tuple(entry.get("fees", ())),
            members=tuple((each["agency"], _working_days(each["limit"])) for each in entry.get("members", ())),
            materials=tuple(entry.get("materials", ())),
            step_days={step["name"]: _working_days(step["limit"]) for step in entry["steps"] if "limit" in step},
            people={step["name"]: step["people"] for step in entry["steps"] if "people" in step},
            posts={step["name"]: step["post"] for step in entry["steps"] if "post" in step},
            centre=entry.get("centre", False),
            from_application=entry.get("starts") == "applied",
        )


def _agency(entry: Mapping[str, Any]) -> Agency:
    return Agency(
        entry["code"],
        entry["title"],
        str(entry["region"]),
        entry["kind"],
        tuple(entry["sources"]),
        timedelta(seconds=entry.get("delay_s", 0)),
        read_outages(entry.get("outages", ())),
    )


def _step(entry: str | Mapping[str, Any]) -> str:
    return entry if isinstance(entry, str) else str(entry["name"])


def _working_days(text: str) -> int:
    return int(text.removesuffix("wd") or 0)


def _read(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
