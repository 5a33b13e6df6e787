"""Steps that people ask for: checked early, put on `card-actions`, answered once the owner has answered."""

from collections.abc import Mapping
from datetime import date, datetime
from hashlib import blake2b
from typing import Any

import msgspec
import orjson
from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from mingjing.rules.card_action import Action, Outcome, act
from mingjing.rules.desk_words import ASKED, DESK, Wish
from mingjing.rules.events import Event, micros
from mingjing.services.api.desk.answers import Answers
from mingjing.services.api.desk.documents import ActionAnswer
from mingjing.services.api.desk.known_cards import KnownCards, life_of
from mingjing.services.api.gateway.outbox import Outbox, OutboxUnavailable, Outgoing
from mingjing.services.api.present import Present
from mingjing.services.api.problems import unavailable
from mingjing.services.api.trail import Trail
from mingjing.services.auth.caller import Caller
from mingjing.services.ledger.scope import region_prefix
from mingjing.streams.topics import CARD_ACTIONS, partition_of
from mingjing.streams.wire import event_bytes

ANSWER_WITHIN_S = 5.0


class Asked(BaseModel):
    """A step to be taken on a card that the caller saw at revision `expected`."""

    model_config = ConfigDict(extra="forbid")
    verb: str = Field(min_length=1, max_length=32, description="哪一步，见牌的 steps", examples=["sign"])
    expected: int = Field(ge=1, le=2**31 - 1, description="办理时看到的 life.revision", examples=[1])
    fields: dict[str, str] = Field(
        default={}, max_length=16, description="这一步须填的内容，见 steps[].fields", examples=[{}]
    )


class Actions:
    """Takes people's steps on cards; `answers` hears of every outcome."""

    def __init__(
        self,
        known: KnownCards,
        answers: Answers,
        outbox: Outbox,
        trail: Trail,
        present: Present,
        *,
        partitions: int,
        answer_within_s: float = ANSWER_WITHIN_S,
    ) -> None:
        self._known = known
        self._answers = answers
        self._outbox = outbox
        self._trail = trail
        self._present = present
        self._partitions = partitions
        self._answer_within_s = answer_within_s

    async def ask(self, request: Request, caller: Caller, card_id: str, asked: Asked, key: str) -> ActionAnswer:
        """Take a step on behalf of `caller` and wait for its outcome; it is pending when that takes too long.

        `key` names the wish among the caller's. Problem 503 when Kafka is away.
        """
        action_id = action_id_of(caller, card_id, key, asked)
        found = await run_in_threadpool(self._find, caller, card_id)
        if isinstance(found, str):
            return _refused(action_id, card_id, found)
        card, stage = found
        now = await run_in_threadpool(self._present)
        action = _action(caller, action_id, stage["case_key"], card_id, asked, now)
        outcome = self._early(action, card, stage, now.date())
        if outcome is not None:
            return answer_of(outcome)
        await self._trail.record(
            request,
            caller,
            f"card.{asked.verb}",
            card_id,
            agency=stage["agency"],
            region=stage["region"],
            action_id=action_id,
            expected=asked.expected,
            fields=sorted(asked.fields),
        )
        self._answers.forget(action_id)
        await self._send(action, now)
        outcome = await self._answers.wait(action_id, self._answer_within_s)
        if outcome is None:
            return ActionAnswer(action_id=action_id, card_id=card_id, state="pending")
        return answer_of(outcome)

    def _find(self, caller: Caller, card_id: str) -> tuple[Mapping[str, Any], Mapping[str, Any]] | str:
        """Return the latest of a card and of its stage, or the code of why there is nothing to act on."""
        card = self._known.card(caller.scope, card_id)
        if card is None:
            return "no_such_card"
        stage = self._known.stages(caller.scope, [card_id]).get(card_id)
        return "not_ready" if stage is None else (card, stage)

    def _early(self, action: Action, card: Mapping[str, Any], stage: Mapping[str, Any], today: date) -> Outcome | None:
        """Return the outcome of an action where it is certain already; the caller may know more than this process."""
        life = life_of(card, stage)
        if action.expected > life.revision:
            return None
        taken_before = any(each.action_id == action.action_id for each in life.entries)
        outcome = act(life, action, today)
        return outcome if taken_before or not outcome.accepted else None

    async def _send(self, action: Action, now: datetime) -> None:
        wish = {name: getattr(action, name) for name in Wish.__struct_fields__}
        event = Event(
            id=action.action_id,
            source=DESK,
            type=ASKED,
            subject=action.case_key.partition("/")[2],
            time=now,
            ingestedtime=now,
            casekey=action.case_key,
            data=wish,
        )
        partition = partition_of(action.case_key, self._partitions)
        try:
            await self._outbox.send([Outgoing(CARD_ACTIONS, action.case_key.encode(), event_bytes(event), partition)])
        except OutboxUnavailable as exc:
            raise unavailable("消息系统（Kafka）暂时不可用，这一步没有办理；请稍后以同一 Idempotency-Key 重试") from exc


def action_id_of(caller: Caller, card_id: str, key: str, asked: Asked) -> str:
    """Return the id of an action: the card's and, behind a dot, a digest of its actor, key and content."""
    told = orjson.dumps([caller.name, key, asked.verb, asked.expected, asked.fields], option=orjson.OPT_SORT_KEYS)
    return f"{card_id}.{blake2b(told, digest_size=16).hexdigest()}"


def answer_of(outcome: Outcome) -> ActionAnswer:
    """Return what people are told of an outcome."""
    said = msgspec.structs.asdict(outcome)
    return ActionAnswer(state="accepted" if said.pop("accepted") else "refused", **said)


def _action(caller: Caller, action_id: str, case_key: str, card_id: str, asked: Asked, now: datetime) -> Action:
    return Action(
        action_id=action_id,
        card_id=card_id,
        case_key=case_key,
        verb=asked.verb,
        expected=asked.expected,
        actor=caller.name,
        role=caller.role,
        region=region_prefix(caller.region) if caller.region else "",
        agency=caller.agency,
        fields=asked.fields,
        at=micros(now),
    )


_NOTHING_THERE = {
    "no_such_card": "没有这张牌，或不在您的监察范围内",
    "not_ready": "此牌刚刚发出，尚未送到处理台；请稍候再办",
}


def _refused(action_id: str, card_id: str, code: str) -> ActionAnswer:
    return ActionAnswer(action_id=action_id, card_id=card_id, state="refused", code=code, message=_NOTHING_THERE[code])
