"""An inspection of an enterprise: approved, announced, registered, by two officers with cards. Or not."""

from datetime import date, datetime
from typing import Any, Final

from mingjing.services.city.draft import Draft

FAULTS: Final = {
    "": 60,
    "unapproved": 8,
    "approved afterwards": 5,
    "unannounced": 5,
    "unregistered": 8,
    "alone": 6,
    "nameless": 4,
    "uncertified": 4,
}
"""How often, in a hundred inspections, what is wrong with one."""

MODES: Final = {"plan": 70, "spot": 18, "joint": 12}
"""How often, in a hundred, it is planned, on the spur of the moment, or together with other agencies."""

MATTERS: Final = ("消防安全", "食品安全", "安全生产", "环境保护")
ENTERPRISES: Final = 60
"""How many enterprises are inspected."""

CERTIFICATES: Final = {
    "11990100MB0000019L": ("99010019001", "99010019002"),
    "11990100MB0000027F": ("99010027001", "99010027002"),
    "11990100MB00000435": ("990100435001",),
}
"""The cards in force at each agency whose cards are registered."""

EXPIRED: Final = "99010019003"


def inspection(draft: Draft, day: date) -> None:
    """Tell an inspection approved on `day` and made in the days after."""
    dice = draft.dice
    fault, mode = draft.pick(FAULTS), draft.pick(MODES)
    enterprise = f"91990100MA{dice.randrange(ENTERPRISES):07d}Q"
    about = {"enterprise": enterprise, "matter": dice.choice(MATTERS), "mode": mode}
    visited = draft.during(draft.worked_day(day, 1, 5))
    if fault != "unapproved":
        filed = draft.during(visited.date(), visited) if fault == "approved afterwards" else draft.during(day)
        draft.tell("insp.filed", filed, officer=draft.chief(), data={"doc_no": draft.document("检查")} | about)
    if fault != "unannounced":
        draft.tell("insp.notified", draft.during(day), data={"doc_no": draft.document("检查通知")})
    if draft.tell("insp.checked_in", visited, officer=draft.clerk(), data=about | _crew(draft, fault)):
        _blame(draft, fault, mode, visited)
        if mode != "spot":
            draft.count("INS-03", (draft.agency.code, enterprise), visited)
        if mode != "joint":
            draft.count("INS-04", (enterprise, about["matter"]), visited, value=draft.agency.code)
    draft.tell("insp.finished", draft.during(visited.date(), draft.now), data={"result": "未发现问题"})


def certificate(draft: Draft, *, valid: bool) -> str:
    """Return the number of an officer's card, in force or not."""
    return draft.dice.choice(CERTIFICATES.get(draft.agency.code, ("99019999001",))) if valid else EXPIRED


def _crew(draft: Draft, fault: str) -> dict[str, Any]:
    """Return what is registered of those who inspect."""
    officers = [draft.clerk()] if fault == "alone" else [draft.clerk(), draft.chief()]
    crew: dict[str, Any] = {"officers": officers, "cert_no": certificate(draft, valid=fault != "uncertified")}
    if fault == "nameless":
        del crew["officers"]
    if fault != "unregistered":
        crew["form_no"] = draft.document("公务活动登记")
    return crew


def _blame(draft: Draft, fault: str, mode: str, visited: datetime) -> None:
    match fault:
        case "unapproved" | "approved afterwards" | "unannounced" if mode != "spot":
            draft.plant("INS-02", "yellow", visited)
        case "unregistered":
            draft.plant("INS-01", "red", visited)
        case "alone":
            draft.plant("INS-05", "yellow", visited)
        case "nameless":
            draft.plant("INS-05-KB", "yellow", visited)
        case "uncertified" if draft.agency.code in CERTIFICATES:
            draft.plant("PER-04-JC", "red", visited)
