"""Two versions compared by what they say, not by how they are written."""

from collections.abc import Callable
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner

from mingjing.rules.pack import parse_pack
from mingjing.rules.term import parse_threshold
from mingjing.services.cli.rules import rules
from mingjing.services.rulebook.difference import as_records, differences, told
from mingjing.services.rulebook.meaning import meaning_of, threshold_text
from mingjing.services.rulebook_files import load_version, shipped_packs

Law = Callable[..., Path]


def _changes(old: Path, new: Path) -> list[str]:
    return list(told(differences(load_version(old), load_version(new))))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("start: A", "start: [A]"),
        ("start: A", "start: {event: A, which: first}"),
        ("stop: [S, R]", "stop: [R, S]"),
        ("limit: 3wd", "limit: 3 wd"),
        ("limit: 3wd", "limit: 3wd, count: end-of-day, roll: true, missing: violates"),
        ("cards: {yellow: past}", "cards: {yellow: {at: past, id: T}}"),
        ("title: 甲, ", "title: 甲, note: 说明, issue: auto, "),
    ],
)
def test_what_is_only_written_otherwise_says_the_same(one: str, other: str) -> None:
    text = (
        "pack: p\nversion: 1\nrules:\n"
        "  - {id: T, title: 甲, kind: time-limit, start: A, stop: [S, R], limit: 3wd, cards: {yellow: past}}\n"
    )
    first, second = (parse_pack(each, "p", {}).rules[0] for each in (text, text.replace(one, other)))

    assert meaning_of(first) == meaning_of(second)


def test_a_changed_rule_is_told_key_by_key(law: Law) -> None:
    assert _changes(law("1"), law("2", limit="5wd", level="red")) == [
        "~ 规则包 p",
        "    version：1 → 2",
        "~ 规则 T 办结时限",
        "    limit：3wd → 5wd",
        "~ 规则 Q 次序",
        "    cards.yellow：删去 broken",
        "    cards.red：新增 broken",
    ]


def test_a_rule_that_came_and_one_that_went_are_named(law: Law) -> None:
    old, new = law("1"), law("2")
    new.write_text(
        new.read_text("utf-8")
        .replace("id: Q", "id: R")
        .replace("rule: Q", "rule: R")
        .replace(", Q]", ", R]")
        .replace("[Q]", "[R]"),
        "utf-8",
    )

    assert [line for line in _changes(old, new) if line[0] in "+-"] == ["- 规则 Q 次序", "+ 规则 R 次序"]


def test_versions_that_say_the_same_are_told_so(law: Law) -> None:
    assert _changes(law("1"), law("1")) == ["两版含义相同。The two say the same."]


def test_items_and_calendar_years_of_a_folder_of_law_are_compared_too(tmp_path: Path, law: Law) -> None:
    for version, limit, day in (("old", "5wd", "2026-03-09"), ("new", "3wd", "2026-03-10")):
        for room in ("packs", "catalogue", "calendars"):
            (tmp_path / version / room).mkdir(parents=True)
        (tmp_path / version / "packs" / "p.yaml").write_text(law("1").read_text("utf-8"), "utf-8")
        (tmp_path / version / "catalogue" / "c.yaml").write_text(
            f"catalogue: c\nitems: [{{code: a, title: 甲, promised: {limit}, valid_from: 2020-01-01}}]\n", "utf-8"
        )
        (tmp_path / version / "calendars" / "cn.yaml").write_text(
            f"calendar: cn\nyears: {{2026: {{status: official, holidays: {{假: {day}}}}}}}\n", "utf-8"
        )

    records = as_records(differences(load_version(tmp_path / "old"), load_version(tmp_path / "new")))

    assert [(each["room"], each["name"], each["keys"]) for each in records] == [
        ("item", "a 自 2020-01-01", {"promised": {"old": "5wd", "new": "3wd"}}),
        (
            "year",
            "2026",
            {"holidays.2026-03-09": {"old": "假", "new": None}, "holidays.2026-03-10": {"old": None, "new": "假"}},
        ),
    ]


def test_the_command_writes_records_for_programs(law: Law) -> None:
    done = CliRunner().invoke(rules, ["diff", str(law("1")), str(law("2", limit="5wd")), "--format", "json"])

    assert [each["name"] for each in orjson.loads(done.output)] == ["p", "T"]


def test_a_version_that_cannot_be_read_ends_with_its_place(law: Law) -> None:
    done = CliRunner().invoke(rules, ["diff", str(law("1")), str(law("2", limit="5"))])

    assert done.exit_code == 1
    assert "p-2.yaml:5:" in done.output


@pytest.mark.parametrize(
    "text", ["2wd before promised", "2wd before", "90% of promised", "12.5%", "past", "past statutory", "past by 1wd"]
)
def test_a_threshold_is_written_back_as_a_pack_has_it(text: str) -> None:
    assert parse_threshold(threshold_text(parse_threshold(text))) == parse_threshold(text)


def test_every_shipped_rule_says_something_of_its_kind() -> None:
    plain = {"title", "basis", "kind", "issue", "vocabulary", "zone", "shadow"}
    dumb = [
        rule.id
        for pack in shipped_packs()
        for rule in pack.rules
        if not any(key not in plain and not key.startswith(("cards.", "scope.")) for key in meaning_of(rule))
    ]

    assert dumb == []


def test_no_two_shipped_rules_say_the_same() -> None:
    said: dict[str, str] = {}
    doubled = []
    for pack in shipped_packs():
        for rule in pack.rules:
            text = repr(sorted(meaning_of(rule).items()))
            if text in said:
                doubled.append((said[text], rule.id))
            said[text] = rule.id

    assert doubled == []
