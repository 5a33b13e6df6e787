"""What offices owe beyond licences: inspections, penalties, disclosure, decisions, trade, duties. A judge a rule."""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from mingjing.services.city.message import ZONE
from mingjing.services.city.oracle.diary import after, first
from mingjing.services.city.oracle.judges import Judge
from mingjing.services.city.oracle.reading import Happening
from mingjing.services.city.oracle.readings import (
    all_of,
    came,
    dated,
    kept,
    kept_from_first,
    natural,
    owed_before,
    preceded,
    silent_on,
    told,
    waited,
    working,
)
from mingjing.services.city.oracle.terms import Found, Trial, past_working_days

CARDS: Final = {
    "11990100MB0000019L": {"99010019001", "99010019002"},
    "11990100MB0000027F": {"99010027001", "99010027002"},
    "11990100MB00000435": {"990100435001"},
}
"""Officers' cards in force, by agency, for the agencies that have registered theirs."""

BANDS: Final = {
    "SPAQ-122": {"light": (50000, 65000), "normal": (65000, 85000), "heavy": (85000, 100000)},
    "GGWS-35": {"light": (500, 5000), "normal": (5000, 20000), "heavy": (20000, 30000)},
    "XF-60": {"light": (5000, 15000), "normal": (15000, 35000), "heavy": (35000, 50000)},
}
"""From what to what may be fined, by ground and band."""

ELEMENTS: Final = (
    *("grounds", "conditions", "quantity", "procedure", "limit"),
    *("materials", "sample", "fees", "results", "complaints"),
)
LONGEST_DAYS: Final = 20
"""Working days by which an answer to a request for information is prolonged at most."""

BY_AUCTION: Final = ("commercial", "tourism", "entertainment", "residential", "industrial")
HALF_DAY_H: Final = 4
COMPETITION: Final = 2
TWO: Final = 2
WINDOW_DAYS: Final = 5


def _unplanned(each: Happening) -> bool:
    return each.says("mode") != "spot"


def _says(name: str, value: Any = True) -> Any:  # noqa: FBT002  # most are flags
    return lambda each: each.data.get(name) == value


def _uncarded(each: Happening) -> bool:
    cards = CARDS.get(str(each.says("agency")))
    return cards is not None and each.says("cert_no") not in cards


def _off_the_scale(each: Happening) -> bool:
    bands = BANDS.get(str(each.says("basis")))
    if bands is None:
        return each.says("basis") is not None
    least, most = bands[str(each.says("band"))]
    return not least <= each.data["amount"] <= most


def approved_and_announced(trial: Trial) -> Found | None:
    """INS-02: an inspection, unless on the spot, is approved and announced before it begins."""
    visit = next(iter(all_of(trial.case, "insp.checked_in", _unplanned)), None)
    if visit is None or all(came(trial, kind, visit, strictly=True) for kind in ("insp.filed", "insp.notified")):
        return None
    return Found("yellow", visit.at)


def one_of_two_stays(trial: Trial) -> Iterator[Found]:
    """PER-02: of two on a post one is there."""
    leaves = all_of(trial.case, "roster.leave")
    for place, leave in enumerate(leaves):
        begins, ends = _away(leave)
        others = [_away(each) for each in leaves[:place] if each.says("officer") != leave.says("officer")]
        if any(since <= ends and begins <= until for since, until in others):
            yield Found("yellow", leave.at)


def one_leave_at_a_time(trial: Trial) -> Iterator[Found]:
    """PER-01-CD: nobody who is away, or is to be, and has not come back, is to be away on the same days again."""
    leaves = all_of(trial.case, "roster.leave")
    for place, leave in enumerate(leaves):
        own = [each for each in leaves[:place] if each.says("officer") == leave.says("officer")]
        begins, ends = _away(leave)
        for earlier in own:
            since, until = _away(earlier)
            back = [
                each
                for each in all_of(trial.case, "roster.returned")
                if each.says("officer") == leave.says("officer")
                and earlier.at < each.at <= leave.at
                and each.at.astimezone(ZONE).date() >= since
            ]
            if since <= ends and begins <= until and not back:
                yield Found("hint", leave.at)
                break


def _away(leave: Happening) -> tuple[date, date]:
    """Return the first and the last day of a leave, which may be told long before."""
    return date.fromisoformat(str(leave.says("from"))), date.fromisoformat(str(leave.says("until")))


def replied_in_time(trial: Trial) -> Found | None:
    """DSC-05: a request is answered within twenty working days of being complete, and as many more if prolonged."""
    begins = all_of(trial.case, ("disc.received", "disc.supp_received"))
    if not begins:
        return None
    longer = sum(min(int(each.data["days"]), LONGEST_DAYS) for each in all_of(trial.case, "disc.extended"))
    rungs = [working("warning", 18 + longer), working("red", 20 + longer)]
    last = trial._replace(case=[each for each in trial.case if each not in begins[:-1]])
    found = kept(begins[-1].type, ("disc.replied", "disc.abandoned"), *rungs)(last)
    return next(iter(found), None)


def told_in_time(trial: Trial) -> Found | None:
    """TL-01-XX: who asks for information is told within seven working days what is missing, if he is told."""
    notice = next(iter(all_of(trial.case, "disc.supp_noticed")), None)
    late = notice and kept_from_first("disc.requested", "disc.supp_noticed", working("yellow", 7))(trial)
    return next(iter(late), None) if late else None


def decided_after_the_window(trial: Trial) -> Found | None:
    """PUN-02-QX: whoever may ask for a hearing has five whole working days for it before anything is decided."""
    asked = first(trial.case, "pun.noticed", _says("hearing"))
    decided = asked and first(after(trial.case, asked), "pun.decided")
    if asked is None or decided is None:
        return None
    return Found("red", decided.at) if past_working_days(trial, asked, WINDOW_DAYS) > decided.at else None


def told_once(trial: Trial) -> Found | None:
    """NTC-01-XX: all that is missing is told at once."""
    notices = all_of(trial.case, "disc.supp_noticed")
    return Found("yellow", notices[1].at) if len(notices) > 1 else None


OFFICES: Final[dict[str, Judge]] = {
    "INS-01": told("insp.checked_in", "red", silent_on("form_no")),
    "INS-02": approved_and_announced,
    "INS-05": told("insp.checked_in", "yellow", lambda each: 0 < len(set(each.data.get("officers", ()))) < TWO),
    "INS-05-KB": told("insp.checked_in", "yellow", silent_on("officers", "cert_no")),
    "PER-04-JC": told("insp.checked_in", "red", _uncarded),
    "PUN-01": kept_from_first(
        "pun.filed", ("pun.decided", "pun.dropped"), natural("warning", 90, 15), natural("red", 90)
    ),
    "PUN-02": preceded("pun.decided", "pun.noticed", "red", strictly=True),
    "PUN-02-TZ": owed_before("pun.hearing_requested", "pun.hearing_held", "pun.decided", "red", anew=True),
    "PUN-02-TQ": waited("pun.hearing_noticed", "pun.hearing_held", 7, "yellow", natural=False),
    "PUN-02-QX": decided_after_the_window,
    "PUN-03": kept_from_first("pun.decided", "pun.served", working("yellow", 7)),
    "PUN-04": told("pun.decided", "yellow", _off_the_scale),
    "PUN-05": preceded("pun.decided", "pun.reviewed", "yellow", where=_says("major")),
    "PUN-05-BA": kept_from_first("pun.decided", "pun.record_filed", working("yellow", 15), where=_says("major")),
    "PER-04": told("pun.investigated", "red", _uncarded),
    "DSC-01": told("disc.item_published", "warning", silent_on(*ELEMENTS)),
    "DSC-02": kept("disc.changed", "disc.published", working("warning", 20)),
    "DSC-03": kept_from_first(
        "disc.changed",
        "disc.published",
        working("warning", 7),
        where=lambda each: each.says("kind") in {"licence", "penalty"},
    ),
    "DSC-05": replied_in_time,
    "TL-01-XX": told_in_time,
    "NTC-01-XX": told_once,
    "SEQ-08": preceded(("bizdec.deliberated", "bizdec.decided"), "bizdec.reviewed", "red"),
    "SEQ-08-TL": preceded("bizdec.decided", "bizdec.deliberated", "red"),
    "SEQ-08-GC": owed_before(
        "bizdec.started", ("bizdec.published", "bizdec.heard"), "bizdec.decided", "red", where=_says("interests")
    ),
    "SEQ-08-ZJ": owed_before("bizdec.started", "bizdec.opined", "bizdec.decided", "yellow", where=_says("technical")),
    "SEQ-08-FX": owed_before(
        "bizdec.started", "bizdec.risk_assessed", "bizdec.decided", "yellow", where=_says("risky")
    ),
    "SEQ-08-QX": waited("bizdec.published", "bizdec.decided", 30, "yellow", natural=True),
    "DSC-07": kept_from_first("norm.published", ("norm.filed", "norm.repealed"), natural("warning", 30)),
    "EXT-01": waited("trade.candidates_published", "trade.awarded", 3, "yellow", natural=True),
    "EXT-02": kept_from_first(
        "trade.awarded", ("trade.contracted", "trade.cancelled"), natural("warning", 30, 5), natural("yellow", 30)
    ),
    "EXT-03": preceded(
        "trade.land_granted",
        "trade.land_auctioned",
        "red",
        where=lambda each: each.says("usage") in BY_AUCTION or each.data["intended"] >= COMPETITION,
    ),
    "EXT-04": preceded("trade.contracted", "trade.reviewed", "warning", where=_says("kind", "procurement")),
    "ACT-06": kept_from_first(
        "task.assigned", ("task.done", "task.cancelled"), dated("warning", "due_on"), dated("yellow", "due_on", 30)
    ),
    "ACT-06-HY": told(
        "task.met",
        "hint",
        lambda each: (
            each.data.get("citywide") is not True and (each.data["hours"] > HALF_DAY_H or each.data["speakers"] > 1)
        ),
    ),
    "PER-01": told("roster.leave", "yellow", silent_on("proxy")),
    "PER-01-CD": one_leave_at_a_time,
    "PER-01-GS": told("roster.leave", "hint", _says("published", value=False)),
    "PER-02": one_of_two_stays,
    "ACT-03": kept("act.issued", ("act.replied", "act.withdrawn"), dated("warning", "due", -2), dated("red", "due")),
    "ACT-07": kept("act.imposed", "act.filed", working("hint", 10)),
    "DSC-06-HF": kept("consult.asked", ("consult.replied", "consult.transferred"), working("warning", 3)),
    "PER-06": kept("consult.transferred", "consult.replied", working("warning", 3)),
}
"""The rules that hold whatever item a case is about, or for cases about none."""
