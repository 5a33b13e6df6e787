"""Where `rules/calendars/cn.yaml` comes from, and whether it still says what its sources say.

The official years are those of the library chinesecalendar, which transcribes the
State Council's yearly notices; the next year, until its notice is out, has the
statutory holidays of the library holidays and no made-up days. Both are tools of
whoever maintains the calendar: a running installation reads only the file.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from importlib import import_module
from itertools import groupby
from types import ModuleType

from mingjing.rules.calendar import Calendar, Year

TITLE = "中华人民共和国工作日历"

# Read on gov.cn; the notices for 2004–2007 carry numbers we could not verify.
NOTICES = {
    2008: "国办发明电〔2007〕52号",
    2009: "国办发明电〔2008〕42号",
    2010: "国办发明电〔2009〕27号",
    2011: "国办发明电〔2010〕40号",
    2012: "国办发明电〔2011〕45号",
    2013: "国办发明电〔2012〕33号",
    2014: "国办发明电〔2013〕28号",
    2015: "国办发明电〔2014〕28号；国发明电〔2015〕1号",
    2016: "国办发明电〔2015〕18号",
    2017: "国办发明电〔2016〕17号",
    2018: "国办发明电〔2017〕12号",
    2019: "国办发明电〔2018〕15号；国办发明电〔2019〕3号",
    2020: "国办发明电〔2019〕16号；国办发明电〔2020〕1号",
    2021: "国办发明电〔2020〕27号",
    2022: "国办发明电〔2021〕11号",
    2023: "国办发明电〔2022〕16号",
    2024: "国办发明电〔2023〕7号",
    2025: "国办发明电〔2024〕12号",
    2026: "国办发明电〔2025〕7号",
}

NAMES = {
    "清明": "清明节",
    "端午": "端午节",
    "中秋": "中秋节",
    "中国人民抗日战争暨世界反法西斯战争胜利70周年纪念日": "抗战胜利70周年纪念日",
}

STATUTORY = {
    "New Year's Day": "元旦",
    "Chinese New Year": "春节",
    "Tomb-Sweeping Day": "清明节",
    "Labor Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "Mid-Autumn Festival": "中秋节",
    "National Day": "国庆节",
}

KNOWN_DIFFERENCES = {
    date(2005, 12, 31): "2006 年元旦调休：2005-12-31（周六）上班，holidays 未载",
}
"""Days on which the two libraries disagree, with what settled them."""


class SourceMissing(Exception):
    """A library the calendar is made from is not installed; it belongs to the development group."""


def generate() -> str:
    """Return the text of `cn.yaml` as the installed libraries have it."""
    official = official_years()
    coming = max(official) + 1
    years = {**official, coming: provisional_year(coming)}
    return "\n".join(_written(years)) + "\n"


def official_years() -> dict[int, Year]:
    """Return the years chinesecalendar holds, each with its notice where known."""
    source = _library("chinese_calendar", "chinesecalendar").constants
    chinese = {holiday.value: holiday.chinese for holiday in source.Holiday}
    named = {day: NAMES.get(chinese[name], chinese[name]) for day, name in source.holidays.items()}
    years = range(min(named).year, max(named).year + 1)
    return {
        number: Year(
            status="official",
            document=NOTICES.get(number),
            holidays={day: name for day, name in named.items() if day.year == number},
            made_up=frozenset(day for day in source.workdays if day.year == number),
        )
        for number in years
    }


def provisional_year(number: int) -> Year:
    """Return a year's statutory holidays alone: what is certain before the notice is out."""
    named = _library("holidays", "holidays").China(years=number, language="en_US")
    found = {day: _statutory(name) for day, name in named.items()}
    return Year(status="provisional", holidays=dict(sorted(found.items())))


def differences(calendar: Calendar) -> list[str]:
    """Return a sentence for every day of `calendar` that its sources see differently; the known ones are left out.

    Every official day is compared with chinesecalendar and with holidays, independently.
    """
    chinese = _library("chinese_calendar", "chinesecalendar")
    official = {number for number, year in calendar.years.items() if year.status == "official"}
    other = _library("holidays", "holidays").China(years=official)
    line = calendar.workdays()
    found: list[str] = []
    for day in _days(official):
        ours = line.is_workday(day)
        if ours != chinese.is_workday(day):
            found.append(f"{day}: 本日历{_word(ours)}，chinesecalendar {_word(not ours)}")
        if ours != other.is_working_day(day) and day not in KNOWN_DIFFERENCES:
            found.append(f"{day}: 本日历{_word(ours)}，holidays {_word(not ours)}")
    return found


def _written(years: Mapping[int, Year]) -> Iterator[str]:
    yield "# 由 `mingjing calendars generate` 写出；新通知发布后重新生成，或照此格式手工补入并写明文号。"
    yield "calendar: cn"
    yield f"title: {TITLE}"
    yield f"version: '{max(number for number, year in years.items() if year.status == 'official')}.1'"
    yield "weekend: [saturday, sunday]"
    yield "hours: 09:00-12:00 13:00-17:30"
    yield "years:"
    for number, year in years.items():
        yield f"  {number}:"
        yield f"    status: {year.status}"
        if year.document:
            yield f"    document: {year.document}"
        yield "    holidays:"
        names = dict.fromkeys(year.holidays[day] for day in sorted(year.holidays))
        for name in names:
            yield f"      {name}: {_spans(day for day, why in year.holidays.items() if why == name)}"
        if year.made_up:
            yield f"    made_up: [{', '.join(map(str, sorted(year.made_up)))}]"


def _spans(days: Iterable[date]) -> str:
    runs = []
    for _, run in groupby(enumerate(sorted(days)), key=lambda each: each[1].toordinal() - each[0]):
        stretch = [day for _, day in run]
        runs.append(str(stretch[0]) if len(stretch) == 1 else f"{stretch[0]}/{stretch[-1]}")
    return runs[0] if len(runs) == 1 else f"[{', '.join(runs)}]"


def _days(years: Iterable[int]) -> Iterator[date]:
    for number in sorted(years):
        first = date(number, 1, 1)
        yield from (first + timedelta(n) for n in range((date(number + 1, 1, 1) - first).days))


def _statutory(name: str) -> str:
    found = next((ours for theirs, ours in STATUTORY.items() if name.startswith(theirs)), None)
    if found is None:
        raise SourceMissing(f"holidays 给出了不认识的节日 {name!r}：请在 STATUTORY 中补上其中文名")
    return found


def _word(worked: bool) -> str:  # noqa: FBT001  # a word for a truth value
    return "上班" if worked else "放假"


def _library(module: str, package: str) -> ModuleType:
    try:
        return import_module(module)
    except ModuleNotFoundError as exc:
        raise SourceMissing(f"生成或核对日历需要 {package}：它是开发依赖，请先运行 uv sync 安装开发组") from exc
