"""Cards and how they stand among people, as this process knows them: from the ledger, or younger from the feeds."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
import orjson

from mingjing.rules.card_life import Entry, Life, Said
from mingjing.rules.events import micros
from mingjing.services.api.caller import permits
from mingjing.services.api.feed.hub import Hub
from mingjing.services.api.personal import Personal
from mingjing.services.ledger.port import Ledger
from mingjing.services.ledger.scope import Scope

STANDING = ("stage", "round", "revision", "shown", "entries", "ver")
"""What a card carries as its `life`, of a record of `card-stages`."""


class KnownCards:
    """The latest of each card; `hub` carries `cards`, `stages` carries `card-stages`. Blocks on the ledger."""

    def __init__(self, ledger: Ledger, hub: Hub, stages: Hub, personal: Personal) -> None:
        self._ledger = ledger
        self._hub = hub
        self._stages = stages
        self._personal = personal

    def history(self, scope: Scope, card_id: str) -> list[dict[str, Any]]:
        """Return every state of a card in scope, oldest first; empty when there is none."""
        history = self._ledger.history(scope, card_id)
        return _and_young(history, _young(self._hub, scope, card_id))

    def card(self, scope: Scope, card_id: str) -> dict[str, Any] | None:
        """Return the latest state of a card in scope."""
        held = self._ledger.card(scope, card_id)
        lives = _and_young([held] if held else [], _young(self._hub, scope, card_id))
        return lives[-1] if lives else None

    def trace(self, scope: Scope, card: Mapping[str, Any]) -> str | None:
        """Return the trace context of a card, or, where a deadline drew it, of the last call that moved its clock."""
        own: str | None = card.get("traceparent")
        return self._ledger.trace(scope, card["card_id"]) if own is None else own

    def stages(self, scope: Scope, card_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Return how each card in scope stands among people; those that people do not know yet are left out.

        For checks and documents: the steps tell persons by their names, as `standing` does not.
        """
        held = self._ledger.stages(scope, card_ids)
        known = {each: _and_young([held[each]] if each in held else [], self._young(scope, each)) for each in card_ids}
        return {card_id: lives[-1] for card_id, lives in known.items() if lives}

    def with_life(self, scope: Scope, cards: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the cards, each with its `life` among people, None where there is none yet."""
        stages = self.stages(scope, [card["card_id"] for card in cards])
        return [card | {"life": self.standing(stages.get(card["card_id"]))} for card in cards]

    def standing(self, stage: Mapping[str, Any] | None) -> dict[str, Any] | None:
        """Return what a card carries of a record of `card-stages` as its `life`: what is personal in it is hidden."""
        return None if stage is None else self._personal.lived({name: stage[name] for name in STANDING})

    def _young(self, scope: Scope, card_id: str) -> dict[str, Any] | None:
        return _young(self._stages, scope, card_id)


def life_of(card: Mapping[str, Any], stage: Mapping[str, Any]) -> Life:
    """Return the life of a card out of its latest records on `cards` and `card-stages`, for checks and no more.

    What a decision rested on is not on the topic; no check asks for it.
    """
    said = Said(
        level=card["level"],
        status=card["status"],
        issue=card["issue"],
        violated_at=micros(datetime.fromisoformat(card["violated_at"])),
        due_at=micros(datetime.fromisoformat(card["due_at"])) if card["due_at"] else None,
    )
    return Life(
        card_id=stage["card_id"],
        case_key=stage["case_key"],
        agency=stage["agency"],
        region=stage["region"],
        said=said,
        stage=stage["stage"],
        round=stage["round"],
        revision=stage["revision"],
        entries=msgspec.convert(stage["entries"], list[Entry]),
    )


def _young(hub: Hub, scope: Scope, card_id: str) -> dict[str, Any] | None:
    packed = hub.latest(card_id)
    if packed is None:
        return None
    found: dict[str, Any] = orjson.loads(packed)
    return found if permits(scope)(found["agency"], found["region"]) else None


def _and_young(held: list[dict[str, Any]], young: dict[str, Any] | None) -> list[dict[str, Any]]:
    return [*held, young] if young is not None and (not held or young["ver"] > held[-1]["ver"]) else held
