"""Logs and rules as awkward as those of real administrations, made from a seed.

Zones whose clocks jump at midnight, bare dates beside instants of every offset, ties, rows out of order, numbers that
do not follow time, duplicates, planned and made-up years, cells that are empty or no date, names with every mark.
"""

import csv
import io
from datetime import UTC, date, datetime, time, timedelta, timezone
from random import Random
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

Rows = list[dict[str, str]]
Rules = list[dict[str, Any]]

TURNS = {
    "Europe/Amsterdam": date(2014, 3, 20),
    "Europe/Rome": date(2013, 10, 15),
    "America/Sao_Paulo": date(2013, 10, 10),
    "Asia/Beirut": date(2015, 3, 20),
    "Pacific/Auckland": date(2014, 4, 1),
    "America/St_Johns": date(2010, 11, 1),
    "Africa/Casablanca": date(2013, 7, 1),
    "Atlantic/Azores": date(2013, 10, 20),
    "Asia/Shanghai": date(2013, 12, 20),
}
"""Zones, each with a day shortly before its clocks jump, or before a long holiday."""

ACTIVITIES = (
    *('A "quoted"', "B, with comma", " leading", "trailing ", "C/slash", "*starred*", "核准 许可", "1", "yes", "null"),
    *("G: colon", "#hash", "- dash", "{brace}", "it's", "two\nlines", "~", "2026-01-01", "0x1F", "a.b", "[x]", "%p"),
    *("&r", "!t", "|", ">", "@x", "`q`", "?", "e\u0301", *(f"step {number:03}" for number in range(400))),
)
NO_DATES = ("EMPTY", "n/a", "NaN", "0000-00-00", "31.12.2013", "-", "9999-12-31")
QUESTIONS = ("question", "问题", "org:question", "(case)_question", "2nd_question", "Änderung")
"""What the column that rules ask for is called, the log of one seed after the other."""

OFFSETS = (-720, -210, 60, 120, 330, 480, 840)


class NastyLog(NamedTuple):
    """A log as rows and as the text of a file, its rules, and the ground they are judged on."""

    zone: str
    rows: Rows
    text: str
    rules: Rules
    off: list[tuple[date, str]]


def nasty_log(seed: int) -> NastyLog:
    """Return the log of a seed."""
    dice = Random(seed)  # noqa: S311  # a story, no secret
    zone = dice.choice(list(TURNS))
    names = dice.sample(ACTIVITIES, dice.choice((3, 4, 6, 10)))
    first = dice.choice((TURNS[zone], TURNS[zone], date(2013, 12, 20), date(2012, 2, 20)))
    rows = _rows(dice, zone, names, first)
    rules = [_rule(dice, number, names, first) for number in range(14)]
    asked = QUESTIONS[seed % len(QUESTIONS)]
    rows = [{asked if name == QUESTIONS[0] else name: cell for name, cell in row.items()} for row in rows]
    for rule in rules:
        for asks in filter(None, (rule, rule.get("extend"))):
            asks["where"] = {asked if name == QUESTIONS[0] else name: x for name, x in asks.get("where", {}).items()}
    return NastyLog(zone, rows, _written(dice, rows), rules, _days_off(dice))


def _rows(dice: Random, zone: str, names: list[str], first: date) -> Rows:
    style = dice.choice(("mixed", "mixed", "dates", "naive"))
    rows: Rows = []
    for number in range(dice.choice((5, 20, 40))):
        begin = first + timedelta(days=dice.randrange(30))
        if dice.random() < 0.05:
            begin = date(dice.choice((1900, 1925, 1999, 2030, 2101)), dice.choice((1, 12)), dice.choice((1, 28, 31)))
        due, end = _stated(dice, begin), _stated(dice, begin)
        for _ in range(dice.choice((1, 1, 2, 3, 4, 6, 8, 12, 30))):
            tied = rows and rows[-1]["case_id"].endswith(f" {number}") and dice.random() < 0.2
            rows.append(
                {
                    "case_id": f'办件",\t {number}' if number % 3 else f"N {number}",
                    "activity": dice.choice(names),
                    "timestamp": rows[-1]["timestamp"] if tied else _moment(dice, zone, begin, style),
                    "resource": dice.choice(("", "r1", "r2", "r3", "r1 ")),
                    "lifecycle": dice.choice(("start", "complete", "complete", "")),
                    "question": dice.choice(("True", "False", "EMPTY", "1", "")),
                    "due (plan)": _stated(dice, begin),
                    "done.date": _stated(dice, begin),
                    "case:deadline": due,
                    "case:end": end,
                }
            )
    numbers = list(range(1, len(rows) + 1))
    if dice.random() < 0.6:
        dice.shuffle(rows)
    if dice.random() < 0.4:
        dice.shuffle(numbers)
    rows = [{**row, "seq": str(number)} for row, number in zip(rows, numbers, strict=True)]
    return [*rows, dict(dice.choice(rows))] if dice.random() < 0.3 else rows


def _moment(dice: Random, zone: str, begin: date, style: str) -> str:
    day = begin + timedelta(days=dice.choice((0, 0, 1, 1, 2, 3, 5, 7, 8, 10, 14, 15, 20, dice.randrange(60))))
    if style == "dates":
        return day.isoformat()
    exact = time(dice.randrange(24), dice.randrange(60), dice.randrange(60), dice.choice((0, 1, 999, 999_999)))
    plain = time(dice.choice((0, 1, 2, 3, 9, 12)), dice.choice((0, 30)))
    at = datetime.combine(day, dice.choice((time(), time(), time(23, 59, 59), plain, plain, exact)))
    if style == "naive":
        return at.isoformat(dice.choice("T "))
    here = at.replace(tzinfo=ZoneInfo(zone), fold=dice.randrange(2))
    elsewhere = timezone(timedelta(minutes=dice.choice(OFFSETS)))
    utc = here.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return dice.choice((here.isoformat(), here.isoformat(), utc, here.astimezone(elsewhere).isoformat(" ")))


def _stated(dice: Random, begin: date) -> str:
    day = begin + timedelta(days=dice.randrange(-5, 25))
    offset = dice.choice(("+01:00", "+02:00", "Z", "-05:00"))
    instant = f"{day}T{dice.choice(('00:00:00', '23:59:59', '12:00:00.5'))}{offset}"
    return dice.choice(("", f"{day}", f"{day} 10:30:00", instant, instant, dice.choice(("", *NO_DATES))))


def _written(dice: Random, rows: Rows) -> str:
    text = io.StringIO(newline="")
    ends, quotes = dice.choice(("\n", "\r\n")), dice.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL))
    sheet = csv.DictWriter(text, list(rows[0]), lineterminator=ends, quoting=quotes)
    sheet.writeheader()
    sheet.writerows(rows)
    return dice.choice(("", "", "\ufeff")) + text.getvalue()


def _days_off(dice: Random) -> list[tuple[date, str]]:
    first, last = dice.choice(((1999, 2030), (2007, 2016), (2008, 2014)))
    weekend = dice.choice(((5, 6), (6,)))
    days = (date(first, 1, 1) + timedelta(days=n) for n in range((date(last + 1, 1, 1) - date(first, 1, 1)).days))
    named = {(1, 1): "New Year", (4, 30): "Spring", (12, 25): "Winter", (12, 26): "Winter"}
    found = ((day, "weekend" if day.weekday() in weekend else named.get((day.month, day.day), "")) for day in days)
    return [(day, why) for day, why in found if why]


def _rule(dice: Random, number: int, names: list[str], first: date) -> dict[str, Any]:
    kind = dice.choice((*["response"] * 8, *_KINDS))
    some = dice.sample(names, len(names))
    where = dice.choice(({}, {}, {"lifecycle": "complete"}, {"question": "True", "lifecycle": "complete"}))
    limit, unit = dice.choice((0, 1, 1, 2, 3, 5, 8, 10, 20)), dice.choice(("working_days", "calendar_days"))
    rule: dict[str, Any] = {"id": f"R{number:02}", "kind": kind, "limit": limit, "unit": unit}
    match kind:
        case "response" | "response_cond":
            rule |= {"trigger": some[: dice.choice((1, 1, 2))], "target": dice.sample(names, dice.choice((1, 2, 3)))}
            rule |= {"where": where, "target_any": dice.random() < 0.2}
            rule["target"] = rule["trigger"] if dice.random() < 0.2 else rule["target"]
            _move(dice, rule, names, first)
        case "precedence":
            rule |= {"step": some[:1], "before": some[1:3], "where": where}
        case "min_wait":
            rule |= {"trigger": some[:1], "target": dice.sample(names, 2)}
        case "attr_case":
            rule |= {"deadline": "case:deadline", "end": "case:end"}
        case "attr_event":
            rule |= {"due": "due (plan)", "done": "done.date"}
        case "same_resource":
            rule |= {"a": some[0], "b": some[1]}
    return rule


def _move(dice: Random, rule: dict[str, Any], names: list[str], first: date) -> None:
    """Let something discharge the duty, or move or date its limit."""
    if dice.random() < 0.3:
        rule["unless"] = dice.choice((rule["target"], dice.sample(names, dice.choice((1, 2)))))
    match dice.randrange(4):
        case 0:
            since = dice.choice((date(1900, 1, 1), first)), first + timedelta(days=dice.randrange(1, 40))
            rule["limit_versions"] = [
                {"start": f"{day}", "limit": rule["limit"] + more} for day, more in zip(since, (5, 0), strict=True)
            ]
        case 1:
            rule["unit"] = "calendar_days"
            grant = {"activity": dice.choice(names), "where": {"question": "True"}, "add": dice.choice((1, 5, 10))}
            rule["extend"] = grant
        case 2:
            rule["suspend"] = dict(zip(("start", "end"), dice.sample(names, 2), strict=True))
            rule["suspend"]["each"] = dice.random() < 0.5


_KINDS = ("response_cond", "precedence", "min_wait", "case_span", "attr_case", "attr_event", "same_resource")
