import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner, Result

from mingjing.services.cli.replay import replay

LOG = """case_id,activity,timestamp
N1,A,2026-03-06 10:00
N2,A,2026-03-06 10:00
N2,S,2026-03-09 10:00
N3,A,2026-03-06 10:00
N3,S,2026-03-12 00:00
"""
PACK = """pack: p
version: 1
rules:
  - {id: T, kind: time-limit, start: A, stop: S, limit: 3wd, cards: {yellow: past}}
"""
MAP = "case: case_id\nevent: activity\ntime: timestamp\n"
Replay = Callable[..., tuple[Result, list[dict[str, Any]]]]


@pytest.fixture
def replayed(tmp_path: Path) -> Replay:
    """Return the outcome of the command and the lines it wrote."""

    def run(
        *options: str, log: str = LOG, pack: str = PACK, mapping: str = MAP, out: str = "cards.jsonl"
    ) -> tuple[Result, list[dict[str, Any]]]:
        for name, text in (("log.csv", log), ("pack.yaml", pack), ("map.yaml", mapping)):
            (tmp_path / name).write_text(text, "utf-8")
        path = {name: str(tmp_path / f"{name}.yaml") for name in ("map", "pack")}
        done = CliRunner().invoke(
            replay,
            [
                str(tmp_path / "log.csv"),
                "--map",
                path["map"],
                "--pack",
                path["pack"],
                "--out",
                str(tmp_path / out),
                *options,
            ],
        )
        written = tmp_path / out
        packed = written.read_bytes() if written.exists() else b""
        text = gzip.decompress(packed) if out.endswith(".gz") else packed
        return done, [orjson.loads(line) for line in text.splitlines()]

    return run


def _drawn(lines: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return [(line["case"], line["level"], line["status"]) for line in lines]


def test_a_missing_stop_is_pending_at_the_last_event_and_a_late_one_is_drawn(replayed: Replay) -> None:
    done, lines = replayed(log=LOG.replace("2026-03-12 00:00", "2026-03-11 23:59"))

    assert (done.exit_code, _drawn(lines)) == (0, [])

    done, lines = replayed()

    assert _drawn(lines) == [("N1", "yellow", "standing"), ("N3", "yellow", "cleared")]


@pytest.mark.parametrize(
    ("until", "count"), [("2026-03-10", 1), ("2026-03-11", 1), ("2026-03-12", 2), ("2026-03-12 00:00", 2)]
)
def test_until_bounds_timers_only_and_a_bare_date_means_its_end(replayed: Replay, until: str, count: int) -> None:
    assert len(replayed("--until", until)[1]) == count


def test_many_processes_write_what_one_does(replayed: Replay) -> None:
    assert replayed("--jobs", "2")[1] == replayed()[1]


def test_the_cards_may_be_packed(replayed: Replay) -> None:
    assert replayed(out="cards.jsonl.gz")[1] == replayed()[1]


def test_a_calendar_may_be_a_list_of_days_off(replayed: Replay, tmp_path: Path) -> None:
    days = tmp_path / "days.csv"
    days.write_text("date,why\n2026-03-09,假\n2026-12-31,假\n", "utf-8")

    assert [line["explain"]["due_on"] for line in replayed("--calendar", str(days), "--until", "2026-04-01")[1]] == [
        "2026-03-10",
        "2026-03-10",
    ]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"pack": PACK.replace("limit: 3wd", "limit: 3")}, "pack.yaml:4:"),
        ({"log": LOG.replace("2026-03-09 10:00", "soon")}, "log.csv row 3: column 'timestamp'"),
        ({"log": LOG.replace("activity", "act")}, "there is no column 'activity'"),
    ],
)
def test_what_cannot_be_read_ends_with_its_place_and_no_cards(
    replayed: Replay, change: dict[str, str], message: str
) -> None:
    done, lines = replayed(**change)

    assert (done.exit_code, lines) == (1, [])
    assert message in done.output


def test_what_a_rule_asks_for_and_the_log_never_says_is_told(replayed: Replay) -> None:
    due = "{id: D, kind: time-limit, start: A, due: case.due, done: data.done, cards: {yellow: past}}"
    done, _ = replayed(pack=PACK.replace("stop: S", "stop: [S, AB]") + f"  - {due}\n")

    assert done.exit_code == 0
    assert "规则 T：日志中没有事件 'AB'；no event of the log is 'AB'; did you mean 'A'?" in done.output
    assert [f"no event of the log has {path}" in done.output for path in ("case.due", "data.done")] == [True, True]
    assert "日志中没有" not in replayed()[0].output


@pytest.mark.parametrize(
    ("begin", "told"), [("P", True), ("{event: P, which: each}", False), ("{event: P, where: 'data.x == 1'}", False)]
)
@pytest.mark.parametrize("clock", ["start: A, stop: S, limit: 3wd", "trigger: A, notice: S, within: 3wd"])
def test_a_clock_that_stands_still_again_where_a_rule_counts_it_once_is_told(
    replayed: Replay, clock: str, begin: str, *, told: bool
) -> None:
    pauses = "".join(f"N1,{event},2026-03-09 1{hour}:00\n" for hour, event in enumerate("PRPR"))
    kind = "time-limit" if "limit" in clock else "notification"
    rule = f"kind: {kind}, {clock}, pause: {{begin: {begin}, end: R}}"
    done, _ = replayed(log=LOG + pauses, pack=PACK.replace("kind: time-limit, start: A, stop: S, limit: 3wd", rule))

    assert done.exit_code == 0
    sentence = "规则 T：1 件不止一次停表（P），只扣第一次；每次都扣，写 begin: {event: P, which: each}"
    assert (sentence in done.output) == told


def test_a_folder_that_is_not_there_is_refused_before_anything_is_judged(replayed: Replay) -> None:
    done, _ = replayed(out="nowhere/cards.jsonl")

    assert done.exit_code == 2
    assert "there is no folder" in done.output


def test_a_horizon_nobody_can_read_is_refused(replayed: Replay) -> None:
    done, _ = replayed("--until", "soon")

    assert done.exit_code == 1
    assert "--until: 'soon' is neither a date nor an instant" in done.output


IDS = """case_id,activity,timestamp,number
N1,A,2026-03-06 10:00,7
N1,S,2026-03-13 10:00,7
N2,A,2026-03-06 10:00,8
N2,A,2026-03-06 10:00,8
"""


def test_events_that_share_an_id_and_differ_are_told_of(replayed: Replay) -> None:
    done, _ = replayed(log=IDS, mapping=MAP + "id: number\n")

    assert "1 个事件与同一办件的另一事件编号相同而内容不同，各只有一个作数（如 N1 7）" in done.output


def test_rows_told_apart_by_their_number_are_not_told_of(replayed: Replay) -> None:
    done, lines = replayed(log=IDS)

    assert "编号相同" not in done.output
    assert ("N1", "yellow", "cleared") in _drawn(lines)


FEES = """case_id,activity,timestamp,amount,paid
N1,A,2026-03-06 10:00,"1.500,00",True
N2,A,2026-03-06 10:00,"900,00",False
"""
DEAR = """pack: p
version: 1
rules:
  - {id: C, kind: condition, at: A, when: 'data.amount > 1000', cards: {yellow: broken}}
"""


def test_a_text_held_against_a_number_is_told_of_with_the_remedy(replayed: Replay) -> None:
    done, lines = replayed(log=FEES, pack=DEAR, mapping=MAP + "data: '*'\n")

    assert lines == []
    assert "规则 C：data.amount 在日志中是文字（'1.500,00'），不能与数相比，在映射里写 numbers: [列名]" in done.output


def test_a_column_read_as_numbers_is_held_against_numbers(replayed: Replay) -> None:
    done, lines = replayed(log=FEES, pack=DEAR, mapping=MAP + "data: '*'\nnumbers: amount\ndecimal: ','\n")

    assert _drawn(lines) == [("N1", "yellow", "standing")]
    assert "规则 C" not in done.output


def test_a_text_held_against_true_is_told_of_with_the_remedy(replayed: Replay) -> None:
    rules = DEAR.replace("data.amount > 1000", "data.paid == true")

    done, _ = replayed(log=FEES, pack=rules, mapping=MAP + "data: '*'\n")

    assert "规则 C：data.paid 在日志中是文字（'True'），既非真也非假，写 data.paid == \"True\"" in done.output


@pytest.mark.parametrize(
    ("asked", "data", "told"),
    [
        ("data.amount > 1000", "", "no event of the log has data.amount; data: '*' in the mapping takes all columns"),
        ("data.amuont > 1000", "data: '*'\n", "no event of the log has data.amuont; did you mean 'amount'?"),
    ],
)
def test_a_field_that_no_event_has_is_told_of(replayed: Replay, asked: str, data: str, told: str) -> None:
    done, _ = replayed(log=FEES, pack=DEAR.replace("data.amount > 1000", asked), mapping=MAP + data)

    assert told in done.output


def test_a_field_that_a_rule_asks_has_of_may_be_missing(replayed: Replay) -> None:
    done, _ = replayed(log=FEES, pack=DEAR.replace("data.amount > 1000", "has(data.waiver)"), mapping=MAP)

    assert "data.waiver" not in done.output
