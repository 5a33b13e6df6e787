"""From 申请 to 受理: told once what is missing, in time, in writing. Or not."""

from datetime import date, datetime, timedelta
from typing import Final

from mingjing.services.city.draft import Draft, end_of

COURSES: Final = {
    "accepted": 70,
    "supplemented": 12,
    "noticed twice": 3,
    "refused": 3,
    "refused without reason": 2,
    "late": 4,
    "silent": 2,
    "abandoned": 2,
}
"""How often, in a hundred, an application goes which way."""

NO_VOUCHER: Final = 0.03
"""Share of acceptances without a numbered, dated and sealed notice."""

REVIEWED_EARLY: Final = 0.03
"""Share of applications reviewed before they were accepted."""

OFF_THE_LIST: Final = 0.1
"""Share of notices that ask for more than the published list of papers."""

REMINDED: Final = 0.25
"""Share of second notices that ask for nothing new."""

ONLINE: Final = 0.6
"""Share of applications made online."""

ANY_DAY: Final = 0.1
"""Share of online applications made a few days on, whether offices are open or not."""

NATURAL: Final = 0.5
"""Share of applicants who are natural persons."""

GROUNDS: Final = (
    ("not-needed", "依法不需要取得行政许可"),
    ("not-competent", "不属于本机关职权"),
    ("other", "不符合受理条件"),
)
AT_ONCE: Final = ("not-needed", "not-competent")

MATERIALS: Final = (
    "申请表",
    "营业执照",
    "场地证明",
    "平面图",
    "健康证明",
    "安全管理制度",
    "法定代表人身份证明",
    "授权委托书",
)


def intake(draft: Draft, day: date) -> datetime | None:
    """Tell the beginning of a case applied for on `day`; return when it was accepted, if it was."""
    dice = draft.dice
    online = dice.random() < ONLINE
    if online and dice.random() < ANY_DAY:
        day += timedelta(days=dice.randint(1, 3))
    applied = draft.during(day)
    applicant = _applicant(draft)
    draft.tell("case.applied", applied, data={"channel": "online" if online else "window"} | applicant)
    if "enterprise" in applicant:
        draft.count("REJ-04", (applicant["enterprise"], draft.item.code), applied)
    limit = draft.item.notice_days
    course = draft.pick(COURSES)
    soonest = 0 if draft.calendar.works(day) else 1
    match course:
        case "accepted":
            accepted = draft.during(draft.worked_day(day, soonest, limit), applied)
            if draft.item.steps and dice.random() < REVIEWED_EARLY:
                _review(draft, draft.moments(applied, accepted, 1)[0])
            return _accept(draft, accepted)
        case "supplemented" | "noticed twice":
            return _supplement(draft, applied, twice=course == "noticed twice")
        case "refused" | "refused without reason":
            _refuse(draft, applied, draft.worked_day(day, soonest, 1), reasoned=course == "refused")
        case "late":
            accepted = draft.during(draft.worked_day(day, limit + 1, limit + 4))
            _owe_notice(draft, applied, accepted)
            return _accept(draft, accepted)
        case "silent":
            _owe_notice(draft, applied, None)
        case "abandoned":
            at = draft.during(draft.worked_day(day, soonest, max(soonest, limit - 1)), applied)
            draft.tell("case.abandoned", at, data={"reason": "申请人撤回"})
    return None


def _owe_notice(draft: Draft, applied: datetime, accepted: datetime | None) -> None:
    """Say that nobody told the applicant anything in time: a licence is deemed accepted from the application on."""
    due = end_of(draft.calendar.after(applied.date(), draft.item.notice_days))
    draft.owe("TL-01", "yellow", due, accepted)
    if draft.item.licensed and due <= draft.seen(accepted):
        draft.deemed, draft.deemed_from = applied, due


def supplement_notice(draft: Draft, at: datetime, materials: list[str]) -> bool:
    """Tell the applicant what is missing; return whether the log still holds it."""
    data = {"items": materials, "doc_no": draft.document("补正")}
    return draft.tell("case.supp_noticed", at, officer=draft.clerk(), data=data)


def _supplement(draft: Draft, applied: datetime, *, twice: bool) -> datetime:
    limit, dice = draft.item.notice_days, draft.dice
    noticed = draft.during(draft.worked_day(applied.date(), 1, limit), applied)
    first, *others = dice.sample(draft.item.materials or MATERIALS, 2)
    missing = [first]
    if dice.random() < OFF_THE_LIST:
        missing.append("体检报告")
    told = supplement_notice(draft, noticed, missing)
    if told and len(missing) > 1 and draft.item.materials:
        draft.plant("NTC-09", "yellow", noticed)
    received = draft.during(draft.worked_day(noticed.date(), 1, 6), noticed)
    draft.tell("case.supp_received", received, data={"items": missing})
    if twice:
        noticed = draft.during(draft.worked_day(received.date(), 1, 2), received)
        again = [first] if dice.random() < REMINDED else others
        if supplement_notice(draft, noticed, again) and again == others:
            draft.plant("NTC-01", "yellow", noticed)
        received = draft.during(draft.worked_day(noticed.date(), 1, 5), noticed)
        draft.tell("case.supp_received", received, data={"items": again})
    return _accept(draft, draft.during(draft.worked_day(received.date(), 0, 2), received))


def _accept(draft: Draft, at: datetime) -> datetime:
    data = voucher(draft, at)
    forgotten = draft.dice.random() < NO_VOUCHER
    if forgotten:
        del data[draft.dice.choice(("doc_no", "doc_date", "seal"))]
    if (
        draft.tell("case.accepted", at, officer=draft.clerk(), post="窗口", data=data)
        and forgotten
        and draft.item.licensed
    ):
        draft.plant("NTC-02", "yellow", at)
    return at


def voucher(draft: Draft, at: datetime) -> dict[str, str]:
    """Return what a complete notice of acceptance says."""
    number, seal = draft.document("受理"), "业务专用章"
    return {"doc_no": number, "doc_date": at.date().isoformat(), "seal": seal, "channel": "centre"}


def _review(draft: Draft, at: datetime) -> None:
    step = draft.item.steps[0]
    if draft.tell("step.started", at, officer=draft.clerk(), post=step, step=step):
        draft.plant("SEQ-01", "yellow", at)


def _refuse(draft: Draft, applied: datetime, day: date, *, reasoned: bool) -> None:
    """Tell a refusal on `day`; where no licence is needed it is late from the day after applying on.

    An application of a day off is one of the next working day.
    """
    at = draft.during(day, applied)
    ground, reason = draft.dice.choice(GROUNDS)
    data = {"doc_no": draft.document("不受理"), "ground": ground, "reason": reason}
    if ground in AT_ONCE and at < draft.ends:
        first = applied.date()
        told_on = first if draft.calendar.works(first) else draft.calendar.after(first, 1)
        draft.owe("TL-02", "warning", end_of(told_on), at)
    if not reasoned:
        del data["reason"]
    if draft.tell("case.not_accepted", at, officer=draft.clerk(), post="窗口", data=data) and not reasoned:
        draft.plant("NTC-03", "yellow", at)


def _applicant(draft: Draft) -> dict[str, str]:
    """Return an applicant: a masked natural person, or a company by its public name."""
    if draft.dice.random() < NATURAL:
        return {"applicant": draft.dice.choice("王李张刘陈杨黄赵吴周") + "**"}
    trade = draft.dice.choice(("餐饮", "建筑", "物流", "文化传媒", "环保科技", "印务", "医疗器械"))
    name = f"云州{draft.dice.choice('盛昌恒瑞泰和')}{draft.dice.choice('源达兴业丰盈')}{trade}有限公司"
    return {"applicant": name, "enterprise": f"91990100MA{draft.dice.randrange(10**7):07d}Q"}
