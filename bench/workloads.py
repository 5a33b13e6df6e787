"""What the engine's measurements judge: the simulated city and real logs, as decoded facts in order of arrival.

Real logs are read where they lie (`--logs`, default MINGJING_REAL_LOGS or beside the project) and never copied;
their rules are those of the judge.py that lies with them.
"""

import ast
import json
import os
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import msgspec
import yaml

from mingjing.rules.events import Event, Fact, fact_of, micros
from mingjing.rules.pack import Pack
from mingjing.rules.rulebook import Rulebook
from mingjing.services.city.city import City
from mingjing.services.city.message import Message, case_key
from mingjing.services.city.world import read_world
from mingjing.services.log_mapping import read_mapping
from mingjing.services.logs import read_log
from mingjing.services.rulebook_files import every_pack, load_rulebook, shipped

AGENCIES = Path("deploy/local/agencies.yaml")
LOGS = Path(os.environ.get("MINGJING_REAL_LOGS", Path(__file__).parents[2] / "shared" / "data"))

THREE = ("TL-01", "TL-04", "DLV-01")
"""Three rules of the shipped packs without any expression: no event of an approval touches more."""


class Workload(NamedTuple):
    """A name, the rules, and (case key, fact) in order of arrival."""

    name: str
    rulebook: Rulebook
    facts: list[tuple[str, Fact]]


AMISS = 25
"""So many times fewer cases are amiss in an ordinary month than the city plants: one in twenty, not every other."""


def city(cases: int, seed: int = 1, agencies: Path = AGENCIES) -> list[tuple[str, Fact]]:
    """Return every sound event of the simulated city, stamped with the moment it was sent."""
    world = read_world(agencies, shipped("catalogue"), shipped("calendars"), shipped("vocabularies"))
    return _decoded(City(world, seed=seed, cases=cases).log()[0])


def ordinary(cases: int, seed: int = 1, agencies: Path = AGENCIES) -> list[tuple[str, Fact]]:
    """Return the sound events of the city's cases in which nothing is amiss, and of one in AMISS of the others.

    What comes late, twice or corrected does so as often as in the whole city.
    """
    world = read_world(agencies, shipped("catalogue"), shipped("calendars"), shipped("vocabularies"))
    kept, amiss = [], 0
    for story in City(world, seed=seed, cases=cases).stories():
        amiss += bool(story.planted)
        if not story.planted or amiss % AMISS == 0:
            kept += story.messages
    return _decoded(sorted(kept, key=lambda each: each.at))


def _decoded(log: Iterable[Message]) -> list[tuple[str, Fact]]:
    """Return the sound ones among messages, by the key of their case."""
    decode = msgspec.json.Decoder(Event).decode
    facts = []
    for message in log:
        if message.refused is None:
            event = decode(message.body)
            event.ingestedtime = message.at
            facts.append((case_key(message.agency, event.subject), fact_of(event)))
    return facts


def only(rulebook: Rulebook, ids: tuple[str, ...]) -> Rulebook:
    """Return the rulebook with no rules but these."""
    packs = [
        msgspec.structs.replace(pack, rules=tuple(rule for rule in pack.rules if rule.id in ids))
        for pack in rulebook.packs
    ]
    return Rulebook([pack for pack in packs if pack.rules], rulebook.calendar, rulebook.catalogue)


def packs_of(ids: Collection[str], folder: Path) -> list[Path]:
    """Write the shipped packs with no rules but these to a folder, without their examples; return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for path in every_pack():
        pack = yaml.load(path.read_text("utf-8"), yaml.BaseLoader)  # noqa: S506  # texts as they are written
        pack["rules"] = [rule for rule in pack["rules"] if rule["id"] in ids]
        pack.pop("examples", None)
        if pack["rules"]:
            written.append(folder / path.name)
            written[-1].write_text(yaml.safe_dump(pack, allow_unicode=True), encoding="utf-8")
    return written


class RealLog(NamedTuple):
    """A real log with the rules that are judged on it."""

    facts: list[tuple[str, Fact]]
    packs: tuple[Pack, ...]
    rulebook: Rulebook
    rules: list[dict[str, Any]]
    until: int


def real_log(folder: Path, name: str) -> RealLog:
    """Return a real log in order of its instants, its rules, and the instant up to which it is judged."""
    to_rule = _to_rule(folder)
    known = json.loads((folder / "rules.json").read_text("utf-8"))
    source = name if name in known["logs"] else "rtfm"
    meta = known["logs"][source]
    rules = [rule for rule in known["rules"] if rule["log"] == source]
    pack = {
        "pack": name.replace("_", "-"),
        "title": name,
        "version": "1",
        "vocabulary": "open",
        "zone": meta["tz"],
        "rules": [to_rule(rule) for rule in rules],
    }
    mapping = {
        "case": "case_id",
        "event": "activity",
        "time": "timestamp",
        "order": "seq",
        "officer": "resource",
        "zone": meta["tz"],
        "data": "*",
        "case_data": "case:",
    }
    with TemporaryDirectory() as scratch:
        for file, body in (("pack", pack), ("map", mapping)):
            Path(scratch, f"{file}.yaml").write_text(yaml.safe_dump(body, allow_unicode=True), encoding="utf-8")
        rulebook = load_rulebook([Path(scratch, "pack.yaml")], None, folder / "calendars" / f"{meta['cal']}.csv")
        columns = read_mapping(Path(scratch, "map.yaml"))
        facts = sorted(read_log(folder / "csv" / f"{name}.csv.gz", columns), key=lambda each: each[1].order)
    horizon = meta.get("horizon") or (meta["horizon_date"] + "T23:59:59" if meta.get("horizon_date") else None)
    until = columns.zone.parse(horizon)[0] if horizon else facts[-1][1].at
    return RealLog(facts, rulebook.packs, rulebook, rules, until)


def beside(shipped_book: Rulebook, log: RealLog) -> Rulebook:
    """Return the log's rules with every shipped pack loaded beside them."""
    return Rulebook([*log.packs, *shipped_book.packs], log.rulebook.calendar, shipped_book.catalogue)


def until_of_city(agencies: Path = AGENCIES) -> int:
    """Return the instant at which the city's clock stops."""
    world = read_world(agencies, shipped("catalogue"), shipped("calendars"), shipped("vocabularies"))
    return micros(City(world, seed=1, cases=0).until)


def _to_rule(folder: Path) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Return what writes one of the logs' rules as a rule of a pack: the function of judge.py, which is a script."""
    tree = ast.parse((folder / "judge.py").read_text("utf-8"))
    kept = [each for each in tree.body if isinstance(each, ast.FunctionDef) and each.name in {"unit", "to_rule"}]
    room: dict[str, Any] = {}
    exec(compile(ast.Module([*kept], []), "judge.py", "exec"), room)  # noqa: S102  # the logs' own definition of their rules
    found: Callable[[dict[str, Any]], dict[str, Any]] = room["to_rule"]
    return found
