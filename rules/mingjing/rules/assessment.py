"""绩效考评: from indicators and cards to points, to the last of which it can be told where they come from.

The formula is data that a lawyer can read (`rules/assessments/`); figures come from
a frozen period. An agency whose data does not pass the quality gate has points and
no grade or rank: bad data is never an advantage. Nobody is graded on too few cases,
and a line about business an agency does not have, or has too little of to say
anything, is left out and the rest scaled to the full mark (折合系数): bonuses and
shortfalls stand inside the brackets, as 〔… ＋ 奖励〕× 折合系数 has them, and are scaled too.

All arithmetic is in decimals, rounded once, at each line, to hundredths.
"""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

import msgspec

Share = tuple[int, int]
"""Numerator and denominator of an indicator."""

_CENT = Decimal("0.01")
_WHOLE = Decimal(100)
NOBODY = Decimal(0)


class Rate(msgspec.Struct, frozen=True):
    """Points in proportion: none at `low` percent of the indicator or below, all at `high` or above."""

    of: str
    low: Decimal
    high: Decimal


class ByCard(msgspec.Struct, frozen=True):
    """`each` points less for every card of the `rules`, until nothing is left.

    `among` names an indicator whose denominator is the business in which such cards are drawn: who has none of it,
    and no card, does not earn the line by that. Without it the line counts for everybody.
    """

    rules: tuple[str, ...]
    each: Decimal
    among: str = ""


class Short(msgspec.Struct, frozen=True):
    """`points` less for every whole `each` percent that the indicator falls short of a hundred, at most `cap`."""

    of: str
    each: Decimal
    points: Decimal
    cap: Decimal


class Bonus(msgspec.Struct, frozen=True):
    """`points` more at `at` percent, and `more` for every whole `each` percent beyond, at most `cap`."""

    of: str
    at: Decimal
    points: Decimal
    each: Decimal
    more: Decimal
    cap: Decimal


class Line(msgspec.Struct, frozen=True):
    """One line of the formula. `full` is what it adds to the full mark; bonus and short lines add nothing.

    `at_least` is how much business it takes to be judged by this line: the denominator
    of its indicator, of `among` for cards. Who has less has it left out; cards cost their points all the same.
    """

    id: str
    part: str
    title: str
    full: Decimal
    terms: Rate | ByCard | Short | Bonus
    at_least: int = 1


class Grade(msgspec.Struct, frozen=True):
    """A grade is reached `since` so many points; one that `fails` twice in a row has consequences."""

    title: str
    since: Decimal
    fails: bool = False


class Formula(msgspec.Struct, frozen=True):
    """A formula as it was adopted. `at_least` is how many decided cases a grade rests on; grades fall."""

    name: str
    title: str
    version: str
    basis: tuple[str, ...]
    full: Decimal
    at_least: int
    grades: tuple[Grade, ...]
    lines: tuple[Line, ...]

    @property
    def indicators(self) -> frozenset[str]:
        """The indicators that the lines read."""
        read = (each.terms.among if isinstance(each.terms, ByCard) else each.terms.of for each in self.lines)
        return frozenset(ident for ident in read if ident)

    @property
    def rules(self) -> frozenset[str]:
        """The rules whose cards the lines count."""
        return frozenset(rule for each in self.lines if isinstance(each.terms, ByCard) for rule in each.terms.rules)


class Subject(msgspec.Struct, frozen=True):
    """An agency as it stands at the end of the period.

    `shares` leaves out indicators that the period was not counted by.
    `drawn` is how many cards of each rule the figures of the period count, `cards` are
    the ids of those that show now: withdrawn and revoked ones are in neither.
    `held_back` says why the quality gate does not let it be compared; empty = it does.
    `failed_before` is whether its last grade failed. An `idle` one had no business at all.
    """

    agency: str
    decided: int
    shares: Mapping[str, Share]
    drawn: Mapping[str, int]
    cards: Mapping[str, Sequence[str]]
    held_back: tuple[str, ...] = ()
    failed_before: bool = False
    idle: bool = False


class Points(msgspec.Struct, frozen=True):
    """What one line gave of `full`, why, and by which `cards`. Not `counted`: the agency has no such business."""

    line: str
    part: str
    title: str
    full: Decimal
    points: Decimal
    why: str
    cards: tuple[str, ...] = ()
    counted: bool = True


class Assessed(msgspec.Struct, frozen=True):
    """The result of one agency. Without a grade `held_back` says why; `last` is 末位 among those that are ranked.

    One that was idle (无业务单位) has neither lines nor points.
    """

    agency: str
    score: Decimal
    factor: Decimal
    lines: list[Points]
    grade: str | None
    rank: int | None
    last: bool
    failed_twice: bool
    held_back: tuple[str, ...]


def assess(formula: Formula, subjects: Sequence[Subject]) -> list[Assessed]:
    """Return the result of each agency, by rank; those without a rank last, by name.

    Equal scores share the better rank (1, 2, 2, 4). The last is whoever has the
    lowest score among at least two ranked agencies; several, where they are equal.
    """
    made = [_assessed(formula, each) for each in subjects]
    scores = sorted((each.score for each in made if not each.held_back), reverse=True)
    ranked = []
    for each in made:
        if each.held_back:
            ranked.append(each)
            continue
        last = len(scores) > 1 and each.score == scores[-1] and scores[0] != scores[-1]
        ranked.append(msgspec.structs.replace(each, rank=scores.index(each.score) + 1, last=last))
    return sorted(ranked, key=lambda each: (each.rank is None, each.rank or 0, each.agency))


def _assessed(formula: Formula, subject: Subject) -> Assessed:
    if subject.idle:
        return Assessed(subject.agency, NOBODY, NOBODY, [], None, None, False, False, subject.held_back)
    lines = [_points(line, subject) for line in formula.lines]
    full = sum((each.full for each in lines if each.counted), NOBODY)
    earned = sum((each.points for each in lines if each.counted and each.full), NOBODY)
    beyond = sum((each.points for each in lines if not each.full), NOBODY)
    factor = (formula.full / full).quantize(Decimal("0.0001"), ROUND_HALF_UP) if full else NOBODY
    score = max(NOBODY, ((earned + beyond) * factor).quantize(_CENT, ROUND_HALF_UP))
    held_back = subject.held_back
    if subject.decided < formula.at_least:
        held_back = (*held_back, f"办结 {subject.decided} 件，不足 {formula.at_least} 件")
    if not full:
        held_back = (*held_back, "没有可以计分的业务")
    grade = None if held_back else next(each for each in formula.grades if score >= each.since)
    return Assessed(
        agency=subject.agency,
        score=score,
        factor=factor,
        lines=lines,
        grade=grade.title if grade else None,
        rank=None,
        last=False,
        failed_twice=grade is not None and grade.fails and subject.failed_before,
        held_back=held_back,
    )


def _points(line: Line, subject: Subject) -> Points:
    match line.terms:
        case ByCard():
            return _by_card(line, line.terms, subject)
        case Rate() | Short() | Bonus() as terms:
            if terms.of not in subject.shares:
                return _told(line, NOBODY, "本期尚无此口径，不计", counted=False)
            numerator, denominator = subject.shares[terms.of]
            if denominator < line.at_least:
                return _left_out(line, denominator)
            percent = _WHOLE * numerator / denominator
            said = f"{percent.quantize(_CENT, ROUND_HALF_UP)}%（{numerator}/{denominator}）"
            return _by_percent(line, terms, percent, said)


def _by_percent(line: Line, terms: Rate | Short | Bonus, percent: Decimal, said: str) -> Points:
    match terms:
        case Rate(low=low, high=high):
            share = min(max((percent - low) / (high - low), NOBODY), Decimal(1))
            return _told(line, line.full * share, f"{said}，{low}% 得零分，{high}% 得满分")
        case Short(each=each, points=points, cap=cap):
            missing = max(NOBODY, _WHOLE - percent)
            taken = min(cap, (missing // each) * points)
            return _told(line, -taken, f"{said}，每少 {each}% 扣 {points} 分，至多 {cap} 分")
        case Bonus(at=at, points=points, each=each, more=more, cap=cap):
            if percent < at:
                return _told(line, NOBODY, f"{said}，未到 {at}%")
            given = min(cap, points + ((percent - at) // each) * more)
            return _told(line, given, f"{said}，达到 {at}% 加 {points} 分，其后每 {each}% 加 {more} 分，至多 {cap} 分")


def _by_card(line: Line, terms: ByCard, subject: Subject) -> Points:
    cards = tuple(card for rule in terms.rules for card in subject.cards.get(rule, ()))
    drawn = sum(subject.drawn.get(rule, 0) for rule in terms.rules)
    business = subject.shares.get(terms.among, (0, 0))[1]
    if terms.among and not drawn and business < line.at_least:
        return _left_out(line, business)
    taken = min(line.full, terms.each * drawn)
    named = "、".join(terms.rules)
    why = f"{named} 发牌 {drawn} 张，每张扣 {terms.each} 分" if drawn else f"{named} 没有发牌"
    if len(cards) != drawn:
        why += f"；统计之后有变动，现为 {len(cards)} 张"
    return _told(line, line.full - taken, why, cards)


def _left_out(line: Line, business: int) -> Points:
    few = f"样本 {business}，不足 {line.at_least}，不计"
    return _told(line, NOBODY, few if business else "没有相应业务，不计", counted=False)


def _told(line: Line, points: Decimal, why: str, cards: tuple[str, ...] = (), *, counted: bool = True) -> Points:
    rounded = points.quantize(_CENT, ROUND_HALF_UP)
    return Points(line.id, line.part, line.title, line.full, rounded, why, cards, counted)
