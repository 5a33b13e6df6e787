"""The engine beside its peers in one run: three rules of a real log, and every shipped rule on the simulated city.

usage: python bench/peers_engine.py [--logs FOLDER] [--cases 2000] [--rounds 3]
The rules of the real log are three plain terms of the fines log (rtfm_dev), read from its rules.json: so many
calendar days from the first trigger to the first target after it. All start from the same decoded facts; the sets of
late cases must agree, or the run fails. In the city every pack is judged as its facts arrive; its peer is the city's
oracle, which reads the finished log once, with no clock to keep and judges written by hand for just these rules, and
must find the same. pm4py knows no term, no pause and no working day: its temporal profile finds unusual gaps, its
DECLARE conformance a trigger that no target follows. Their time is given, their sets are not compared.
"""

import argparse
import gc
import time
from collections.abc import Callable, Iterable, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pm4py
from figures import machine, write
from workloads import AGENCIES, LOGS, RealLog, city, only, real_log

from mingjing.rules.engine import Engine
from mingjing.rules.events import Fact, micros
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.zone import Zone
from mingjing.services.city.city import City
from mingjing.services.city.message import Message
from mingjing.services.city.oracle.oracle import Oracle
from mingjing.services.city.world import read_world
from mingjing.services.rulebook_files import load_rulebook, shipped

LOG = "rtfm_dev"
ANSWERED = (("case.applied", "case.accepted"), ("case.accepted", "case.decided"), ("case.decided", "case.delivered"))
"""What DECLARE is asked of the city: that each step of an approval is followed by the next."""

Found = set[tuple[str, str]]


class Term:
    """A rule as the peers state it: first trigger, first target after it, so many calendar days."""

    def __init__(self, rule: dict[str, Any]) -> None:
        self.id = rule["id"].split(".", 1)[1]
        self.trigger = set(rule["trigger"])
        self.target = set(rule["target"])
        self.days = int(rule["limit"])
        self.missing = rule["kind"] == "response"


Ways = dict[str, Callable[[], Found]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--logs", type=Path, default=LOGS)
    parser.add_argument("--cases", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    wanted = parser.parse_args()
    facts = machine()
    _real_log(wanted.logs, wanted.rounds, facts)
    _city(wanted.cases, wanted.rounds, facts)


def _real_log(logs: Path, rounds: int, facts: dict[str, Any]) -> None:
    log = real_log(logs, LOG)
    terms = [Term(rule) for rule in log.rules if _plain(rule)][-3:]
    if not terms:
        raise SystemExit(f"{LOG} has no plain terms to compare")
    zone = log.rulebook.zone
    frame = _frame(log.facts)
    frame["day"] = [zone.day(at) for at in frame["at"]]
    book = only(log.rulebook, tuple(each.id for each in terms))
    gc.freeze()
    ways: Ways = {
        "this engine": lambda: _ours(book, log.facts, log.until),
        "hand-written loop": lambda: _by_hand(log, terms, zone),
        "DuckDB SQL": lambda: _by_sql(frame, terms, zone.day(log.until)),
        "pm4py temporal profile": lambda: _by_profile(frame),
        "pm4py DECLARE": lambda: _by_declare(
            frame, [pair for each in terms for pair in product(each.trigger, each.target)]
        ),
    }
    rows = _measured(ways, len(log.facts), rounds, {"hand-written loop", "DuckDB SQL"})
    write("peers_engine", {**facts, "log": LOG, "rules": "+".join(each.id for each in terms)}, rows)


def _city(cases: int, rounds: int, facts: dict[str, Any]) -> None:
    world = read_world(AGENCIES, shipped("catalogue"), shipped("calendars"), shipped("vocabularies"))
    town = City(world, seed=1, cases=cases)
    sent = [message for message in town.log()[0] if message.refused is None]
    arrived, book = city(cases), load_rulebook()
    frame = _frame(sorted(arrived, key=lambda each: each[1].order))
    gc.freeze()
    ways: Ways = {
        "this engine": lambda: _ours(book, arrived, micros(town.until)),
        "the city's oracle": lambda: _by_oracle(town, sent),
        "pm4py temporal profile": lambda: _by_profile(frame),
        "pm4py DECLARE": lambda: _by_declare(frame, ANSWERED),
    }
    rows = _measured(ways, len(arrived), rounds, {"the city's oracle"})
    write("peers_engine_city", {**facts, "log": f"{cases} cases of the city", "rules": len(book.rules)}, rows)


def _measured(ways: Ways, events: int, rounds: int, alike: set[str]) -> list[dict[str, Any]]:
    """Return a row for each way; those of `alike` must find what this engine, the first of the ways, finds."""
    rows: list[dict[str, Any]] = []
    found: dict[str, Found] = {}
    for name, way in ways.items():
        spent = []
        for _ in range(rounds):
            began = time.process_time()
            found[name] = way()
            spent.append(time.process_time() - began)
        rows.append({"way": name, "events": events, "CPU s": round(min(spent), 3), "findings": len(found[name])})
    ours = next(iter(found.values()))
    for name in alike:
        if found[name] != ours:
            strange = sorted(found[name] ^ ours)
            raise SystemExit(f"{name} and this engine disagree on {len(strange)} cases, such as {strange[:3]}")
    for row in rows:
        row["events/CPU s"] = round(row["events"] / row["CPU s"])
        row["CPU of this engine's"] = f"{row['CPU s'] / rows[0]['CPU s']:.3f}"
    return rows


def _frame(facts: Sequence[tuple[str, Fact]]) -> pd.DataFrame:
    return pd.DataFrame(
        [(number, key, fact.type, fact.at) for number, (key, fact) in enumerate(facts)],
        columns=["place", "case_id", "activity", "at"],
    )


def _plain(rule: dict[str, Any]) -> bool:
    return (
        rule["kind"] in {"response", "response_cond"}
        and rule.get("unit") == "calendar_days"
        and "limit" in rule
        and not rule.keys() & {"limit_versions", "unless", "extend", "suspend", "where", "target_any"}
    )


def _ours(book: Rulebook, facts: Sequence[tuple[str, Fact]], until: int) -> Found:
    engine = Engine(book, now=min(facts[0][1].at, facts[0][1].stamp) - 1)
    for offset, (key, fact) in enumerate(facts):
        if fact.stamp > engine.now:
            engine.advance(fact.stamp)
        engine.fold(key, fact, offset)
    engine.advance(until)
    return {
        (key, rule)
        for key, case in engine.cases.items()
        for (rule, _), issued in case.issued.items()
        if issued.status != "withdrawn"
    }


def _by_oracle(town: City, sent: Sequence[Message]) -> Found:
    findings, _ = Oracle(town.world, town.until).sit(sent)
    return {(each.case_key, each.rule) for each in findings}


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


def _events(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "case:concept:name": frame["case_id"],
            "concept:name": frame["activity"],
            "time:timestamp": pd.to_datetime(frame["at"], unit="us", utc=True),
        }
    )


def _by_profile(frame: pd.DataFrame) -> Found:
    events = _events(frame)
    profile = pm4py.discover_temporal_profile(events)
    deviating = pm4py.conformance_temporal_profile(events, profile, zeta=3.0)
    return {(str(number), "unusual") for number, each in enumerate(deviating) if each}


def _by_declare(frame: pd.DataFrame, answered: Iterable[tuple[str, str]]) -> Found:
    """Return the cases in which a trigger is not answered by a target, whenever: so far DECLARE can say these terms."""
    model = {"response": {pair: {"support": 1, "confidence": 1} for pair in answered}}
    found = pm4py.conformance_declare(_events(frame), model)
    return {(str(number), "unanswered") for number, each in enumerate(found) if each["no_dev_total"]}


if __name__ == "__main__":
    main()
