"""Government information: given to whoever asks, and published unasked. In time and in full, or not."""

from datetime import date, datetime
from typing import Final

from mingjing.services.city.draft import Draft, end_of
from mingjing.services.city.ladder import climbed

COURSES: Final = {"clear": 50, "supplemented": 20, "told late": 10, "told twice": 10}
"""How often, in a hundred requests, what is missing is asked for how."""

REPLIES: Final = {"in time": 55, "near": 15, "late": 15, "never": 8, "extended": 15}
"""How often, in a hundred, the reply comes when."""

TOLD_DAYS: Final = 7
REPLY_DAYS: Final = 20
EXTENSION_DAYS: Final = 20
OVERLONG_DAYS: Final = (0, 0, 0, 10)
"""By how much an extension is longer than the law lets it be, each as often as it stands here."""

WARNED_DAYS: Final = 2

ELEMENTS: Final = (
    *("grounds", "conditions", "quantity", "procedure", "limit"),
    *("materials", "sample", "fees", "results", "complaints"),
)
"""What must be published of an item."""

INCOMPLETE: Final = 0.3
PUBLISHED_LATE: Final = 0.25
NEVER_PUBLISHED: Final = 0.1
UPDATED_DAYS: Final = 20
RESULT_DAYS: Final = 7


def disclosure(draft: Draft, day: date) -> None:
    """Tell a request of `day` for information."""
    requested = draft.during(day)
    draft.tell("disc.requested", requested, data={"applicant": "王**", "content": "征地补偿方案"})
    course = draft.pick(COURSES)
    if course == "clear":
        began = draft.during(day, requested)
        told = draft.tell("disc.received", began, data={"doc_no": draft.document("公开登记")})
    else:
        began, told = _supplement(draft, requested, course)
    if told:
        _reply(draft, began, draft.pick(REPLIES))


def _supplement(draft: Draft, requested: datetime, course: str) -> tuple[datetime, bool]:
    """Tell what was missing and when it came; return that moment and whether the log still holds it."""
    worked_day = draft.worked_day
    span = (TOLD_DAYS + 1, TOLD_DAYS + 4) if course == "told late" else (0, TOLD_DAYS)
    noticed = draft.during(worked_day(requested.date(), *span), requested)
    if draft.tell("disc.supp_noticed", noticed, data={"doc_no": draft.document("公开补正"), "days": 10}):
        passed = end_of(draft.calendar.after(requested.date(), TOLD_DAYS))
        if passed <= noticed:
            draft.plant("TL-01-XX", "yellow", passed)
    if course == "told twice":
        again = draft.during(worked_day(noticed.date(), 1, 2), noticed)
        if draft.tell("disc.supp_noticed", again, data={"doc_no": draft.document("公开补正"), "days": 10}):
            draft.plant("NTC-01-XX", "yellow", again)
        noticed = again
    received = draft.during(worked_day(noticed.date(), 1, 8), noticed)
    return received, draft.tell("disc.supp_received", received)


def _reply(draft: Draft, began: datetime, answer: str) -> None:
    after, day = draft.calendar.after, began.date()
    limit = REPLY_DAYS
    if answer == "extended":
        at = draft.during(draft.worked_day(day, 1, REPLY_DAYS - 5), began)
        days = EXTENSION_DAYS + draft.dice.choice(OVERLONG_DAYS)
        data = {"days": days, "approver": "负责人", "doc_no": draft.document("公开延期")}
        limit += EXTENSION_DAYS if draft.tell("disc.extended", at, officer=draft.chief(), data=data) else 0
    spans = {
        "in time": (1, limit - 3),
        "near": (limit - 1, limit),
        "late": (limit + 1, limit + 6),
        "extended": (REPLY_DAYS, REPLY_DAYS + EXTENSION_DAYS + 3),
    }
    replied = None if answer == "never" else draft.during(draft.worked_day(day, *spans[answer]), draft.now)
    ladder = [("warning", end_of(after(day, limit - WARNED_DAYS))), ("red", end_of(after(day, limit)))]
    if (reached := climbed(ladder, draft.seen(replied))) is not None:
        draft.plant("DSC-05", *reached)
    if replied is not None:
        draft.tell("disc.replied", replied, data={"doc_no": draft.document("公开答复"), "result": "公开"})


def publicity(draft: Draft, day: date) -> None:
    """Tell what is published of an item on `day`, or that something to be published has changed."""
    dice = draft.dice
    at = draft.during(day)
    if dice.random() < 1 / 2:
        said = dict.fromkeys(ELEMENTS, "见附件")
        incomplete = dice.random() < INCOMPLETE
        if incomplete:
            del said[dice.choice(ELEMENTS)]
        if draft.tell("disc.item_published", at, data=said) and incomplete:
            draft.plant("DSC-01", "warning", at)
        return
    kind = dice.choice(("licence", "penalty", "norm", "item"))
    draft.tell("disc.changed", at, data={"kind": kind, "title": "决定"})
    limit = RESULT_DAYS if kind in {"licence", "penalty"} else UPDATED_DAYS
    late = dice.random() < PUBLISHED_LATE
    published: datetime | None = draft.during(draft.worked_day(day, *((limit + 1, 24) if late else (0, limit))), at)
    if dice.random() < NEVER_PUBLISHED:
        published = None
    draft.owe("DSC-02", "warning", end_of(draft.calendar.after(day, UPDATED_DAYS)), published)
    if kind in {"licence", "penalty"}:
        draft.owe("DSC-03", "warning", end_of(draft.calendar.after(day, RESULT_DAYS)), published)
    if published is not None:
        draft.tell("disc.published", published, data={"kind": kind, "url": "/gk"})
