"""Terms of law: an amount with its unit, and thresholds measured from a deadline."""

import re
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Literal

import msgspec

from mingjing.rules.yaml_page import nearest

Unit = Literal["wd", "cd", "mo", "wh", "h", "min", "s"]

UNIT_TITLES: dict[Unit, str] = {
    "wd": "个工作日",
    "cd": "个自然日",
    "mo": "个月",
    "wh": "个工作小时",
    "h": "小时",
    "min": "分钟",
    "s": "秒",
}
DAY_UNITS: frozenset[str] = frozenset(("wd", "cd", "mo"))
"""Units whose deadline is a day; the others end at an instant."""

SECONDS: dict[str, int] = {"h": 3600, "wh": 3600, "min": 60, "s": 1}
WHOLE = 100
_TERM = re.compile(r"(\d+)\s*(wd|cd|mo|wh|h|min|s)")
_BEFORE = re.compile(r"(?P<term>\d+\s*[a-z]+)\s+before(?:\s+(?P<clock>\w+))?")
_SHARE = re.compile(r"(?P<share>\d+(?:\.\d+)?)\s*%(?:\s+of(?:\s+(?P<clock>\w+))?)?")
_PAST = re.compile(r"past(?:\s+(?!by\b)(?P<clock>\w+))?(?:\s+by\s+(?P<term>\d+\s*[a-z]+))?")
_WORDS = ("before", "past")


class Term(msgspec.Struct, frozen=True):
    """An amount of time in the unit the law gives it in, such as 20 working days."""

    amount: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.amount}{self.unit}"

    @property
    def title(self) -> str:
        """The term in Chinese, as it is read out."""
        return f"{self.amount} {UNIT_TITLES[self.unit]}"

    @property
    def micros(self) -> int:
        """Length in microseconds of a term of hours, minutes or seconds; KeyError for days."""
        return self.amount * SECONDS[self.unit] * 1_000_000


@lru_cache(maxsize=4096)
def parse_term(text: str) -> Term:
    """Return the term that `text` writes, such as `3wd`, `90cd`, `6mo`, `4wh`, `2h`, `30min`.

    Raises ValueError naming the text and the units.
    """
    found = _TERM.fullmatch(text.strip())
    if not found:
        raise ValueError(
            f"{text!r} is not a term; write a whole number and a unit: "
            "wd (working days), cd (calendar days), mo, wh (office hours), h, min or s"
        )
    return Term(int(found[1]), found[2])  # type: ignore[arg-type]  # the pattern admits only units


class DatedLimit(msgspec.Struct, frozen=True):
    """The limit that holds for clocks started on `since` or later."""

    since: date
    term: Term


class Threshold(msgspec.Struct, frozen=True):
    """The moment from which a rung of a ladder holds, measured on a clock.

    `before`: from the end of the day that lies `term` before the due day.
    `share`: once that percentage of the limit has been used.
    `past`: once the limit is passed, or passed by `term`.
    """

    mode: Literal["before", "share", "past"]
    clock: str | None
    term: Term | None = None
    share: Decimal | None = None


def parse_threshold(text: str) -> Threshold:
    """Return the threshold that `text` writes.

    Forms: `<n unit> before [clock]`, `<p>% of [clock]`, `past [clock] [by <n unit>]`.
    Raises ValueError naming the text and the forms.
    """
    text = text.strip()
    if found := _BEFORE.fullmatch(text):
        return Threshold("before", found["clock"], term=parse_term(found["term"]))
    if found := _SHARE.fullmatch(text):
        if Decimal(found["share"]) > WHOLE:
            clock = f"past {found['clock']}" if found["clock"] else "past"
            raise ValueError(f"{text!r} lies beyond the whole of the limit; write how long after it: `{clock} by 1wd`")
        return Threshold("share", found["clock"], share=Decimal(found["share"]))
    if found := _PAST.fullmatch(text):
        return Threshold("past", found["clock"], term=parse_term(found["term"]) if found["term"] else None)
    raise ValueError(
        f"{text!r} is not a threshold; write `2wd before promised`, `90% of promised` or `past statutory by 1wd`"
        + next(filter(None, (nearest(word, _WORDS) for word in re.findall(r"[a-z]+", text) if word not in _WORDS)), "")
    )
