"""A step asked for on a card: checked against the table, taken or refused with the reason.

The interface checks first, to tell people early; the owner of the case checks
again with the same functions, and only its answer counts.
"""

from collections.abc import Mapping
from datetime import date
from typing import Literal

import msgspec

from mingjing.rules.card import LEVELS
from mingjing.rules.card_life import Entry, Life
from mingjing.rules.workflow import DECIDED, ENDED, ROLE_TITLES, STAGE_TITLES, Field, Stage, Step
from mingjing.rules.workflow_steps import BY_VERB, STEPS

Refusal = Literal[
    "unknown_step",
    "stale",
    "not_now",
    "not_yours",
    "out_of_scope",
    "same_person",
    "missing",
    "unknown_field",
    "bad_value",
]


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """A step that somebody asks for. `action_id` is the client's Idempotency-Key; `expected` the revision they saw.

    `region` is the prefix within which the actor works; `agency` binds a clerk to one.
    `at` is microseconds since the epoch.
    """

    action_id: str
    card_id: str
    case_key: str
    verb: str
    expected: int
    actor: str
    role: str
    region: str
    agency: str | None
    fields: dict[str, str]
    at: int


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to an action: accepted, or why not, and in either case how the card now stands."""

    action_id: str
    card_id: str
    accepted: bool
    revision: int
    stage: Stage
    code: Refusal | None = None
    message: str | None = None
    field: str | None = None


def act(life: Life, action: Action, today: date) -> Outcome:
    """Take a step on a day, or say why not.

    An `action_id` that was accepted before is accepted again and changes nothing.
    """
    if any(each.action_id == action.action_id for each in life.entries):
        return _outcome(life, action)
    step = BY_VERB.get(action.verb)
    if step is None:
        return _refused(life, action, "unknown_step", f"没有“{action.verb}”这一步；可用：{'、'.join(BY_VERB)}")
    if action.expected != life.revision:
        return _refused(
            life,
            action,
            "stale",
            f"此牌已被他人办理（您看到第{action.expected}版，现为第{life.revision}版）；请刷新后再办",
        )
    return _hindrance(life, action, step, today) or _take(life, action, step)


def next_steps(life: Life, role: str, actor: str) -> list[Step]:
    """Return the steps that somebody of this role may take now, in the order of the table."""
    return [step for step in STEPS if _why_not(life, step, role, actor) is None]


def _hindrance(life: Life, action: Action, step: Step, today: date) -> Outcome | None:
    if not (life.region or "").startswith(action.region) or (action.agency and action.agency != life.agency):
        return _refused(life, action, "out_of_scope", "此牌不在您的办理范围内")
    why = _why_not(life, step, action.role, action.actor)
    if why is not None:
        return _refused(life, action, *why)
    for name in action.fields:
        if name not in {each.name for each in step.fields}:
            known = "、".join(each.name for each in step.fields) or "无"
            return _refused(life, action, "unknown_field", f"“{step.title}”没有字段 {name}；可填：{known}", name)
    for each in step.fields:
        fault = _fault(life, each, action.fields, today)
        if fault is not None:
            return _refused(life, action, *fault, each.name)
    if step.approves is not None:
        proposed = BY_VERB[step.approves]
        for each in proposed.fields:
            fault = _fault(life, each, _latest(life, proposed.verb).fields, today)
            if fault is not None:
                return _refused(life, action, "not_now", f"所提请的{fault[1]}；须重新{proposed.title}")
    return None


def _why_not(life: Life, step: Step, role: str, actor: str) -> tuple[Refusal, str] | None:
    stages = step.from_stages
    closing = step.verb == "close" and life.withdrawn and life.stage not in ENDED
    if life.stage not in stages and not closing:
        return ("not_now", f"此牌现为“{STAGE_TITLES[life.stage]}”，不能{step.title}")
    if life.withdrawn and not closing:
        return ("not_now", "此牌已被系统自动撤回，只能销号")
    if role not in step.roles:
        return ("not_yours", f"{step.title}须由{'、'.join(ROLE_TITLES[each] for each in sorted(step.roles))}办理")
    if life.said.level not in step.levels:
        return ("not_now", f"此牌的级别不适用{step.title}")
    return _unprepared(life, step, actor)


def _unprepared(life: Life, step: Step, actor: str) -> tuple[Refusal, str] | None:
    """Return why the round is not ready for a step, or not for this person."""
    here = [each for each in life.entries if each.round == life.round]
    if step.approves is not None and not any(each.verb == step.approves for each in here):
        return ("not_now", f"{step.title}须先经{BY_VERB[step.approves].title}")
    same = next((each for each in here if each.verb in step.unlike and each.actor == actor), None)
    if same is not None:
        return ("same_person", f"{step.title}不能由本轮已{BY_VERB[same.verb].title}的同一人办理")
    return None


def _latest(life: Life, verb: str) -> Entry:
    return next(each for each in reversed(life.entries) if each.verb == verb and each.round == life.round)


def _fault(life: Life, field: Field, fields: Mapping[str, str], today: date) -> tuple[Refusal, str] | None:
    value = fields.get(field.name, "").strip()
    if not value:
        return ("missing", f"请填写{field.title}") if field.required else None
    if field.choices and value not in field.choices:
        return ("bad_value", f"{field.title}不能是 {value}；可选：{'、'.join(field.choices)}")
    if field.name == "level" and LEVELS.index(value) >= LEVELS.index(life.said.level):
        return ("bad_value", "降级须低于现在的级别")
    if field.type == "date":
        try:
            day = date.fromisoformat(value)
        except ValueError:
            return ("bad_value", f"{field.title} {value} 不是日期；请写成 2026-01-31")
        if day < today:
            return ("bad_value", f"{field.title} {value} 已经过去，今天是 {today}")
    return None


def _take(life: Life, action: Action, step: Step) -> Outcome:
    if step.to is not None:
        life.stage = step.to
    if life.stage in DECIDED | ENDED and life.decided_on is None:
        life.decided_on = life.said.ground
    life.revision += 1
    proposed = _latest(life, step.approves).fields if step.approves is not None else {}
    life.entries.append(
        Entry(
            action_id=action.action_id,
            verb=action.verb,
            actor=action.actor,
            role=action.role,
            at=action.at,
            round=life.round,
            stage=life.stage,
            fields=proposed | {name: value.strip() for name, value in action.fields.items()},
            level=life.said.level,
        )
    )
    return _outcome(life, action)


def _outcome(life: Life, action: Action) -> Outcome:
    return Outcome(
        action_id=action.action_id, card_id=life.card_id, accepted=True, revision=life.revision, stage=life.stage
    )


def _refused(life: Life, action: Action, code: Refusal, message: str, field: str | None = None) -> Outcome:
    return Outcome(
        action_id=action.action_id,
        card_id=life.card_id,
        accepted=False,
        revision=life.revision,
        stage=life.stage,
        code=code,
        message=message,
        field=field,
    )
