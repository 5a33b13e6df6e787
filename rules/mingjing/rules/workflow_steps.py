"""Every step that people may take with a card: who, from where to where, what must be said, which document.

发牌（自动，或待核实 → 确认 / 排除）→ 签收 → 说明 / 申诉 → 核查 → 维持 / 撤牌 / 降级 / 免责 →
督办 → 整改反馈 → 销号, with 追责建议 and 备案 beside it. An exemption is proposed by an inspector and
approved by a supervisor. Nothing is ever deleted.
"""

from mingjing.rules.card import Level
from mingjing.rules.workflow import APPEAL_GROUNDS, LADDER, Field, Role, Stage, Step

_REASON = Field("reason", "理由")
_TEXT = Field("text", "情况说明")
_PEOPLE: frozenset[Role] = frozenset({"inspector", "supervisor"})
_INSPECTOR: frozenset[Role] = frozenset({"inspector"})
_LEADER: frozenset[Role] = frozenset({"supervisor"})
_CLERK: frozenset[Role] = frozenset({"clerk"})
_CARDS: frozenset[Level] = frozenset({"yellow", "red"})
_JUDGED: frozenset[Stage] = frozenset({"upheld", "lowered", "supervised", "rectified", "closed"})

STEPS: tuple[Step, ...] = (
    Step(
        verb="confirm",
        title="确认发牌",
        english="Confirm",
        event="card.confirmed",
        from_stages=frozenset({"pending"}),
        to="drawn",
        roles=_PEOPLE,
        fields=(Field("note", "核实情况", required=False),),
        document="notice",
    ),
    Step(
        verb="dismiss",
        title="排除",
        english="Dismiss",
        event="card.dismissed",
        from_stages=frozenset({"pending"}),
        to="dismissed",
        roles=_PEOPLE,
        fields=(_REASON,),
    ),
    Step(
        verb="sign",
        title="签收",
        english="Sign for",
        event="card.signed",
        from_stages=frozenset({"drawn"}),
        to="signed",
        roles=_CLERK,
    ),
    Step(
        verb="explain",
        title="说明",
        english="Explain",
        event="card.explained",
        from_stages=frozenset({"signed"}),
        to="explained",
        roles=_CLERK,
        fields=(_TEXT, Field("measures", "已采取的措施", required=False)),
    ),
    Step(
        verb="appeal",
        title="申诉",
        english="Appeal",
        event="card.appealed",
        from_stages=frozenset({"signed", "explained"}),
        to="appealed",
        roles=_CLERK,
        fields=(Field("ground", "申诉事由", "choice", choices=APPEAL_GROUNDS), _TEXT),
    ),
    Step(
        verb="verify",
        title="核查",
        english="Verify",
        event="card.verifying",
        from_stages=frozenset({"explained", "appealed"}),
        to="verifying",
        roles=_PEOPLE,
        fields=(Field("note", "核查安排", required=False),),
    ),
    Step(
        verb="uphold",
        title="维持",
        english="Uphold",
        event="card.upheld",
        from_stages=frozenset({"verifying"}),
        to="upheld",
        roles=_PEOPLE,
        fields=(_REASON,),
        unlike=frozenset({"confirm"}),
        document="decision",
    ),
    Step(
        verb="revoke",
        title="撤牌",
        english="Revoke",
        event="card.revoked",
        from_stages=frozenset({"verifying"}),
        to="revoked",
        roles=_LEADER,
        fields=(_REASON,),
        unlike=frozenset({"confirm", "verify"}),
        document="decision",
    ),
    Step(
        verb="lower",
        title="降级",
        english="Lower",
        event="card.lowered",
        from_stages=frozenset({"verifying"}),
        to="lowered",
        roles=_LEADER,
        fields=(Field("level", "降为", "choice", choices={"warning": "预警", "yellow": "黄牌"}), _REASON),
        levels=_CARDS,
        unlike=frozenset({"confirm", "verify"}),
        document="decision",
    ),
    Step(
        verb="propose",
        title="提请免责",
        english="Propose exemption",
        event="card.proposed",
        from_stages=frozenset({"verifying"}),
        to=None,
        roles=_INSPECTOR,
        fields=(
            Field("ground", "免责事由", "choice", choices=APPEAL_GROUNDS),
            Field("until", "有效期至", "date"),
            Field("proposal", "提请理由"),
        ),
    ),
    Step(
        verb="exempt",
        title="免责",
        english="Exempt",
        event="card.exempted",
        from_stages=frozenset({"verifying"}),
        to="exempted",
        roles=_LEADER,
        fields=(Field("approver", "批准人"), Field("doc_no", "批准文号")),
        unlike=frozenset({"confirm", "verify"}),
        approves="propose",
        document="decision",
    ),
    Step(
        verb="supervise",
        title="督办",
        english="Supervise",
        event="card.supervised",
        from_stages=frozenset({"upheld", "lowered"}),
        to="supervised",
        roles=_PEOPLE,
        fields=(Field("due", "整改期限", "date"), Field("demand", "整改要求")),
        document="supervision-order",
    ),
    Step(
        verb="rectify",
        title="整改反馈",
        english="Report mended",
        event="card.rectified",
        from_stages=frozenset({"supervised"}),
        to="rectified",
        roles=_CLERK,
        fields=(_TEXT,),
    ),
    Step(
        verb="return",
        title="退回整改",
        english="Return",
        event="card.returned",
        from_stages=frozenset({"rectified"}),
        to="supervised",
        roles=_PEOPLE,
        fields=(_REASON, Field("due", "整改期限", "date")),
    ),
    Step(
        verb="close",
        title="销号",
        english="Close",
        event="card.closed",
        from_stages=frozenset({"upheld", "lowered", "rectified"}),
        to="closed",
        roles=_PEOPLE,
        fields=(Field("conclusion", "销号意见"),),
    ),
    Step(
        verb="recommend",
        title="追责建议",
        english="Recommend accountability",
        event="card.recommended",
        from_stages=_JUDGED,
        to=None,
        roles=_LEADER,
        fields=(Field("measure", "建议措施", "choice", choices=LADDER), Field("person", "责任人"), _REASON),
        levels=_CARDS,
        document="recommendation",
    ),
    Step(
        verb="file",
        title="追责备案",
        english="File",
        event="card.filed",
        from_stages=_JUDGED,
        to=None,
        roles=_PEOPLE,
        fields=(
            Field("measure", "处理结果", "choice", choices=LADDER),
            Field("doc_no", "处理文号"),
            Field("body", "作出处理的机关"),
        ),
        levels=_CARDS,
    ),
)
"""Every step there is. A card of which the finding was withdrawn may besides be closed from any stage."""

BY_VERB = {step.verb: step for step in STEPS}
