"""The law that a report names: the versions in force in its months, and the rules of kind `ratio` that read them."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from mingjing.rules.rule import EVER, Rule
from mingjing.rules.rulebook import Rulebook
from mingjing.services.reports.period import Month

Versions = dict[str, str]
"""What was in force by name (a pack, calendar, catalogue, tables, profile): one version, or several `IN_TURN`."""

IN_TURN = "→"

VersionsOf = Callable[[Month], Mapping[str, str]]
"""The versions in force in a month."""


def in_force(rulebook: Rulebook, begin: int, end: int) -> Versions:
    """Return the versions in force at any instant from `begin` on and before `end`, microseconds both.

    What was announced for later is not among them, nor what was over before.
    """
    return in_turn(named for since, until, named in _spans(rulebook) if since < end and begin < until)


def in_turn(known: Iterable[Mapping[str, str]]) -> Versions:
    """Return versions that were in force one after the other as one; a version that went on is named once."""
    found: dict[str, list[str]] = {}
    for each in known:
        for name, text in each.items():
            mine = found.setdefault(name, [])
            mine += [version for version in text.split(IN_TURN) if version and version not in mine[-1:]]
    return {name: IN_TURN.join(versions) for name, versions in sorted(found.items()) if versions}


def telling(rulebook: Rulebook, at: int) -> list[Rule]:
    """Return the rules across cases, each in the version that is told of what happens at the instant `at`."""
    return [rule for rule in rulebook.across if rule.since <= at < rule.until]


def _spans(rulebook: Rulebook) -> Iterator[tuple[int, int, Mapping[str, str]]]:
    """Yield from when, until before when, and under which names; those of one name in the order of time."""
    for pack in sorted(rulebook.packs, key=lambda each: each.since):
        yield pack.since, pack.until, {pack.name: pack.version}
    for era, until in zip(rulebook.eras, [*(each.since for each in rulebook.eras[1:]), EVER], strict=True):
        yield era.since, until, {name: text for name, text in era.versions.items() if name != "calendar"}
    since, book = -EVER, rulebook
    while book.turn is not None:
        yield since, book.turn.at, {"calendar": book.versions["calendar"]}
        since, book = book.turn.at, book.turn.to
    yield since, EVER, {"calendar": book.versions["calendar"]}
