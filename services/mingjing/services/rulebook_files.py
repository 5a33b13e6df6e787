"""Reading rulebooks from files: the shipped ones, or those an installation names."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import mingjing.rules
from mingjing.rules.calendar import Calendar
from mingjing.rules.calendar_text import parse_calendars, parse_days_off
from mingjing.rules.catalogue import Catalogue, ItemVersion, parse_catalogue
from mingjing.rules.pack import Pack, parse_pack
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.vocabulary import Vocabulary, parse_vocabulary
from mingjing.rules.yaml_page import Fault, PackRefused
from mingjing.services.settings import Settings


def shipped(room: str) -> Path:
    """Return the folder of shipped `packs`, `catalogue`, `calendars`, `vocabularies` or `profiles`."""
    package = Path(mingjing.rules.__file__).parent
    installed = package / room
    return installed if installed.is_dir() else package.parents[1] / room


def load_rulebook(
    packs: Sequence[Path] | None = None,
    catalogue: Path | None = None,
    calendars: Path | None = None,
    delays: Mapping[str, int] | None = None,
) -> Rulebook:
    """Return the rulebook that the files make; None stands for what is shipped.

    `catalogue` is a folder or a file; `calendars` a folder of YAML or one CSV of days off.
    Raises PackRefused with every fault of every file
    and FileNotFoundError naming a path that is not there.
    """
    vocabularies = load_vocabularies()
    faults: list[Fault] = []
    read: list[Pack] = []
    for path in packs if packs is not None else _files(shipped("packs")):
        try:
            read.append(parse_pack(path.read_text("utf-8"), path.name, vocabularies))
        except PackRefused as exc:
            faults += exc.faults
    items: list[ItemVersion] = []
    named: list[str] = []
    for path in _files(catalogue or shipped("catalogue")):
        try:
            found, version = parse_catalogue(path.read_text("utf-8"), path.name)
            items += found
            named.append(version)
        except PackRefused as exc:
            faults += exc.faults
    if faults:
        raise PackRefused(faults)
    return Rulebook(read, load_calendar(calendars), Catalogue(items, "+".join(named)), delays)


def rulebook_of(settings: Settings) -> Rulebook:
    """Return the rulebook that the settings name; errors as `load_rulebook`."""
    return load_rulebook(settings.packs, settings.catalogue, settings.calendars)


def load_vocabularies() -> dict[str, Vocabulary]:
    """Return the shipped vocabularies by name."""
    found = (parse_vocabulary(path.read_text("utf-8"), path.name) for path in _files(shipped("vocabularies")))
    return {each.name: each for each in found}


def load_calendar(path: Path | None = None) -> Calendar:
    """Return the calendar of a folder, a YAML file or a CSV of days off; None = the shipped one."""
    path = path or shipped("calendars")
    if path.suffix == ".csv":
        return parse_days_off(path.read_text("utf-8"), path.name)
    return parse_calendars({each.name: each.read_text("utf-8") for each in _files(path)})


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise FileNotFoundError(f"{path} is neither a file nor a folder")
    return sorted(path.glob("*.yaml"))
