"""Nasty logs replayed, and every card compared, case by case and to the instant, with a truth worked out by hand."""

import gzip
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest
from click.testing import CliRunner

from mingjing.services.cli.replay import replay

from .nasty_logs import NastyLog, nasty_log
from .truth_by_hand import KINDS, VIOLATING, Ground, Happened, Rule, Unknowable, story, verdict

Found = dict[str, dict[str, datetime | None]]
Run = Callable[[list[str]], None]
UNITS = {"working_days": "wd", "calendar_days": "cd"}
MAP = {"case": "case_id", "event": "activity", "time": "timestamp", "order": "seq", "officer": "resource", "data": "*"}


def in_process(args: list[str]) -> None:
    """Run the command here."""
    done = CliRunner().invoke(replay, args, catch_exceptions=False)
    assert done.exit_code == 0, done.output


def as_program(args: list[str]) -> None:
    """Run the command as a user does."""
    program = [sys.executable, "-m", "mingjing.services.cli", "replay", *args]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("seed", range(16))
def test_a_nasty_log_is_judged_as_by_hand(seed: int, tmp_path: Path) -> None:
    log, horizon = nasty_log(seed), _horizon(seed)

    assert _drawn(log, horizon, tmp_path, in_process) == _true(log, horizon)


@pytest.mark.parametrize("seed", [101, 102])
def test_the_program_judges_a_nasty_log_as_by_hand_in_any_number_of_processes(seed: int, tmp_path: Path) -> None:
    log, horizon = nasty_log(seed), _horizon(seed)

    found = _drawn(log, horizon, tmp_path, lambda args: as_program([*args, "--jobs", "2"]))

    assert found == _true(log, horizon)


def test_the_logs_are_nasty_enough_to_break_every_kind_of_rule() -> None:
    broken = set()
    for seed in range(8):
        log = nasty_log(seed)
        true = _true(log, _horizon(seed))
        broken |= {rule["kind"] for rule in log.rules if true[rule["id"]]}

    assert broken == set(KINDS)


def _horizon(seed: int) -> date:
    """Return the date of the last event, or of one in the middle."""
    log = nasty_log(seed)
    days = sorted(each.day for case in _cases(log, date.min).values() for each in case)
    return days[-1 if seed % 2 else len(days) // 2]


def _ground(log: NastyLog, horizon: date) -> Ground:
    weekend = frozenset(day.weekday() for day, why in log.off if why == "weekend")
    return Ground(ZoneInfo(log.zone), frozenset(day for day, _ in log.off), weekend, horizon)


def _cases(log: NastyLog, horizon: date) -> dict[str, list[Happened]]:
    rows = defaultdict(list)
    for row in log.rows:
        rows[row["case_id"]].append(row)
    return {case: story(each, _ground(log, horizon)) for case, each in rows.items()}


def _true(log: NastyLog, horizon: date) -> Found:
    """Return by rule the cases that break it by hand, with the instant where the truth says one."""
    found: Found = {rule["id"]: {} for rule in log.rules}
    for case, happened in _cases(log, horizon).items():
        for rule in log.rules:
            try:
                status, certain = verdict(rule, happened, _ground(log, horizon))
            except Unknowable:
                continue
            if status in VIOLATING:
                found[rule["id"]][case] = certain
    return found


def _drawn(log: NastyLog, horizon: date, folder: Path, run: Run) -> Found:
    """Return by rule the cases on which `mingjing replay` draws a card, with the instants the truth also says."""
    rules = [_ours(rule) for rule in log.rules]
    pack = {"pack": "p", "title": "p", "version": "1", "vocabulary": "open", "zone": log.zone, "rules": rules}
    for name, page in (("pack", pack), ("map", {**MAP, "zone": log.zone, "case_data": "case:"})):
        (folder / f"{name}.yaml").write_bytes(orjson.dumps(page))  # JSON is YAML
    (folder / "log.csv.gz").write_bytes(gzip.compress(log.text.encode()))
    (folder / "days.csv").write_text("date,why\n" + "".join(f"{day},{why}\n" for day, why in log.off), "utf-8")
    files = [f"{folder}/log.csv.gz", "--map", f"{folder}/map.yaml", "--pack", f"{folder}/pack.yaml"]
    out = ["--calendar", f"{folder}/days.csv", "--out", f"{folder}/cards.jsonl", "--until", f"{horizon}T23:59:59"]
    run([*files, *out])
    timeless = {rule["id"] for rule in log.rules if rule["kind"] in {"attr_case", "attr_event", "same_resource"}}
    found: Found = {rule["id"]: {} for rule in log.rules}
    for line in map(orjson.loads, (folder / "cards.jsonl").read_bytes().splitlines()):
        if line["rule"] is not None:
            violated = None if line["rule"] in timeless else datetime.fromisoformat(line["violated_at"])
            found[line["rule"]][line["case"]] = violated
    return found


def _ours(rule: Rule) -> dict[str, Any]:
    """Return a rule in the grammar of packs."""
    asked = " && ".join(f'data.{name} == "{value}"' for name, value in rule.get("where", {}).items())
    where = {"where": asked} if asked else {}
    limit = f"{rule['limit']}{UNITS[rule['unit']]}"
    ours: dict[str, Any] = {"id": rule["id"], "title": rule["id"], "basis": [], "cards": {"yellow": "past"}}
    whole = {"event": "*", "which": "first"}
    match rule["kind"]:
        case "response" | "response_cond":
            stop = "first-anywhere" if rule["target_any"] else "first-after"
            versions = [{"from": each["start"], "limit": f"{each['limit']}{limit[-2:]}"} for each in _versions(rule)]
            ours |= {"kind": "time-limit", "start": {"event": rule["trigger"], **where}, "roll": False}
            ours |= {"stop": {"event": rule["target"], "which": stop, **where}, "limit": versions or limit}
            ours |= {"missing": "violates" if rule["kind"] == "response" else "ignore"} | _moves(rule)
        case "case_span":
            ours |= {"kind": "time-limit", "start": whole, "stop": {"event": "*", "which": "last"}}
            ours |= {"missing": "ignore", "limit": limit, "roll": False}
        case "attr_case":
            ours |= {"kind": "time-limit", "start": whole, "due": "case.deadline", "done": "case.end"}
            ours |= {"count": "to-the-second"}
        case "attr_event":
            ours |= {"kind": "time-limit", "start": {"event": "*", "which": "each"}, "missing": "ignore"}
            ours |= {"due": f"data.{rule['due']}", "done": f"data.{rule['done']}"}
        case "precedence":
            ours |= {"kind": "sequence", "step": {"event": rule["step"], **where}, "settle": "0s"}
            ours |= {"requires": {"any": {"event": rule["before"], **where}}, "cards": {"yellow": "broken"}}
        case "min_wait":
            ours |= {"kind": "waiting-period", "start": rule["trigger"], "stop": rule["target"]}
            ours |= {"at_least": f"{rule['limit']}cd", "cards": {"yellow": "early"}}
        case "same_resource":
            ours |= {"kind": "separation", "a": [rule["a"]], "b": [rule["b"]], "cards": {"yellow": "broken"}}
    return ours


def _versions(rule: Rule) -> list[dict[str, Any]]:
    return rule.get("limit_versions", [])


def _moves(rule: Rule) -> dict[str, Any]:
    found: dict[str, Any] = {"unless": rule["unless"]} if "unless" in rule else {}
    if "extend" in rule:
        grant = rule["extend"]
        asked = " && ".join(f'data.{name} == "{value}"' for name, value in grant["where"].items())
        found["extend"] = [{"event": grant["activity"], "by": f"{grant['add']}cd", "where": asked}]
    if "suspend" in rule:
        still = rule["suspend"]
        begin = {"event": still["start"], "which": "each"} if still["each"] else still["start"]
        found["pause"] = [{"begin": begin, "end": still["end"]}]
    return found
