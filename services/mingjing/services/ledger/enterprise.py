"""What may be asked of enterprises: 企业, and those among them that are monitoring points (监测点)."""

import re
from typing import Final, Literal

import msgspec

CODE: Final = "^[0-9A-HJ-NPQRTUWXY]{18}$"
"""The form of a 统一社会信用代码 (GB 32100—2015)."""

CODE_BEGINS: Final = "[0-9A-HJ-NPQRTUWXY]{1,18}"
"""The form of its first characters."""

_PERSON: Final = re.compile(r"[1-8]\d{5}(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{3}[\dX]")
"""The form of a 公民身份号码 (GB 11643—1999), which an agency may write where it should have left the place empty."""

Order = Literal["recent", "inspections", "complaints", "cases"]


class EnterpriseFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which enterprises are wanted, and which of them first.

    `text` is how their code begins; those of `codes` are wanted too. With neither, all are.
    """

    text: str | None = None
    codes: tuple[str, ...] = ()
    monitoring: bool = False
    order: Order = "recent"


class EnterpriseFigures(msgspec.Struct, frozen=True, kw_only=True):
    """What is counted of one enterprise in the cases that name it.

    `inspectors` are the agencies that inspected it. Of what it brought forward as a
    monitoring point (`reflections`), some was answered within three days, some was not,
    and some may still be.
    """

    enterprise: str
    cases: int
    open: int
    inspections: int
    inspectors: int
    penalties: int
    complaints: int
    reflections: int
    answered: int
    unanswered: int


class EnterpriseCounts(EnterpriseFigures, frozen=True, kw_only=True):
    """The figures of an enterprise, and when its first case began and the last event of any was."""

    first_ms: int
    last_ms: int


class EnterprisePage(msgspec.Struct, frozen=True):
    """Some enterprises of a list, and the cursor of the next page (None on the last)."""

    items: list[EnterpriseCounts]
    next_cursor: str | None


class EnterpriseAgency(msgspec.Struct, frozen=True, kw_only=True):
    """What one agency has had to do with an enterprise."""

    agency: str
    cases: int
    inspections: int
    penalties: int
    last_ms: int


def code_of(told: str) -> str:
    """Return the code of an enterprise; '' for what is none: a name, or the number of a person."""
    return told if re.fullmatch(CODE, told) and not _PERSON.fullmatch(told) else ""
