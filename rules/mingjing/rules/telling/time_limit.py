"""A time limit told: start, what was not counted and why, what moved it, its end, and the outcome."""

from collections.abc import Iterator

from mingjing.rules.card import LEVEL_TITLES
from mingjing.rules.kinds.notification import Notification
from mingjing.rules.kinds.time_limit import TimeLimit
from mingjing.rules.telling.phrases import (
    CLOCK_NAMES,
    CLOCK_TITLES,
    LEVEL_NAMES,
    Pair,
    Told,
    day_zh,
    days_en,
    days_zh,
    limit_en,
    limit_zh,
    moment,
    moment_zh,
    quoted,
)
from mingjing.rules.term import UNIT_TITLES


def tell(told: Told) -> Iterator[Pair]:
    """Yield the sentences in the order in which the days are counted."""
    found = told.found
    clock, name = CLOCK_TITLES[found["clock"]], CLOCK_NAMES[found["clock"]]
    start_zh, start = moment(found["start_at"])
    if "deemed" in found:
        what, (known_zh, known) = found["deemed"]["fact"], moment(found["deemed"]["known_at"])
        yield (
            f"{known_zh} 起依法{told.title(what)}，自 {start_zh} 起算。",
            f"Deemed {what} by law from {known} on, as of {start}.",
        )
    if limit_zh(found["limit"]) == found["limit"]:  # no term: a date or instant that the data state
        yield f"期限由数据写明，自 {start_zh} 起算。", f"The data state the end themselves; started {start}."
    else:
        yield (
            f"起算：{start_zh}，当日不计，{clock} {limit_zh(found['limit'])}。",
            f"Started {start}; that day is not counted; {name} {limit_en(found['limit'])}.",
        )
    if found["excluded"]:
        yield (
            f"不计：{'，'.join(map(days_zh, found['excluded']))}。",
            f"Not counted: {', '.join(map(days_en, found['excluded']))}.",
        )
    for each in found["extensions"]:
        zh, en = moment(each["at"])
        yield f"延期：{zh} 批准延长 {limit_zh(each['by'])}。", f"Extended on {en} by {limit_en(each['by'])}."
    yield _end(told)
    yield _outcome(told)


def _end(told: Told) -> Pair:
    found = told.found
    rolled = found["rolled_from"]
    zh, en = _deadline(told)
    if rolled:
        return (
            f"届满：{day_zh(rolled)}为休息日，顺延至 {zh}。",
            f"The limit ends on {rolled}, a day off, and so rolls to {en}.",
        )
    return f"届满：{zh}。", f"The limit ends with {en}."


def _deadline(told: Told) -> Pair:
    found = told.found
    whole_days = found["count"] == "end-of-day"
    if whole_days:
        return f"{day_zh(found['due_on'])} 24:00", str(found["due_on"])
    return moment_zh(found["due_at"]), str(found["due_at"])


def _outcome(told: Told) -> Pair:
    found, level = told.found, told.finding.level
    if found["finish_at"]:
        return _finished(told)
    awaited_zh, awaited = _awaited(told)
    end_zh, _ = _deadline(told)
    if level == "warning" and (told.finding.due_at is None or told.finding.violated_at < told.finding.due_at):
        return (
            f"尚未{awaited_zh}，请于 {end_zh} 前完成。",
            f"{awaited} has not happened yet; it is due before the limit ends.",
        )
    return (
        f"届满时未{awaited_zh}，发{LEVEL_TITLES[level]}。",
        f"No {awaited} when the limit ended: {LEVEL_NAMES[level]}.",
    )


def _finished(told: Told) -> Pair:
    found = told.found
    zh, en = moment(found["finish_at"])
    last = told.finding.evidence[-1] if told.finding.evidence else None
    by_event = last is not None and told.rule.zone.text(last.at) == found["finish_at"]
    name_zh, name = (told.ended(last.type), last.type) if last and by_event else ("完成", "Finished")
    if not found["late"]:
        return f"{zh} {name_zh}，未超期。", f"{name} on {en}, in time."
    if not found["over"]:
        return f"{zh} {name_zh}，已过期限。", f"{name} on {en}, after the limit had ended."
    unit = UNIT_TITLES["wd" if found["unit"] == "wd" else "cd"]
    return f"{zh} {name_zh}，超期 {found['over']} {unit}。", f"{name} on {en}, {found['over']} days over."


def _awaited(told: Told) -> Pair:
    """Return what the rule waits for: a decision where one would do, else the events that would end the clock."""
    judge = told.rule.judge
    selector = judge.notice if isinstance(judge, Notification) else judge.stop if isinstance(judge, TimeLimit) else None
    types = selector.types if selector is not None else None
    if not types:
        return "完成", "completion"
    declared = told.rule.vocabulary.types
    ordered = sorted(types, key=lambda name: (list(declared).index(name) if name in declared else len(declared), name))
    decided = next((name for name in ordered if name in declared and declared[name].state == "decided"), None)
    return ("办结", decided) if decided else (quoted(map(told.title, ordered)), " or ".join(ordered[:3]))
