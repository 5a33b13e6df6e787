"""What people do with a card: stages, roles, and the shape of a step.

The words of the table in `workflow_steps`: stages, roles, grounds, the ladder of
accountability, and what a step is. Each step is an event of the card's own case, so the
supervisors' clocks (三日回复、申诉复核、整改期限) are rules like any other.
"""

from typing import Literal

import msgspec

from mingjing.rules.card import LEVELS, Level

Stage = Literal[
    "pending",
    "dismissed",
    "drawn",
    "signed",
    "explained",
    "appealed",
    "verifying",
    "upheld",
    "revoked",
    "lowered",
    "exempted",
    "supervised",
    "rectified",
    "closed",
]
Role = Literal["inspector", "supervisor", "clerk"]
"""Who works on cards: 监察员, 监察负责人, 被监察部门经办. Other roles read or administer."""

ROLE_TITLES: dict[Role, str] = {"inspector": "监察员", "supervisor": "监察负责人", "clerk": "部门经办人"}

STAGE_TITLES: dict[Stage, str] = {
    "pending": "待核实",
    "dismissed": "已排除",
    "drawn": "已发牌",
    "signed": "已签收",
    "explained": "已说明",
    "appealed": "已申诉",
    "verifying": "核查中",
    "upheld": "已维持",
    "revoked": "已撤牌",
    "lowered": "已降级",
    "exempted": "已免责",
    "supervised": "督办中",
    "rectified": "已反馈整改",
    "closed": "已销号",
}

DRAWN_EVENT = "card.drawn"
"""Type of the event with which a round of a card begins; the engine's, never a person's."""

WITHDRAWN_EVENT = "card.withdrawn"
"""Type of the event with which the engine takes the finding of a card back, and says by what it was shown."""

EASED_EVENT = "card.eased"
"""Type of the event with which the engine lowers the level of a finding; the round goes on."""

ENDED: frozenset[Stage] = frozenset({"dismissed", "revoked", "exempted", "closed"})
"""Stages in which nothing more is awaited of anybody."""

DECIDED: frozenset[Stage] = frozenset({"dismissed", "revoked", "lowered", "exempted"})
"""Stages that change what the card shows, for the finding they were decided on."""

WAITS_FOR: dict[Stage, Role] = {
    "pending": "inspector",
    "drawn": "clerk",
    "signed": "clerk",
    "explained": "inspector",
    "appealed": "inspector",
    "verifying": "inspector",
    "upheld": "inspector",
    "lowered": "inspector",
    "supervised": "clerk",
    "rectified": "inspector",
}
"""Whose turn it is in each stage that has not ended; what waits for inspectors waits for their supervisors as well."""

APPEAL_GROUNDS = {
    "data-wrong": "数据有误",
    "applicant-concealed": "申请人隐瞒",
    "force-majeure": "不可抗力",
    "not-answerable": "非本部门责任",
    "rule-misapplied": "规则适用不当",
    "other": "其他",
}
LADDER = {
    "criticism": "批评教育",
    "self-criticism": "责令检查",
    "admonition": "诫勉谈话",
    "notice": "通报批评",
    "transfer": "调离岗位",
    "discipline": "建议给予处分",
    "referral": "移送有权机关",
}
"""责任追究阶梯: what may be recommended. Only the competent body decides."""


def waiting_for(role: str) -> frozenset[Stage]:
    """Return the stages in which a card waits for somebody of this role; none for one that does not work on cards."""
    turn = "inspector" if role == "supervisor" else role
    return frozenset(stage for stage, whose in WAITS_FOR.items() if whose == turn)


class Field(msgspec.Struct, frozen=True):
    """One thing a step says; `choices` maps what is written to its title, empty = free text."""

    name: str
    title: str
    type: Literal["text", "date", "choice"] = "text"
    required: bool = True
    choices: dict[str, str] = {}


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the table.

    `to` None leaves the stage as it is. `event` is the type of the event the step
    leaves in the card's own case. `levels` are the levels shown at which it may be
    taken. `unlike` names steps of the same round whose actor may not take this one.
    `approves` names the step that must have been taken in the round, by another role; what was
    said there last is repeated in this one.
    `document` is the template that goes with it, None = none.
    """

    verb: str
    title: str
    english: str
    event: str
    from_stages: frozenset[Stage]
    to: Stage | None
    roles: frozenset[Role]
    fields: tuple[Field, ...] = ()
    levels: frozenset[Level] = frozenset(LEVELS)
    unlike: frozenset[str] = frozenset()
    approves: str | None = None
    document: str | None = None
