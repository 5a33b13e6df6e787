"""Logs as administrations keep them, judged to the day: lifecycles, zones, bare dates, ties, disorder, amendments."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner

from mingjing.services.cli.replay import replay

Judge = Callable[..., list[tuple[str, str, str, str]]]
MAP = "case: c\nevent: e\ntime: t\ndata: '*'\ncase_data: 'case:'\n"


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    """Return (case, rule, level, date of the violation) of every line of a log; a status where no rule."""

    def make(
        log: str | bytes,
        rule: str,
        mapping: str = MAP,
        *options: str,
        name: str = "log.csv",
        zone: str = "Asia/Shanghai",
    ) -> list[tuple[str, str, str, str]]:
        head = f"pack: p\nversion: 1\nzone: {zone}\nrules:\n"
        pack = f"{head}  - {{id: T, kind: time-limit, {rule}, cards: {{yellow: past}}}}\n"
        for file, text in (("pack.yaml", pack), ("map.yaml", mapping)):
            (tmp_path / file).write_text(text, "utf-8")
        (tmp_path / name).write_bytes(log.encode() if isinstance(log, str) else log)
        out = tmp_path / "cards.jsonl"
        done = CliRunner().invoke(
            replay,
            [
                *(str(tmp_path / name), "--map", str(tmp_path / "map.yaml"), "--pack", str(tmp_path / "pack.yaml")),
                *("--out", str(out), *options),
            ],
        )
        assert done.exit_code == 0, done.output
        lines: list[dict[str, Any]] = [orjson.loads(line) for line in out.read_bytes().splitlines()]
        return [
            (line["case"], line["rule"] or line["status"], line["level"] or "", line.get("violated_at", "")[:10])
            for line in lines
        ]

    return make


def _cases(found: list[tuple[str, str, str, str]]) -> list[str]:
    return [case for case, *_ in found]


def test_only_the_lifecycle_a_rule_asks_for_starts_and_stops_its_clock(judge: Judge) -> None:
    log = (
        "c,e,t,lifecycle:transition\n"
        "N1,review,2026-03-02 09:00,schedule\nN1,review,2026-03-04 09:00,start\nN1,review,2026-03-06 09:00,complete\n"
        "N2,review,2026-03-02 09:00,start\nN2,review,2026-03-03 09:00,suspend\nN2,review,2026-03-10 09:00,complete\n"
    )
    asked = '{event: review, where: \'data["lifecycle:transition"] == "%s"\'}'
    rule = f"start: {asked % 'start'}, stop: {asked % 'complete'}, limit: 3wd"

    assert judge(log, rule) == [("N2", "T", "yellow", "2026-03-06")]


def test_the_day_a_limit_ends_is_that_of_the_pack_s_zone_whatever_offset_the_rows_have(judge: Judge) -> None:
    log = (
        "c,e,t\n"
        "N1,A,2026-03-02T20:00:00+00:00\nN1,S,2026-03-04T15:59:59Z\n"  # Tuesday 04:00 to Wednesday 23:59:59 in Shanghai
        "N2,A,2026-03-02T20:00:00+00:00\nN2,S,2026-03-04T16:00:00Z\n"  # and to Thursday 00:00
    )
    rule = "start: A, stop: S, limit: 1cd, roll: false"

    assert _cases(judge(log, rule)) == ["N2"]
    assert _cases(judge(log, rule, MAP, zone="UTC")) == ["N1", "N2"]


def test_days_of_twenty_three_and_of_twenty_five_hours_are_days(judge: Judge) -> None:
    log = (
        "c,e,t\n"
        "N1,A,2026-03-28 12:00\nN1,S,2026-03-29 23:59:59\n"  # the clocks go forward on the 29th
        "N2,A,2026-10-24 12:00\nN2,S,2026-10-26 00:00\n"  # and back on the 25th
    )
    mapping = MAP + "zone: Europe/Rome\n"

    assert _cases(judge(log, "start: A, stop: S, limit: 1cd, roll: false", mapping, zone="Europe/Rome")) == ["N2"]


def test_a_date_without_a_time_is_in_time_on_the_last_day(judge: Judge) -> None:
    log = "c,e,t\nN1,A,2026-03-02\nN1,S,2026-03-05\nN2,A,2026-03-02\nN2,S,2026-03-06\n"

    assert _cases(judge(log, "start: A, stop: S, limit: 3wd")) == ["N2"]


@pytest.mark.parametrize(("order", "late"), [("", []), ("order: n\n", ["N1"])])
def test_of_rows_of_one_instant_the_order_is_the_column_s_or_else_the_file_s(
    judge: Judge, order: str, late: list[str]
) -> None:
    log = "c,e,t,n\nN1,A,2026-03-02 09:00,2\nN1,S,2026-03-02 09:00,1\nN2,X,2026-04-01 09:00,1\n"

    assert _cases(judge(log, "start: A, stop: S, limit: 3wd", MAP + order)) == late


def test_rows_out_of_order_are_judged_like_rows_in_order(judge: Judge) -> None:
    rows = ["N1,A,2026-03-02 09:00", "N1,P,2026-03-03 09:00", "N1,R,2026-03-06 09:00", "N1,S,2026-03-11 09:00"]
    rule = "start: A, stop: S, limit: 3wd, pause: {begin: P, end: R}"
    found = {tuple(judge("c,e,t\n" + "\n".join(each) + "\n", rule)) for each in (rows, rows[::-1], rows[2:] + rows[:2])}

    assert found == {(("N1", "T", "yellow", "2026-03-11"),)}


def test_a_planned_date_in_the_future_is_a_fact_but_proves_no_missing_stop(judge: Judge) -> None:
    log = "c,e,t\nN1,A,2026-03-02 09:00\nN1,planned,2026-06-01\nN2,A,2026-03-02 09:00\nN2,S,2026-05-01\n"
    rule = "start: A, stop: S, limit: 30wd"

    assert _cases(judge(log, rule, MAP, "--until", "2026-03-31")) == ["N2"]
    assert _cases(judge(log, rule)) == ["N1", "N2"]


@pytest.mark.parametrize(
    ("due", "done", "late"),
    [
        ("2026-03-06", "2026-03-06 23:59:59", False),
        ("2026-03-06", "2026-03-07", True),
        ("2026-03-06T10:00:00+08:00", "2026-03-06 10:00:00", False),
        ("2026-03-06T10:00:00+08:00", "2026-03-06 10:00:01", True),
        ("2026-03-06T10:00:00+08:00", "2026-03-06 02:00:00Z", False),
        ("", "2026-09-06", False),
    ],
)
def test_a_due_date_among_the_attributes_is_kept_to_the_second_or_the_day(
    judge: Judge, due: str, done: str, *, late: bool
) -> None:
    log = f"c,e,t,case:due,case:done\nN1,A,2026-03-02 09:00,{due},{done}\n"

    found = judge(log, "start: {event: '*'}, due: case.due, done: case.done, count: to-the-second")

    assert bool(found) == late


def test_an_attribute_may_change_on_the_way_and_the_last_word_counts(judge: Judge) -> None:
    log = "c,e,t,case:due\nN1,A,2026-03-02 09:00,2026-03-04\nN1,B,2026-03-03 09:00,2026-03-20\nN1,S,2026-03-10 09:00,\n"

    assert judge(log, "start: A, stop: S, due: case.due") == []


def test_the_limit_in_force_when_a_case_began_is_the_one_it_has(judge: Judge) -> None:
    log = "c,e,t\n" + "".join(
        f"N{number},A,{begin} 09:00\nN{number},S,{end} 09:00\n"
        for number, (begin, end) in enumerate(
            [
                ("2025-12-30", "2026-01-13"),  # before any version: no limit
                ("2025-12-31", "2026-01-12"),  # ten days
                ("2026-03-01", "2026-03-09"),  # five days from the first of March on
                ("2026-02-28", "2026-03-10"),
            ],
            1,
        )
    )
    rule = "start: A, stop: S, roll: false, limit: [{from: 2026-03-01, limit: 5cd}, {from: 2025-12-31, limit: 10cd}]"

    assert _cases(judge(log, rule)) == ["N2", "N3"]


def test_a_log_in_the_encoding_of_chinese_offices_reads_like_any_other(judge: Judge) -> None:
    log = "办件号,环节,时间\n许可〔2026〕1号,受理,2026-03-02 09:00\n许可〔2026〕1号,办结,2026-03-09 09:00\n".encode(
        "gb18030"
    )
    mapping = "case: 办件号\nevent: 环节\ntime: 时间\nencoding: gb18030\n"

    assert _cases(judge(log, "start: 受理, stop: 办结, limit: 3wd", mapping)) == ["许可〔2026〕1号"]


def test_columns_with_odd_names_are_read_by_quoting_them(judge: Judge) -> None:
    log = "c,e,t,(case) Budget-Nr.,org:resource\nN1,A,2026-03-02,b 1,o1\nN2,A,2026-03-02,b 2,o2\nN3,Z,2026-04-01,,\n"
    rule = (
        'start: {event: A, where: \'data["(case) Budget-Nr."] == "b 1" && event["org:resource"] == "o1"\'}, '
        "stop: S, limit: 3wd"
    )

    assert _cases(
        judge(log, rule, "case: c\nevent: e\ntime: t\nofficer: org:resource\ndata: ['(case) Budget-Nr.']\n")
    ) == ["N1"]


def test_xes_with_nested_attributes_lists_and_several_traces_is_judged_like_a_table(judge: Judge) -> None:
    def event(name: str, at: str, more: str = "") -> str:
        return (
            f'<event><string key="concept:name" value="{name}"/><date key="time:timestamp" value="{at}"/>'
            f'<id key="identity:id" value="{name}{at}"/><string key="org:resource" value="o1"/>{more}</event>'
        )

    fine = '<string key="kind" value="x"><boolean key="urgent" value="true"/></string><list key="tags"><values/></list>'
    log = (
        '<log><global scope="event"><string key="concept:name" value="?"/></global>'
        f'<trace><string key="concept:name" value="N1"/>{event("A", "2026-03-02T09:00:00+08:00", fine)}'
        f"{event('S', '2026-03-09T09:00:00+08:00')}</trace>"
        f'<trace><string key="concept:name" value="N2"/>{event("A", "2026-03-02T09:00:00+08:00")}'
        f"{event('S', '2026-03-09T09:00:00+08:00')}</trace></log>"
    )
    mapping = "case: case:concept:name\nevent: concept:name\ntime: time:timestamp\nid: identity:id\ndata: '*'\n"
    rule = 'start: {event: A, where: \'data["kind.urgent"] == "true"\'}, stop: S, limit: 3wd'

    assert judge(log, rule, mapping, name="log.xes") == [("N1", "T", "yellow", "2026-03-06")]


def test_a_case_whose_year_no_calendar_holds_is_told_and_the_others_are_judged(judge: Judge) -> None:
    log = "c,e,t\nN1,A,1999-03-02\nN1,S,1999-03-20\nN2,A,2026-03-02\nN2,S,2026-03-20\n"

    assert [each[:2] for each in judge(log, "start: A, stop: S, limit: 3wd")] == [("N1", "parked"), ("N2", "T")]


def test_a_list_of_days_off_says_what_it_can_of_years_it_does_not_list(judge: Judge, tmp_path: Path) -> None:
    (tmp_path / "days.csv").write_text(
        "date,why\n2026-01-03,weekend\n2026-01-04,weekend\n2026-01-01,Neujahr\n", "utf-8"
    )
    log = (
        "c,e,t\n"
        "N1,A,1948-01-26\nN1,S,2026-01-05\n"  # a slip of the pen
        "N2,A,2025-12-31\nN2,S,2026-01-06\n"  # the first is off: the 2nd, 5th and 6th are the three days
        "N3,A,2025-12-31\nN3,S,2026-01-07\n"
    )

    found = judge(log, "start: A, stop: S, limit: 3wd", MAP, "--calendar", str(tmp_path / "days.csv"))

    assert found == [("N1", "T", "yellow", "1948-01-30"), ("N3", "T", "yellow", "2026-01-07")]
    cards = [orjson.loads(line) for line in (tmp_path / "cards.jsonl").read_bytes().splitlines()]
    assert {card["issue"] for card in cards} == {"confirm"}


def test_years_that_a_list_of_days_off_does_not_list_are_told(tmp_path: Path) -> None:
    for name, text in (
        ("days.csv", "date,why\n2026-01-03,weekend\n2026-12-26,weekend\n"),
        ("log.csv", "c,e,t\nN1,A,1948-01-26\nN1,S,2026-01-05\nN2,A,2062-01-05\n"),
        ("map.yaml", MAP),
        (
            "pack.yaml",
            "pack: p\nversion: 1\nrules:\n  - {id: T, kind: sequence, step: S, requires: A, cards: {red: broken}}\n",
        ),
    ):
        (tmp_path / name).write_text(text, "utf-8")
    files = [f"--{option}={tmp_path / name}" for option, name in (("map", "map.yaml"), ("pack", "pack.yaml"))]

    done = CliRunner().invoke(
        replay, [str(tmp_path / "log.csv"), *files, f"--calendar={tmp_path}/days.csv", f"--out={tmp_path}/cards.jsonl"]
    )

    assert "日历 days 列出 2026 至 2026 年的非工作日，日志有 2 个事件在此外的年份（1948、2062）" in done.output
