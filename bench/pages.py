"""How long a page of cards, of a queue or of found cases takes, by how many there are.

usage: python bench/pages.py [--cards 100000 1000000] [--events 10] [--engine trial|debian] [--seconds 8]
Cards, their stages and their cases are made inside ClickHouse from a number alone, spread over two years, 400 agencies
and 90 regions; one card in ten is written twice, as a card that rose. Every card has a case of its own, of as many
archived events as `--events` says. Each question is asked through the ledger as the API asks it, again and again for
`seconds` or fifty times, whichever is sooner, and never from the same place twice.
"""

import argparse
import random
import time
from collections.abc import Callable, Iterator
from typing import Any

from figures import FOLDER, machine, percentile, write

from mingjing.services.ledger.clickhouse_ledger import ClickHouseLedger
from mingjing.services.ledger.connection import Connection, Pool
from mingjing.services.ledger.enterprise import EnterpriseFilter
from mingjing.services.ledger.migrate import migrate
from mingjing.services.ledger.port import CardFilter, CaseFilter
from mingjing.services.ledger.scope import Scope
from mingjing.services.settings import read_settings
from mingjing.services.stack.addresses import Address, free_ports
from mingjing.services.stack.clickhouse import Choice, clickhouse

AGENCIES = 400
BLOCK = 1_000_000
MOST_RUNS = 50
SEED = 2026
SAMPLED = 2000
SAMPLE = "SELECT case_key FROM case_facts WHERE cityHash64(case_key) % {share} = 0"

# Two years of issues; the body is as long as that of a real card. Each character of the filling is three bytes long,
# so that it can be cut by bytes: 18.16 cuts by characters at one length for all rows only.
CARDS = """
INSERT INTO cards (home_day, home_ms, card_id, case_key, rule, rung, title, level, status, issue, item, agency, region,
    violated_ms, due_ms, cleared_ms, issued_ms, ver_offset, ver_generation, ver_revision, ver, body)
SELECT toDate(toUInt32(intDiv(issued_ms, 1000)), 'UTC') AS home_day, issued_ms AS home_ms,
    lower(hex(cityHash64(number, 9))) AS card_id, concat(agency, '/', toString(number)) AS case_key,
    concat('TL-', toString(number % 40)) AS rule, rule AS rung, '办结时限' AS title,
    ['warning', 'yellow', 'yellow', 'red'][toUInt8(cityHash64(number, 4) % 4) + 1] AS level,
    if(cityHash64(number, 5) % 3 = 0, 'standing', 'cleared') AS status, 'auto' AS issue,
    concat('item-', toString(cityHash64(number, 1) % 60)) AS item,
    concat('agency-', toString(cityHash64(number, 2) % {agencies})) AS agency,
    concat('99', toString(100 + cityHash64(number, 2) % {agencies} % 90), '0000000') AS region,
    issued_ms AS violated_ms, issued_ms AS due_ms, toUInt64(0) AS cleared_ms,
    toUInt64(1704067200000 + cityHash64(number, 3) % 63072000000) AS issued_ms,
    toInt64(number) AS ver_offset, toInt64(1) AS ver_generation, toInt64({life}) AS ver_revision,
    toUInt64({life}) AS ver,
    concat('{{"card_id":"', card_id, '","case_key":"', case_key, '","agency":"', agency, '","said":"',
        substring('{filling}', 1, 900 + 3 * (number % 60)), '"}}') AS body
FROM numbers({start}, {count}) WHERE {which}
"""
STAGES = """
INSERT INTO card_stages (card_id, case_key, agency, region, stage, round, revision, shown, ver, body)
SELECT card_id, case_key, agency, region,
    ['drawn', 'signed', 'explained', 'appealed', 'closed', 'closed', 'closed', 'closed'][
        toUInt8(cityHash64(card_id) % 8) + 1] AS stage,
    1, 1, level, toUInt64(1), '{{}}'
FROM cards WHERE ver = 1
"""
CASES = """
INSERT INTO case_facts (case_key, subject, item, item_title, agency, region, state, accepted_ms, last_event_ms,
    last_event_type, events, late, ver, body)
SELECT case_key, splitByChar('/', case_key)[2], item, '食品经营许可', agency, region, 'accepted', issued_ms, issued_ms,
    'case.accepted', 3, 0, toUInt64(1), concat('{{"case_key":"', case_key, '"}}')
FROM cards WHERE ver = 1
"""
# Two cases in three name one of 40,000 enterprises, one in twenty of which hangs out the plate of a monitoring point.
ENTERPRISES = """
INSERT INTO enterprise_cases (enterprise, case_key, gone, matter, agency, region, state, monitor, answered, opened_ms,
    last_event_ms, ver)
SELECT concat('91990100MA', substring(toString(10000000 + cityHash64(case_key, 8) % 40000), 2), 'Q') AS enterprise,
    case_key, toUInt8(0) AS gone,
    ['inspection', 'penalty', 'complaint', 'application'][toUInt8(cityHash64(case_key, 6) % 4) + 1] AS matter,
    agency, region, 'accepted', toUInt8(matter = 'complaint' AND cityHash64(case_key, 8) % 40000 % 20 = 0) AS monitor,
    monitor AS answered, issued_ms, issued_ms, toUInt64(1)
FROM cards WHERE ver = 1 AND cityHash64(case_key, 7) % 3 != 0
"""
DECISIONS = """
INSERT INTO card_decisions (card_id, shown, decided, ver)
SELECT card_id, 'yellow', toUInt8(1), toUInt64(1) FROM cards
WHERE ver = 1 AND level = 'red' AND cityHash64(card_id, 5) % 50 = 0
"""
HEADS = """
INSERT INTO card_heads (card_id, case_key, home_ms, ver)
SELECT card_id, case_key, home_ms, ver FROM cards
"""
OF_CASES = """
INSERT INTO case_cards (case_key, card_id, home_ms) SELECT case_key, card_id, home_ms FROM cards WHERE ver = 1
"""
# The events of a case lie within the month of its card, as many as are asked for, a minute apart.
EVENTS = """
INSERT INTO events (case_key, topic_partition, topic_offset, logged_on, logged_ms, event_id, source, type, subject,
    at_ms, agency, region, body)
SELECT case_key, toUInt32(cityHash64(case_key) % 24), toUInt64(ver_offset * {events} + step) AS topic_offset, home_day,
    home_ms, toString(topic_offset) AS event_id, 'urn:bench' AS source, 'case.accepted' AS type,
    splitByChar('/', case_key)[2] AS subject, home_ms + step * 60000 AS at_ms, agency, region,
    concat('{{"specversion":"1.0","id":"', event_id, '","source":"urn:bench","type":"case.accepted","subject":"',
        subject, '","time":"2026-03-06T10:', substring(toString(100 + step % 60), 2, 2), ':00+08:00","data":{{"note":"',
        substring('{filling}', 1, 300 + 3 * (ver_offset % 20)), '"}}}}') AS body
FROM (SELECT case_key, ver_offset, home_day, home_ms, agency, region FROM cards WHERE ver = 1)
ARRAY JOIN range(toUInt64({events})) AS step
"""
LOG = """
INSERT INTO card_log (case_key, card_id, topic_partition, topic_offset, logged_on, issued_ms, body)
SELECT case_key, card_id, toUInt32(0), toUInt64(ver_offset), home_day, issued_ms, body FROM cards WHERE ver = 1
"""


def main() -> None:
    """Measure at each size, and write the curve."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cards", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--events", type=int, default=10, help="archived events of a case")
    parser.add_argument("--engine", choices=["trial", "debian"], default="trial")
    parser.add_argument("--seconds", type=float, default=8)
    wanted = parser.parse_args()
    facts = machine()
    folder = FOLDER.absolute() / "pages"
    folder.mkdir(parents=True, exist_ok=True)
    address = Address("127.0.0.1", free_ports(1)[0])
    choice = Choice.TRIAL if wanted.engine == "trial" else Choice.DEBIAN
    rows: list[dict[str, Any]] = []
    with clickhouse(choice, address, folder / wanted.engine, folder / "clickhouse.log"):
        for count in wanted.cards:
            settings = read_settings(clickhouse=str(address), clickhouse_database=f"bench_{time.time_ns()}")
            migrate(settings)
            connection = Connection(settings, answer_within_s=3600)
            facts["engine"] = connection.rows("SELECT version()")[0][0]
            made_s = took(lambda held=connection, many=count: load(held, many, wanted.events))
            keys = [key for (key,) in connection.rows(SAMPLE.format(share=max(1, count // SAMPLED)))]
            ledger = ClickHouseLedger(Pool(settings, 2))
            sized = {"cards": count, "events": count * wanted.events, "made in s": round(made_s)}
            rows += [sized | row for row in measured(ledger, count, keys, wanted.seconds)]
            ledger.close()
            connection.command(f"DROP DATABASE {settings.clickhouse_database}")
    write(f"pages-{wanted.engine}", facts, rows)


def load(connection: Connection, count: int, events: int) -> None:
    """Write the cards, one in ten again with a later version, then what hangs on them."""
    filling = "起算于受理之日，逐日计入工作日，届满时未办结。" * 40
    for start in range(0, count, BLOCK):
        size = min(BLOCK, count - start)
        for life, which in ((1, "1"), (2, "number % 10 = 0")):
            connection.command(
                CARDS.format(agencies=AGENCIES, start=start, count=size, life=life, which=which, filling=filling)
            )
    connection.command(STAGES.format())
    for statement in (CASES.format(), ENTERPRISES, DECISIONS, HEADS, OF_CASES, LOG):
        connection.command(statement)
    connection.command(EVENTS.format(events=events, filling=filling))


def measured(ledger: ClickHouseLedger, count: int, keys: list[str], seconds: float) -> Iterator[dict[str, Any]]:
    """Yield a row for each question; `keys` are some of the cases."""
    dice = random.Random(SEED)  # places to begin at
    everything = Scope.everything()

    def agency() -> Scope:
        return Scope.of_agency(f"agency-{dice.randrange(AGENCIES)}")

    def enterprise() -> str:
        return f"91990100MA{dice.randrange(40_000):07}Q"

    def deep() -> object:
        page = ledger.cards(everything, limit=500)
        return ledger.cards(everything, limit=50, cursor=page.next_cursor)

    questions: dict[str, Callable[[], object]] = {
        "newest cards": lambda: ledger.cards(everything),
        "standing red": lambda: ledger.cards(everything, CardFilter(levels=("red",), statuses=("standing",))),
        "of an agency": lambda: ledger.cards(agency()),
        "of a rule": lambda: ledger.cards(everything, CardFilter(rule=f"TL-{dice.randrange(40)}")),
        "appealed": lambda: ledger.cards(everything, CardFilter(stages=("appealed",))),
        "further pages": deep,
        "newest cases": lambda: ledger.cases(everything),
        "an enterprise": lambda: ledger.enterprise(everything, enterprise()),
        "cases of one": lambda: ledger.cases(everything, CaseFilter(enterprise=enterprise())),
        "cards of one": lambda: ledger.cards(everything, CardFilter(enterprise=enterprise())),
        "monitoring points": lambda: ledger.enterprises(everything, EnterpriseFilter(monitoring=True)),
        "most inspected": lambda: ledger.enterprises(everything, EnterpriseFilter(order="inspections")),
        "events of a case": lambda: ledger.events(everything, dice.choice(keys)),
        "clocks of a page": lambda: ledger.stories(everything, dice.sample(keys, min(50, len(keys)))),
        "case by number": lambda: ledger.cases(everything, CaseFilter(text=str(dice.randrange(count)))),
    }
    for question, ask in questions.items():
        ask()
        late: list[float] = []
        until = time.monotonic() + seconds
        while len(late) < MOST_RUNS and (time.monotonic() < until or not late):
            late.append(took(ask) * 1000)
        yield {
            "question": question,
            "asked": len(late),
            **{f"p{share} ms": round(percentile(late, share / 100), 1) for share in (50, 99)},
        }


def took(act: Callable[[], object]) -> float:
    """Return the seconds that `act` takes."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
