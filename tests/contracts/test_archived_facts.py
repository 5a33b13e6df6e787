"""What the archive is read as standing is what the engine takes to stand: corrections, their own, voids and resends."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from mingjing.rules.corrections import effective, standing_of
from mingjing.rules.events import VOIDED, Fact
from mingjing.services.archive.event_writer import EventWriter
from mingjing.services.ledger import Scope
from mingjing.services.ledger.connection import Connection
from mingjing.services.reports import cells
from mingjing.services.reports.cells import Wanted
from mingjing.services.reports.indicators import Source, shipped
from mingjing.services.reports.period import Month
from mingjing.services.sink.source import Record

from .every_source import laid_out

ZONE = ZoneInfo("Asia/Shanghai")
MARCH = Month(2026, 3)
BEGIN, END = MARCH.bounds(ZONE)
COUNTED = ("task.studied", "task.met")
OTHERS = ("task.visited", VOIDED)

Send = Callable[..., Record]


def sent(case: str, said: dict[str, Any]) -> dict[str, Any]:
    """Return an event as intake passes it on."""
    shape = {"source": "urn:a", "subject": case, "casekey": f"91/{case}", "agency": "A", "region": "99"}
    return {**shape, "ingestedtime": "2026-05-01T00:00:00+08:00", "data": {}, **said}


def read(connection: Connection, source: Source, columns: str) -> list[tuple[Any, ...]]:
    """Return rows of one of the sources that are made of standing facts, in order."""
    rows = laid_out(connection, source, ", ".join(f"'{each}'" for each in COUNTED))
    return sorted(connection.rows(f"SELECT {columns} FROM {rows}"))  # noqa: S608  # our own words


def lives(dice: random.Random) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield 120 cases of up to nine words: some correct others, some say again what was said, some take it back."""
    start = datetime(2026, 2, 20, tzinfo=UTC)
    recorded = iter(dice.sample(range(90 * 86400), 120 * 9))
    for case in range(120):
        known: dict[str, str | None] = {}
        for number in range(dice.randrange(1, 10)):
            ident = dice.choice(list(known)) if known and dice.random() < 0.15 else f"e{number}"
            said: dict[str, Any] = {"id": ident, "type": dice.choice((*COUNTED, *COUNTED, OTHERS[0]))}
            if ident in known:
                said["corrects"] = known[ident]
            elif known and dice.random() < 0.6:
                said["corrects"] = dice.choice([*[each for each in known if chain(known, each) < 4], "never-sent"])
                if dice.random() < 0.3:
                    said["type"] = VOIDED
            said["time"] = (start + timedelta(hours=dice.randrange(60 * 24))).isoformat()
            said["recordedtime"] = (start + timedelta(seconds=next(recorded))).isoformat()
            said["data"] = {"days": number}
            known[ident] = said.get("corrects")
            yield f"n{case}", said


def chain(known: dict[str, str | None], ident: str) -> int:
    """Return how many corrections lie between a word and the fact that it is of."""
    above = known.get(ident)
    return 0 if above is None else 1 + chain(known, above)


def fact(said: dict[str, Any]) -> Fact:
    instants = (datetime.fromisoformat(said[name]).timestamp() for name in ("time", "recordedtime"))
    at, recorded = (int(each) * 1_000_000 for each in instants)
    named = {"id": said["id"], "source": "urn:a", "type": said["type"], "corrects": said.get("corrects")}
    return Fact(**named, at=at, stamp=0, recorded_at=recorded, data=said["data"])


def told(words: list[tuple[str, dict[str, Any]]]) -> dict[str, dict[tuple[str, str], Fact]]:
    """Return what each case has received, of two words with one key the one that stands."""
    received: dict[str, dict[tuple[str, str], Fact]] = {}
    for case, said in words:
        mine, word = received.setdefault(f"91/{case}", {}), fact(said)
        mine[word.key] = standing_of(mine[word.key], word) if word.key in mine else word
    return received


def test_what_stands_of_the_archive_is_what_stands_for_the_engine(connection: Connection, record: Send) -> None:
    words = list(lives(random.Random(4)))  # noqa: S311  # seeded dice, not secrets
    records = [record("case-events", sent(case, said)) for case, said in words]
    EventWriter(connection).write([*records, *records[::3]])
    stands = [(case, each) for case, facts in told(words).items() for each in effective(facts)]
    assert len(stands) < len(words) / 1.5  # much was corrected

    found = read(connection, "facts", "case_key, type, at_ms, visitParamExtractInt(data, 'days')")

    within = Counter(
        (case, each.type, each.at // 1000, each.data["days"])
        for case, each in stands
        if each.type in COUNTED and BEGIN <= each.at // 1000 < END
    )
    assert Counter(row for row in found if BEGIN <= row[2] < END) == within
    assert len(within) > 60


def test_cells_of_facts_add_up_to_what_stands_for_the_engine(connection: Connection, record: Send) -> None:
    words = list(lives(random.Random(8)))  # noqa: S311  # seeded dice, not secrets
    EventWriter(connection).write([record("case-events", sent(case, said)) for case, said in words])
    stands = [each for facts in told(words).values() for each in effective(facts)]
    studied = [each.data["days"] for each in stands if each.type == "task.studied" and BEGIN <= each.at // 1000 < END]

    build = cells.count(connection, MARCH, shipped(), ZONE)
    sums = cells.totals(connection, Scope.everything(), Wanted(), {build.month: build.build}, shipped())[()]

    assert (sums["studies"][""], sums["study_days"][""]) == (len(studied), 10 * sum(studied))


def test_a_fact_that_was_moved_into_another_month_is_of_that_month_alone(connection: Connection, record: Send) -> None:
    visit = {"id": "1", "type": "task.met", "time": "2026-03-05T10:00:00+08:00"}
    moved = {"id": "2", "type": "task.met", "corrects": "1", "time": "2026-04-05T10:00:00+08:00"}
    EventWriter(connection).write([record("case-events", sent("n", each)) for each in (visit, moved)])

    assert [at >= END for _, at in read(connection, "facts", "type, at_ms")] == [True]


def test_a_task_is_one_row_with_the_day_it_was_due_and_the_instant_it_was_done(
    connection: Connection, record: Send
) -> None:
    told = [
        ("done", "task.assigned", "2026-02-10T09:00:00+08:00", {"kind": "milestone", "due_on": "2026-03-31"}),
        ("done", "task.done", "2026-04-02T09:00:00+08:00", {"published_at": "https://a.gov.cn/1"}),
        ("open", "task.assigned", "2026-02-10T09:00:00+08:00", {"kind": "audit"}),
        ("gone", "task.assigned", "2026-02-10T09:00:00+08:00", {"kind": "audit", "due_on": "2026-03-01"}),
        ("gone", "task.cancelled", "2026-02-11T09:00:00+08:00", {}),
        ("none", "task.done", "2026-02-11T09:00:00+08:00", {}),
    ]
    EventWriter(connection).write(
        [
            record("case-events", sent(case, {"id": kind, "type": kind, "time": time, "data": data}))
            for case, kind, time, data in told
        ]
    )

    assert read(connection, "tasks", "task, due_ms, done_ms > 0, cancelled, published, agency, region") == [
        ("audit", 0, 0, 0, 0, "A", "99"),
        ("audit", BEGIN + 86_400_000 - 1, 0, 1, 0, "A", "99"),
        ("milestone", END - 1, 1, 0, 1, "A", "99"),
    ]


def test_an_errand_runs_from_the_first_engagement_to_the_last_delivery_of_the_same_intermediary(
    connection: Connection, record: Send
) -> None:
    told = [
        ("intermediary.engaged", "2026-02-27T09:00:00+08:00", "甲"),
        ("intermediary.delivered", "2026-03-01T09:00:00+08:00", "甲"),
        ("intermediary.delivered", "2026-03-02T10:00:00+08:00", "甲"),
        ("intermediary.engaged", "2026-03-02T09:00:00+08:00", "乙"),
        ("intermediary.delivered", "2026-03-03T09:00:00+08:00", "丙"),
    ]
    events = [
        sent("n", {"id": str(number), "type": kind, "time": time, "item": "I", "data": {"intermediary": whom}})
        for number, (kind, time, whom) in enumerate(told)
    ]
    EventWriter(connection).write([record("case-events", each) for each in events])

    assert read(connection, "errands", "agency, region, item, delivered_ms - engaged_ms") == [
        ("A", "99", "I", (3 * 24 + 1) * 3_600_000)
    ]
