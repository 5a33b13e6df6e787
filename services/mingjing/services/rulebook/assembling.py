"""From files of law to a rulebook: whatever they were read from, and whichever version of each is in force."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from mingjing.rules.calendar import Calendar
from mingjing.rules.calendar_text import parse_calendars
from mingjing.rules.catalogue import Catalogue, ItemVersion, parse_catalogue
from mingjing.rules.ladder_check import falling
from mingjing.rules.pack import Pack, parse_pack
from mingjing.rules.profile import parse_profile
from mingjing.rules.publication import ROOMS, Room
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.tables import Table, parse_table
from mingjing.rules.view import NO_OUTAGES, Outages
from mingjing.rules.vocabulary import Vocabulary, parse_vocabulary
from mingjing.rules.yaml_page import Fault, PackRefused

KEPT = 1024
"""Files kept as they were read: an unchanged pack must be the same pack in every version of the law."""


class LawFile(NamedTuple):
    """One file of law: what it is, and what it is called in faults."""

    room: Room
    id: str
    name: str
    text: str


def law_file(room: Room, name: str, text: str) -> LawFile:
    """Return a text as a file of law; where it does not say what it is called, it is called as the file is.

    So are overlays, which only say what they are laid over.
    """
    called = re.search(rf"^{room}:\s*[\"']?([^\s\"'#]+)", text, re.MULTILINE) if room != "overlay" else None
    return LawFile(room, called[1] if called else name.partition(".")[0], name, text)


def assemble(
    files: Iterable[LawFile],
    *,
    delays: Mapping[str, int] | None = None,
    outages: Outages = NO_OUTAGES,
    calendar: Calendar | None = None,
    elsewhere: Callable[[], Collection[str]] = frozenset,
) -> Rulebook:
    """Return the rulebook that the files make; the last of several profiles applies.

    `calendar` stands in for those among the files; `elsewhere` names rules that a profile may speak of though
    no pack here has them. Raises PackRefused with every fault of every file.
    """
    rooms: dict[Room, list[LawFile]] = {room: [] for room in ROOMS}
    for file in files:
        rooms[file.room].append(file)
    faults: list[Fault] = []
    tables = _tables(rooms["table"], faults)
    packs = [pack for file in rooms["pack"] if (pack := _pack(file, rooms["vocabulary"], tables, faults)) is not None]
    items: list[ItemVersion] = []
    named: list[str] = []
    for file in rooms["catalogue"]:
        try:
            found, version = _catalogue(file.text, file.name)
        except PackRefused as exc:
            faults += exc.faults
        else:
            items += found
            named.append(version)
    faults += falling([rule for pack in packs for rule in pack.rules], items)
    if faults:
        raise PackRefused(faults)
    laid = ""
    for file in rooms["profile"][-1:]:
        over = parse_profile(file.text, file.name, packs, elsewhere())
        packs, laid = list(over.packs), str(over)
    if calendar is None:
        days = (*rooms["calendar"], *rooms["overlay"])
        calendar = _calendar(tuple(sorted((file.name, file.text) for file in days)))
    return Rulebook(packs, calendar, Catalogue(items, "+".join(named)), delays, laid, outages)


def _pack(
    file: LawFile, vocabularies: Iterable[LawFile], tables: Mapping[str, LawFile], faults: list[Fault]
) -> Pack | None:
    """Return a pack by what it reads alone: as long as none of that changes, it is the same pack."""
    named = re.search(r"^vocabulary:\s*[\"']?([^\s\"'#]+)", file.text, re.MULTILINE)
    known = list(vocabularies) if named and named[1] != "open" else []
    words = [each for each in known if named and each.id == named[1]] or known
    read = tuple(each for name, each in tables.items() if re.search(rf"\b{re.escape(name)}\b", file.text))
    try:
        return _read_pack(file, tuple(words), read)
    except PackRefused as exc:
        faults += exc.faults
        return None


def _tables(files: Iterable[LawFile], faults: list[Fault]) -> dict[str, LawFile]:
    found: dict[str, LawFile] = {}
    for file in files:
        try:
            name = _table(file.text, file.name).name
        except PackRefused as exc:
            faults += exc.faults
            continue
        if name in found:
            faults.append(Fault(file.name, 1, 1, f"table {name!r} is in another file already"))
        found[name] = file
    return found


@lru_cache(KEPT)
def _read_pack(file: LawFile, words: tuple[LawFile, ...], tables: tuple[LawFile, ...]) -> Pack:
    vocabularies = {each.id: _vocabulary(each.text, each.name) for each in words}
    known = [_table(each.text, each.name) for each in tables]
    return parse_pack(file.text, file.name, vocabularies, {each.name: each for each in known})


@lru_cache(KEPT)
def _table(text: str, name: str) -> Table:
    return parse_table(text, name)


@lru_cache(KEPT)
def _vocabulary(text: str, name: str) -> Vocabulary:
    return parse_vocabulary(text, name)


@lru_cache(KEPT)
def _catalogue(text: str, name: str) -> tuple[list[ItemVersion], str]:
    return parse_catalogue(text, name)


@lru_cache(KEPT)
def _calendar(files: tuple[tuple[str, str], ...]) -> Calendar:
    return parse_calendars(dict(files))
