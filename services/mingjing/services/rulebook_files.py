"""Reading rulebooks from files: the shipped ones, or those an installation names."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import mingjing.rules
from mingjing.rules.calendar import Calendar
from mingjing.rules.calendar_text import is_overlay, parse_calendars, parse_days_off
from mingjing.rules.catalogue import parse_catalogue
from mingjing.rules.pack import Pack, parse_pack
from mingjing.rules.profile import Profile, parse_profile
from mingjing.rules.publication import Room
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.tables import Table, parse_table
from mingjing.rules.view import NO_OUTAGES, Outages
from mingjing.rules.vocabulary import Vocabulary, parse_vocabulary
from mingjing.rules.yaml_page import Fault, PackRefused, nearest
from mingjing.services.rulebook.assembling import LawFile, assemble, law_file
from mingjing.services.settings import Settings

REACH = (1900, 2100)
"""Years that a list of days off is taken to cover where a finished log is judged: one holds slips of the pen and plans,
and a clock that began in 1948 is past whatever days were off then."""


def shipped(room: str) -> Path:
    """Return the folder of shipped `packs`, `catalogue`, `calendars`, `vocabularies`, `tables` or `profiles`."""
    package = Path(mingjing.rules.__file__).parent
    installed = package / room
    return installed if installed.is_dir() else package.parents[1] / room


def every_pack() -> list[Path]:
    """Return the files of all packs that ship: those in force as they come, then those of choice (`packs/optional`)."""
    room = shipped("packs")
    return [*_files(room), *_files(room / "optional")]


def load_rulebook(
    packs: Sequence[Path] | None = None,
    catalogue: Path | None = None,
    calendars: Path | None = None,
    delays: Mapping[str, int] | None = None,
    profile: str | None = None,
    tables: Path | None = None,
    vocabularies: Path | None = None,
    outages: Outages = NO_OUTAGES,
    *,
    reaching: bool = False,
) -> Rulebook:
    """Return the rulebook that the files make; None stands for what is shipped, or for no profile.

    `catalogue`, `tables` and `vocabularies` are each a folder or a file; `calendars` a folder of YAML or one
    CSV of days off, which `reaching` lets say provisionally what it can of the years that it does not list; `profile`
    the name of a shipped profile or a file. Raises PackRefused with every fault of every file and FileNotFoundError
    naming a path that is not there.
    """
    files = _law_files(packs, catalogue, profile, tables, vocabularies)
    calendar = load_calendar(calendars)
    if reaching and calendars is not None and calendars.suffix == ".csv":
        calendar = calendar.reaching(*REACH)
    return assemble(files, delays=delays, outages=outages, calendar=calendar, elsewhere=every_rule)


def law_files(settings: Settings) -> list[LawFile]:
    """Return every file of law that the settings name, but a CSV of days off; errors as `load_rulebook`."""
    files = _law_files(settings.packs, settings.catalogue, settings.profile, settings.tables, None)
    if days_off(settings) is not None:
        return files
    for path in _files(settings.calendars or shipped("calendars")):
        text = path.read_text("utf-8")
        files.append(law_file("overlay" if is_overlay(text, path.name) else "calendar", path.name, text))
    return files


def days_off(settings: Settings) -> Calendar | None:
    """Return the calendar of a CSV of days off, where the settings name one."""
    path = settings.calendars
    return load_calendar(path) if path is not None and path.suffix == ".csv" else None


def every_rule() -> frozenset[str]:
    """Return the ids of all rules that ship, in whichever packs."""
    return frozenset(rule.id for pack in shipped_packs() for rule in pack.rules)


def _law_files(
    packs: Sequence[Path] | None,
    catalogue: Path | None,
    profile: str | None,
    tables: Path | None,
    vocabularies: Path | None,
) -> list[LawFile]:
    rooms: dict[Room, Sequence[Path]] = {
        "pack": packs if packs is not None else _files(shipped("packs")),
        "catalogue": _files(catalogue or shipped("catalogue")),
        "table": _files(tables or shipped("tables")),
        "vocabulary": _files(vocabularies or shipped("vocabularies")),
        "profile": [_profile_path(profile)] if profile is not None else [],
    }
    return [law_file(room, path.name, path.read_text("utf-8")) for room, paths in rooms.items() for path in paths]


def rulebook_of(settings: Settings, delays: Mapping[str, int] | None = None, outages: Outages = NO_OUTAGES) -> Rulebook:
    """Return the rulebook that the settings name; errors as `load_rulebook`."""
    return load_rulebook(
        settings.packs,
        settings.catalogue,
        settings.calendars,
        delays,
        settings.profile,
        settings.tables,
        outages=outages,
    )


def items_listed(settings: Settings) -> frozenset[str]:
    """Return the codes of every item in the catalogue that the settings name; errors as `load_rulebook`."""
    files = [(path.read_text("utf-8"), path.name) for path in _files(settings.catalogue or shipped("catalogue"))]
    return frozenset(item.code for file in files for item in parse_catalogue(*file)[0])


def version_files(path: Path) -> list[Path]:
    """Return the files of one version of the law, as `load_version` takes it, that lie at `path`."""
    return [path] if path.is_file() else sorted(path.rglob("*.yaml"))


def load_version(path: Path) -> Rulebook:
    """Return the rulebook that one version of the law makes: a pack file, a folder of packs, or a folder of rooms.

    A room (`packs`, `catalogue`, `calendars`, `tables`, `vocabularies`) that the folder lacks is the shipped one;
    `profiles` holds the one that applies, and without it none does. Errors as `load_rulebook`.
    """
    if path.is_file():
        return load_rulebook([path])
    rooms = {
        room: path / room
        for room in ("packs", "catalogue", "calendars", "tables", "vocabularies", "profiles")
        if (path / room).is_dir()
    }
    packs = _files(rooms["packs"]) if "packs" in rooms else None if rooms else _files(path)
    profiles = _files(rooms["profiles"]) if "profiles" in rooms else []
    if len(profiles) > 1:
        told = f"{len(profiles)} profiles lie in one version, of which one alone can apply; leave that one there"
        raise PackRefused([Fault(each.name, 1, 1, told) for each in profiles[1:]])
    return load_rulebook(
        packs,
        rooms.get("catalogue"),
        rooms.get("calendars"),
        profile=str(profiles[0]) if profiles else None,
        tables=rooms.get("tables"),
        vocabularies=rooms.get("vocabularies"),
    )


def load_profile(name: str, packs: Sequence[Pack]) -> Profile:
    """Return the profile of that name, or of the file there, laid over `packs`.

    Raises PackRefused for what it says wrongly, and for a name that no profile has.
    """
    path = _profile_path(name)
    return parse_profile(path.read_text("utf-8"), path.name, packs, every_rule())


def _profile_path(name: str) -> Path:
    known = {path.stem: path for path in _files(shipped("profiles"))}
    path = Path(name) if name.endswith((".yaml", ".yml")) else known.get(name)
    if path is None or not path.is_file():
        told = f"profile {name!r} is neither a file nor one of {', '.join(known)}{nearest(name, known)}"
        raise PackRefused([Fault(name, 1, 1, told)])
    return path


@cache
def shipped_packs() -> tuple[Pack, ...]:
    """Return every pack that ships, those that an installation has to choose last."""
    vocabularies, tables = load_vocabularies(), load_tables()
    paths = sorted(shipped("packs").rglob("*.yaml"), key=lambda path: (len(path.parts), path.name))
    return tuple(parse_pack(path.read_text("utf-8"), path.name, vocabularies, tables) for path in paths)


def load_vocabularies(path: Path | None = None) -> dict[str, Vocabulary]:
    """Return the vocabularies of a folder or file by name; None = the shipped ones."""
    found = (parse_vocabulary(each.read_text("utf-8"), each.name) for each in _files(path or shipped("vocabularies")))
    return {each.name: each for each in found}


def load_tables(path: Path | None = None) -> dict[str, Table]:
    """Return the tables of a folder or file by name; None = the shipped ones. PackRefused with every fault."""
    found: dict[str, Table] = {}
    faults: list[Fault] = []
    for file in _files(path or shipped("tables")):
        try:
            table = parse_table(file.read_text("utf-8"), file.name)
        except PackRefused as exc:
            faults += exc.faults
            continue
        if table.name in found:
            faults.append(Fault(file.name, 1, 1, f"table {table.name!r} is in another file already"))
        found[table.name] = table
    if faults:
        raise PackRefused(faults)
    return found


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
