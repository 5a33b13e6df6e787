"""Trying a change of the law on the past: every case judged by both versions, and what differs.

Both versions are judged by the same engine on the same facts and the same
clock. A case that either version cannot judge takes no part and is counted
with the reason; a comparison of half a case would say nothing.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, NamedTuple

import msgspec
import orjson

from mingjing.rules.card import LEVEL_TITLES, LEVELS
from mingjing.rules.replay import Replayed, across, replayed
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.tally import Tally
from mingjing.services.rulebook.spread import Cases

SAMPLES = 5
"""How many cards of each rule and outcome are named: those whose hash is least, so that every run names the same."""

COMPARED = ("level", "status", "issue", "rung", "violated_at", "due_at")
"""What makes two cards of one rule and occurrence say the same; explanations may be worded anew."""

Outcome = Literal["drawn", "spared", "changed", "same"]
OUTCOMES: dict[Outcome, str] = {"drawn": "新增发牌", "spared": "不再发牌", "changed": "有变化", "same": "不变"}


class Card(msgspec.Struct, frozen=True):
    """One card under both versions; None where that version draws none."""

    case: str
    rule: str
    occurrence: str
    old: dict[str, Any] | None
    new: dict[str, Any] | None

    @property
    def outcome(self) -> Outcome:
        """Return what the new version makes of it."""
        if self.old is None:
            return "drawn"
        if self.new is None:
            return "spared"
        return "same" if self.old == self.new else "changed"

    @property
    def hash(self) -> bytes:
        """Return a hash of the whole: the lot by which samples are drawn, and a part of the digest."""
        return hashlib.sha256(orjson.dumps(msgspec.to_builtins(self), option=orjson.OPT_SORT_KEYS)).digest()


class Judged(NamedTuple):
    """What both versions say of one case, or why it takes no part; and what the case tells rules across cases."""

    cards: list[Card]
    left_out: str | None = None
    tallies: tuple[list[Tally], list[Tally]] = ([], [])


def judge_both(chunk: Cases, old: Rulebook, new: Rulebook, now: int) -> list[Judged]:
    """Return both versions' word on each case, withdrawn cards left aside."""
    return [_both(replayed(key, facts, old, now), replayed(key, facts, new, now)) for key, facts in chunk]


def _both(old: Replayed, new: Replayed) -> Judged:
    for line in (*old.lines, *new.lines):
        if line["rule"] is None:
            return Judged([], line["reason"])
    return Judged(_compared(old.lines, new.lines), None, (old.tallies, new.tallies))


def _compared(old: Iterable[dict[str, Any]], new: Iterable[dict[str, Any]]) -> list[Card]:
    before, after = _by_card(old), _by_card(new)
    return [Card(*name, before.get(name), after.get(name)) for name in sorted({*before, *after})]


def _by_card(found: Iterable[dict[str, Any]]) -> dict[tuple[str, str, str], dict[str, Any]]:
    standing = (line for line in found if line["rule"] is not None and line["status"] != "withdrawn")
    return {
        (line["case"], line["rule"], line["occurrence"]): {name: line[name] for name in COMPARED} for line in standing
    }


class Backtest:
    """Takes the word on every case and sums it up; `files` are the digests of the files of `old` and `new`."""

    def __init__(
        self, old: Rulebook, new: Rulebook, now: int, files: Mapping[str, Mapping[str, str]] | None = None
    ) -> None:
        self._old, self._new, self._now = old, new, now
        self._files = files or {"old": {}, "new": {}}
        self.cases = 0
        self.left_out: Counter[str] = Counter()
        self.counts: Counter[tuple[str, Outcome]] = Counter()
        self._levels: dict[str, Counter[str]] = {"old": Counter(), "new": Counter()}
        self._samples: dict[tuple[str, Outcome], list[tuple[bytes, Card]]] = {}
        self._sum = 0
        self._told: tuple[list[Tally], list[Tally]] = ([], [])

    def take(self, judged: Judged) -> None:
        """Count one case; the order in which cases come makes no difference."""
        if judged.left_out is not None:
            self.left_out[judged.left_out] += 1
            return
        self.cases += 1
        for heard, told in zip(self._told, judged.tallies, strict=True):
            heard.extend(told)
        self._count(judged.cards)

    def conclude(self) -> None:
        """Judge the rules across cases, once every case has told what it tells."""
        old, new = self._told
        self._count(_compared(across(old, self._old, self._now), across(new, self._new, self._now)))

    def _count(self, cards: Iterable[Card]) -> None:
        for card in cards:
            key = (card.rule, card.outcome)
            self.counts[key] += 1
            for version, said in (("old", card.old), ("new", card.new)):
                if said is not None:
                    self._levels[version][said["level"]] += 1
            lot = card.hash
            self._sum = (self._sum + int.from_bytes(lot, "big")) % (1 << 256)
            if card.outcome != "same":
                samples = self._samples.setdefault(key, [])
                samples.append((lot, card))
                samples.sort(key=lambda each: each[0])
                del samples[SAMPLES:]

    def record(self) -> dict[str, Any]:
        """Return the outcome as JSON-like values, with a digest over all of it that any rerun must reproduce."""
        body = {
            "old": _versions(self._old),
            "new": _versions(self._new),
            "files": self._files,
            "until": self._new.zone.text(self._now),
            "cases": self.cases,
            "left_out": dict(sorted(self.left_out.items())),
            "levels": {version: {level: counts[level] for level in LEVELS} for version, counts in self._levels.items()},
            "rules": {
                rule: {outcome: self.counts[rule, outcome] for outcome in OUTCOMES}
                for rule in sorted({rule for rule, _ in self.counts})
            },
            "samples": [
                {"outcome": outcome, **msgspec.to_builtins(card)}
                for (_, outcome), samples in sorted(self._samples.items())
                for _, card in samples
            ],
            "cards_hash": f"{self._sum:064x}",
        }
        digest = hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()
        return {**body, "digest": digest}

    def told(self) -> Iterator[str]:
        """Yield the outcome as a reviewer reads it."""
        record = self.record()
        yield f"{self.cases} 件由两版各判一遍，截至 {record['until'][:19].replace('T', ' ')}"
        for reason, count in self.left_out.most_common():
            yield f"  另有 {count} 件未参加：{reason}"
        for version, title in (("old", "旧版"), ("new", "新版")):
            counts = record["levels"][version]
            yield f"  {title}：" + "，".join(f"{LEVEL_TITLES[level]} {counts[level]}" for level in LEVELS)
        for rule, counts in record["rules"].items():
            yield f"{rule}：" + "，".join(f"{title} {counts[outcome]}" for outcome, title in OUTCOMES.items())
            for sample in record["samples"]:
                if sample["rule"] == rule:
                    sides = f"{_side(sample['old'])} → {_side(sample['new'])}"
                    yield f"    {OUTCOMES[sample['outcome']]} {sample['case']}：{sides}"
        yield f"摘要 {record['digest']}"


def _side(said: dict[str, Any] | None) -> str:
    if said is None:
        return "无牌"
    return f"{LEVEL_TITLES[said['level']]} {said['violated_at'][:16].replace('T', ' ')}"


def _versions(book: Rulebook) -> dict[str, str]:
    packs = {f"pack.{pack.name}": pack.version for pack in book.packs}
    return {**packs, **{key: value for key, value in book.versions.items() if value}}
