"""A change of the law tried on the past: what it would draw, spare and change, the same in every run."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner, Result

from mingjing.services.cli.rules import rules

Law = Callable[..., Path]
Run = Callable[..., tuple[Result, dict[str, Any]]]


@pytest.fixture
def run(tmp_path: Path, log: list[str]) -> Run:
    """Return the outcome of the command and the record it wrote."""

    def make(old: Path, new: Path, *options: str) -> tuple[Result, dict[str, Any]]:
        out = tmp_path / "found.json"
        done = CliRunner().invoke(rules, ["backtest", str(old), str(new), *log, "--out", str(out), *options])
        return done, orjson.loads(out.read_bytes()) if out.exists() else {}

    return make


def test_a_longer_limit_spares_who_is_late_by_little(run: Run, law: Law) -> None:
    done, record = run(law("1"), law("2", limit="4wd"), "--until", "2026-03-20")

    assert done.exit_code == 0
    assert record["rules"]["T"] == {"drawn": 0, "spared": 1, "changed": 2, "same": 0}
    assert {(each["outcome"], each["case"]) for each in record["samples"] if each["rule"] == "T"} == {
        ("changed", "N1"),
        ("changed", "N5"),
        ("spared", "N3"),
    }


def test_a_shorter_limit_draws_more(run: Run, law: Law) -> None:
    _, record = run(law("1"), law("2", limit="0wd"), "--until", "2026-03-20")

    assert (record["rules"]["T"]["drawn"], record["levels"]["new"]["yellow"]) == (1, 5)


def test_a_level_that_rises_is_a_change(run: Run, law: Law) -> None:
    _, record = run(law("1"), law("2", level="red"))

    assert record["rules"]["Q"] == {"drawn": 0, "spared": 0, "changed": 1, "same": 0}


def test_one_version_against_itself_changes_nothing(run: Run, law: Law) -> None:
    _, record = run(law("1"), law("1"))

    assert record["samples"] == []
    assert {count for counts in record["rules"].values() for name, count in counts.items() if name != "same"} == {0}


def test_many_processes_find_what_one_does(run: Run, law: Law) -> None:
    old, new = law("1"), law("2", limit="4wd")

    assert run(old, new, "--jobs", "2")[1] == run(old, new)[1]


def test_the_order_of_the_cases_does_not_matter_to_the_digest(run: Run, law: Law, log: list[str]) -> None:
    old, new = law("1"), law("2", limit="4wd")
    before = run(old, new)[1]
    path = Path(log[1])
    header, *rows = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([header, *rows[::-1]]) + "\n", "utf-8")

    assert run(old, new)[1]["digest"] == before["digest"]


def test_the_digest_is_over_all_that_is_said(run: Run, law: Law) -> None:
    digests = {run(law("1"), law("2", limit=limit))[1]["digest"] for limit in ("3wd", "4wd", "5wd")}

    assert len(digests) == 3


def test_a_case_one_version_cannot_judge_takes_no_part(run: Run, law: Law, log: list[str]) -> None:
    path = Path(log[1])
    path.write_text(path.read_text("utf-8") + "N9,A,2050-03-06 10:00\n", "utf-8")

    _, record = run(law("1"), law("2", limit="4wd"), "--until", "2026-03-20")

    assert record["cases"] == 5
    [(reason, count)] = record["left_out"].items()
    assert (count, "2050" in reason) == (1, True)


def test_the_archive_asks_for_the_instant_at_which_the_clock_stops(law: Law) -> None:
    done = CliRunner().invoke(rules, ["backtest", str(law("1")), str(law("2"))])

    assert done.exit_code == 2
    assert "--until" in done.output


def test_rules_across_cases_are_compared_once_every_case_has_been_judged(run: Run, law: Law, log: list[str]) -> None:
    across = (
        "  - {{id: R, kind: frequency, of: A, by: [data.firm], at_least: {n}, within: 30cd,\n"
        "     cards: {{warning: reached}}}}\n"
    )
    old, new = law("1"), law("2", drawn="2026-03-12")
    for path, number in ((old, 5), (new, 3)):
        text = path.read_text("utf-8").replace("examples:\n", across.format(n=number) + "examples:\n")
        path.write_text(text, "utf-8")
    csv, mapping = Path(log[1]), Path(log[3])
    header, *rows = csv.read_text("utf-8").splitlines()
    csv.write_text("\n".join([f"{header},firm", *(f"{row},x" for row in rows)]) + "\n", "utf-8")
    mapping.write_text(mapping.read_text("utf-8") + "data: [firm]\n", "utf-8")

    _, record = run(old, new)

    assert record["rules"]["R"] == {"drawn": 1, "spared": 0, "changed": 0, "same": 0}
    assert record["cases"] == 5
