"""Three rules of a real log judged side by side in one run: this engine, a hand-written loop, DuckDB SQL, pm4py.

usage: python bench/peers_engine.py [--logs FOLDER] [--rounds 3]
The rules are three plain terms of the fines log (rtfm_dev), read from its rules.json: so many calendar days from the
first trigger to the first target after it. All start from the same decoded facts; the sets
of late cases must agree, or the run fails. pm4py's temporal profile knows means and deviations and no term, so it
only finds unusual gaps: its time is given, its set is not compared.
"""

import argparse
import gc
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pm4py
from figures import machine, write
from workloads import LOGS, RealLog, only, real_log

from mingjing.rules.engine import Engine
from mingjing.rules.zone import Zone

LOG = "rtfm_dev"
Found = set[tuple[str, str]]


class Term:
    """A rule as the peers state it: first trigger, first target after it, so many calendar days."""

    def __init__(self, rule: dict[str, Any]) -> None:
        self.id = rule["id"].split(".", 1)[1]
        self.trigger = set(rule["trigger"])
        self.target = set(rule["target"])
        self.days = int(rule["limit"])
        self.missing = rule["kind"] == "response"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--logs", type=Path, default=LOGS)
    parser.add_argument("--rounds", type=int, default=3)
    wanted = parser.parse_args()
    facts = machine()
    log = real_log(wanted.logs, LOG)
    terms = [Term(rule) for rule in log.rules if _plain(rule)][-3:]
    if not terms:
        raise SystemExit(f"{LOG} has no plain terms to compare")
    zone = log.rulebook.zone
    frame = pd.DataFrame(
        [(number, key, fact.type, fact.at) for number, (key, fact) in enumerate(log.facts)],
        columns=["place", "case_id", "activity", "at"],
    )
    frame["day"] = [zone.day(at) for at in frame["at"]]
    gc.freeze()
    ways: dict[str, Callable[[], Found]] = {
        "this engine": lambda: _ours(log, terms),
        "hand-written loop": lambda: _by_hand(log, terms, zone),
        "DuckDB SQL": lambda: _by_sql(frame, terms, zone.day(log.until)),
        "pm4py temporal profile": lambda: _by_profile(frame),
    }
    rows = []
    found: dict[str, Found] = {}
    for name, way in ways.items():
        spent = []
        for _ in range(wanted.rounds):
            began = time.process_time()
            found[name] = way()
            spent.append(time.process_time() - began)
        figures = {"events": len(log.facts), "CPU s": round(min(spent), 3), "findings": len(found[name])}
        rows.append({"way": name, **figures})
    for name in ("hand-written loop", "DuckDB SQL"):
        if found[name] != found["this engine"]:
            strange = sorted(found[name] ^ found["this engine"])
            raise SystemExit(f"{name} and this engine disagree on {len(strange)} cases, such as {strange[:3]}")
    ours = rows[0]["CPU s"]
    for row in rows:
        row["events/CPU s"] = round(row["events"] / row["CPU s"])
        row["CPU of this engine's"] = f"{row['CPU s'] / ours:.3f}"
    write("peers_engine", {**facts, "log": LOG, "rules": "+".join(each.id for each in terms)}, rows)


def _plain(rule: dict[str, Any]) -> bool:
    return (
        rule["kind"] in {"response", "response_cond"}
        and rule.get("unit") == "calendar_days"
        and "limit" in rule
        and not rule.keys() & {"limit_versions", "unless", "extend", "suspend", "where", "target_any"}
    )


def _ours(log: RealLog, terms: list[Term]) -> Found:
    engine = Engine(only(log.rulebook, tuple(each.id for each in terms)), now=log.facts[0][1].at - 1)
    for offset, (key, fact) in enumerate(log.facts):
        if fact.stamp > engine.now:
            engine.advance(fact.stamp)
        engine.fold(key, fact, offset)
    engine.advance(log.until)
    return {(key, rule) for key, case in engine.cases.items() for rule, _ in case.issued}


def _by_hand(log: RealLog, terms: list[Term], zone: Zone) -> Found:
    found: Found = set()
    for term in terms:
        started: dict[str, int] = {}
        stopped: set[str] = set()
        for key, fact in log.facts:
            if key in started:
                if fact.type in term.target and key not in stopped:
                    stopped.add(key)
                    if zone.day(fact.at) > started[key] + term.days:
                        found.add((key, term.id))
            elif fact.type in term.trigger:
                started[key] = zone.day(fact.at)
        last = zone.day(log.until)
        open_ones = started.keys() - stopped if term.missing else ()
        found |= {(key, term.id) for key in open_ones if last > started[key] + term.days}
    return found


def _by_sql(frame: pd.DataFrame, terms: list[Term], last: int) -> Found:
    found: Found = set()
    with duckdb.connect(config={"threads": 1}) as database:
        database.register("frame", frame)
        for term in terms:
            rows = database.execute(
                """
                WITH start AS (
                    SELECT case_id, min(place) AS place, arg_min(day, place) AS day
                    FROM frame WHERE list_contains($trigger, activity) GROUP BY case_id),
                stop AS (
                    SELECT f.case_id, arg_min(f.day, f.place) AS day
                    FROM frame f JOIN start s ON f.case_id = s.case_id AND f.place > s.place
                    WHERE list_contains($target, f.activity) GROUP BY f.case_id)
                SELECT s.case_id FROM start s LEFT JOIN stop t USING (case_id)
                WHERE CASE WHEN t.day IS NULL THEN $missing AND $last > s.day + $days ELSE t.day > s.day + $days END
                """,
                {
                    "trigger": sorted(term.trigger),
                    "target": sorted(term.target),
                    "last": last,
                    "days": term.days,
                    "missing": term.missing,
                },
            ).fetchall()
            found |= {(key, term.id) for (key,) in rows}
    return found


def _by_profile(frame: pd.DataFrame) -> Found:
    events = pd.DataFrame(
        {
            "case:concept:name": frame["case_id"],
            "concept:name": frame["activity"],
            "time:timestamp": pd.to_datetime(frame["at"], unit="us", utc=True),
        }
    )
    profile = pm4py.discover_temporal_profile(events)
    deviating = pm4py.conformance_temporal_profile(events, profile, zeta=3.0)
    return {(str(number), "unusual") for number, each in enumerate(deviating) if each}


if __name__ == "__main__":
    main()
