"""The archive as settled cases: duplicates and corrections resolved, in legal order, some cases at a time."""

from collections.abc import Iterator

import msgspec
import orjson

from mingjing.rules.case import Case
from mingjing.rules.events import Event, Fact, fact_of
from mingjing.services.ledger.cards import PLACE, places_in_cases
from mingjing.services.ledger.connection import Connection
from mingjing.services.ledger.scope import Scope
from mingjing.services.ledger.shown_cards import cards_as_shown
from mingjing.services.ledger.where import Where

AT_ONCE = 500
"""Cases of one question."""

_NEVER_SHOWN = frozenset(("pending", "dismissed"))
"""Stages of a card that nobody outside was ever told of: it was never confirmed."""

_Card = dict[str, object]


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which cases are wanted: applied for in [`begin_ms`, `end_ms`), of a region or agency; None wants all."""

    begin_ms: int | None = None
    end_ms: int | None = None
    region: str | None = None
    agency: str | None = None


class SettledCase(msgspec.Struct, frozen=True):
    """One case: its key, what is known of it, its facts in legal order, and its cards, `withdrawn` ones apart.

    A card is its record as the engine drew it, with two words on what people made of it:
    `shown`, the level it shows now ('' = none: revoked, dismissed, exempted, or to be
    confirmed), and `stage`, how it stands among them ('' = nobody knows of it yet).
    """

    key: str
    item: str
    agency: str
    region: str
    facts: list[Fact]
    cards: list[_Card]
    withdrawn: list[_Card] = []

    @property
    def shown_cards(self) -> list[_Card]:
        """The cards that show a level, which is the one at which reports count them."""
        return [each | {"level": each["shown"]} for each in self.cards if each["shown"]]

    @property
    def taken_back(self) -> list[_Card]:
        """The cards that may have been told of and stand no more: whoever was told takes them back, too.

        The engine withdrew them, or people revoked or exempted them; the level is that of the finding.
        """
        gone = [*self.withdrawn, *(each for each in self.cards if not each["shown"])]
        return [each for each in gone if each["stage"] not in _NEVER_SHOWN]


def attributes(fact: Fact) -> dict[str, str | bool | int | float]:
    """Return what an event says as attributes of one value each, by name: what is blank or nested is left out.

    Several texts are one, joined by 、. The step of an event outranks a field of that name.
    """
    told: dict[str, str | bool | int | float] = {}
    for name, value in sorted(fact.data.items()):
        one = "、".join(value) if isinstance(value, list) and all(isinstance(each, str) for each in value) else value
        if isinstance(one, str | bool | int | float) and one != "":
            told[name] = one
    return told | ({"step": fact.step} if fact.step else {})


def settled_cases(connection: Connection, scope: Scope, wanted: Wanted) -> Iterator[SettledCase]:
    """Yield the wanted cases by key; each page is read when it is reached."""
    last = ""
    while page := _page(connection, scope, wanted, last):
        last = page[-1][0]
        facts, cards = _facts(connection, [row[0] for row in page]), _cards(connection, scope, [row[0] for row in page])
        for key, item, agency, region in page:
            if key in facts:
                yield SettledCase(key, item, agency, region, facts[key], *_apart(cards.get(key, [])))


def _page(connection: Connection, scope: Scope, wanted: Wanted, last: str) -> list[tuple[str, str, str, str]]:
    where = (
        Where(scope)
        .within_region(wanted.region)
        .equal("agency", wanted.agency)
        .at_least("applied_ms", wanted.begin_ms)
        .below(("applied_ms",), None if wanted.end_ms is None else (wanted.end_ms,))
    )
    rows = connection.rows(
        f"SELECT case_key, item, agency, region FROM case_figures FINAL "  # noqa: S608  # only column names
        f"WHERE case_key > %(last)s AND {where.sql} ORDER BY case_key LIMIT {AT_ONCE}",
        {**where.params, "last": last},
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def _facts(connection: Connection, keys: list[str]) -> dict[str, list[Fact]]:
    rows = connection.rows(
        "SELECT case_key, body FROM events FINAL WHERE case_key IN %(keys)s "
        "ORDER BY case_key, topic_partition, topic_offset",
        {"keys": tuple(keys)},
    )
    cases: dict[str, Case] = {}
    for key, body in rows:
        cases.setdefault(key, Case(key)).receive([fact_of(msgspec.json.decode(body, type=Event))])
    return {key: case.facts for key, case in cases.items() if case.facts}


def _apart(cards: list[_Card]) -> tuple[list[_Card], list[_Card]]:
    """Return the cards that stand or were cleared, and those that the engine withdrew."""
    withdrawn = [each for each in cards if each["status"] == "withdrawn"]
    return [each for each in cards if each["status"] != "withdrawn"], withdrawn


def _cards(connection: Connection, scope: Scope, keys: list[str]) -> dict[str, list[_Card]]:
    where = Where(scope)
    cases = where.beside().among("case_key", keys)
    where.within(PLACE, places_in_cases(cases))
    held = f"{where.sql} AND level != 'hint'"
    theirs = f"card_id IN (SELECT card_id FROM cards WHERE {where.sql})"  # noqa: S608  # only column names
    shown = cards_as_shown(held, ("case_key", "violated_ms", "body"), staged=("stage",), among=theirs)
    rows = connection.rows(
        f"SELECT case_key, body, level, stage FROM {shown} ORDER BY case_key, violated_ms, card_id",  # noqa: S608
        where.params,
    )
    found: dict[str, list[_Card]] = {}
    for key, body, level, stage in rows:
        found.setdefault(key, []).append({**orjson.loads(body), "shown": level, "stage": stage})
    return found
