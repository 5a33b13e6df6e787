"""Years of a log that a list of days off says nothing of: they are judged by the week alone, and said."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from mingjing.rules.events import Fact
from mingjing.rules.rulebook import Rulebook

MOST_TOLD = 5
"""Years that are named; enough to find them."""


def unlisted(rulebook: Rulebook, cases: Mapping[str, Sequence[Fact]]) -> Iterator[str]:
    """Yield a sentence where events fall into years of which the calendar knows the week alone."""
    calendar, zone = rulebook.calendar, rulebook.zone
    listed = [number for number, year in calendar.years.items() if year.status == "official" or year.holidays]
    if len(listed) in (0, len(calendar.years)):
        return
    first, last = min(listed), max(listed)
    begin = zone.midnight(date(first, 1, 1).toordinal())
    end = zone.midnight(date(last + 1, 1, 1).toordinal())
    strange = [fact.at for facts in cases.values() for fact in facts if not begin <= fact.at < end]
    years = sorted({date.fromordinal(zone.day(at)).year for at in strange})
    if years:
        told = "、".join(map(str, years[:MOST_TOLD])) + ("…" if len(years) > MOST_TOLD else "")
        yield (
            f"日历 {calendar.name} 列出 {first} 至 {last} 年的非工作日，"
            f"日志有 {len(strange)} 个事件在此外的年份（{told}）：那些年只除周末，触及的黄牌、红牌待核实；"
            "events in years the calendar does not list are judged by the week alone, for somebody to confirm"
        )
