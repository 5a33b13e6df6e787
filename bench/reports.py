"""How long a month report takes, and freezing one, against asking the cases themselves, pandas and DuckDB.

usage: python bench/reports.py [--cases 1000000] [--engine trial|debian] [--runs 30]
Cases are made inside ClickHouse, from the case number alone; one in five is written twice. All measurements
are of one run over the same data, and every way must find the same: cells, the cases themselves, pandas and DuckDB
agree on each agency or nothing is printed. Peers read an export of the settled rows and answer what the agencies'
table shows. Lists are asked for while the month is being counted too: a report must not keep a screen waiting.
"""

import argparse
import statistics
import threading
import time
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pandas as pd
from figures import FOLDER, machine, percentile, write

from mingjing.services.ledger import open_ledger
from mingjing.services.ledger.connection import Connection, Limits, Pool
from mingjing.services.ledger.migrate import migrate
from mingjing.services.ledger.scope import Scope
from mingjing.services.observability.boards import BOARDS
from mingjing.services.reports import cells, freezing
from mingjing.services.reports.counting import Count
from mingjing.services.reports.desk import ReportDesk
from mingjing.services.reports.document import Titles
from mingjing.services.reports.forms import rendered
from mingjing.services.reports.indicators import shipped
from mingjing.services.reports.opening import behind_all_else
from mingjing.services.reports.period import Month, Period
from mingjing.services.settings import Settings, read_settings
from mingjing.services.stack.addresses import Address, free_ports
from mingjing.services.stack.clickhouse import Choice, clickhouse

ZONE = ZoneInfo("Asia/Shanghai")
MARCH = Month(2026, 3)
AGENCIES, ITEMS = 400, 60
BLOCK = 1_000_000
PAUSE_S = 0.2
"""Between two pages: Debian's ClickHouse holds a count up to a second for each, and a count must come to an end."""

Found = dict[str, tuple[int, int]]
"""Decided and kept by agency."""

# A province: 400 agencies, 60 items each; three months of acceptances, so that one in three is decided in March.
CASES = """
INSERT INTO case_figures (case_key, item, agency, region, state, applied_ms, accepted_ms, decided_ms, ended_ms, kind,
    mode, channel, window, post, score, types, counts, kept, broken, promised_unit, promised_days, promised_used,
    promised_due_ms, statutory_unit, statutory_days, statutory_used, statutory_due_ms, paused_days, ver)
SELECT concat('9133/', toString(number)) AS case_key,
    concat('item-', toString(cityHash64(number, 1) % {items})) AS item,
    concat('agency-', toString(cityHash64(number, 2) % {agencies})) AS agency,
    concat('99', toString(100 + cityHash64(number, 2) % {agencies} % 90), '0000000') AS region,
    'decided' AS state,
    toUInt64(accepted_ms - 7200000) AS applied_ms,
    toUInt64(1769875200000 + cityHash64(number, 3) % 7776000000) AS accepted_ms,
    toUInt64(accepted_ms + used * 86400000 + 3600000) AS decided_ms, decided_ms AS ended_ms,
    'licence' AS kind, 'promised' AS mode, if(number % 3 = 0, 'online', 'window') AS channel,
    toString(number % 20) AS window, concat('post-', toString(number % 4)) AS post,
    toUInt8(if(number % 5 = 0, 1 + number % 5, 0)) AS score,
    ['case.accepted', 'case.applied', 'case.decided'] AS types, [1, 1, 1] AS counts,
    if(used <= 12, ['TL-04/promised'], emptyArrayString()) AS kept,
    if(used > 12, ['TL-04/promised'], emptyArrayString()) AS broken,
    'wd' AS promised_unit, 12 AS promised_days, used AS promised_used, toUInt64(accepted_ms + 1123200000) AS due_p,
    'wd' AS statutory_unit, 20 AS statutory_days, toUInt32(cityHash64(number, 4) % 15 + {life}) AS used,
    toUInt64(accepted_ms + 1814400000) AS due_s, 0 AS paused_days, toUInt64({life}) AS ver
FROM numbers({start}, {count}) WHERE {which}
"""
CARDS = """
INSERT INTO cards (home_day, home_ms, card_id, case_key, rule, rung, title, level, status, issue, item, agency, region,
    violated_ms, issued_ms, ver, body)
SELECT toDate(toUInt32(intDiv(promised_due_ms, 1000)), 'UTC') AS home_day, promised_due_ms AS home_ms,
    concat('card-', case_key) AS card_id, case_key, 'TL-04',
    'TL-04', '办结时限', if(promised_used > 14, 'red', 'yellow') AS level, 'cleared', 'auto', item, agency, region,
    promised_due_ms, promised_due_ms, toUInt64(1), '{{"occurrence":"-","post":"post-1"}}'
FROM case_figures FINAL WHERE decided_ms >= promised_due_ms
"""
EXPORT = """
SELECT agency, decided_ms, promised_due_ms, statutory_used FROM case_figures FINAL
WHERE decided_ms >= {begin} AND decided_ms < {end}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--engine", choices=["trial", "debian"], default="trial")
    parser.add_argument("--runs", type=int, default=30)
    wanted = parser.parse_args()
    facts = machine()
    folder = FOLDER.absolute() / "reports"
    folder.mkdir(parents=True, exist_ok=True)
    address = Address("127.0.0.1", free_ports(1)[0])
    choice = Choice.TRIAL if wanted.engine == "trial" else Choice.DEBIAN
    with clickhouse(choice, address, folder / wanted.engine, folder / "clickhouse.log"):
        settings = read_settings(clickhouse=str(address), clickhouse_database=f"bench_{time.time_ns()}")
        migrate(settings)
        connection = Connection(settings, answer_within_s=3600)
        facts |= {"engine": connection.rows("SELECT version()")[0][0], "cases": wanted.cases}
        load_s = took(lambda: load(connection, wanted.cases))
        limits = behind_all_else(settings)
        desk = ReportDesk(
            Pool(settings, 3, answer_within_s=3600, limits=limits),
            ZONE,
            lambda: Titles("全省", {}, {}, {}, {"TL-04": "办结时限"}),
            lambda _: {},
            covered=lambda *_: None,
        )
        rows = [row("make and write the cases", [load_s]), *measured(connection, desk, wanted.runs, folder)]
        rows += waiting(settings, limits)
        desk.close()
        connection.command(f"DROP DATABASE {settings.clickhouse_database}")
    write(f"reports-{wanted.engine}-{wanted.cases}", facts, rows)


def load(connection: Connection, count: int) -> None:
    """Write the cases, then one in five again with other figures, then the cards of those that were late."""
    for start in range(0, count, BLOCK):
        for life, which in ((1, "1"), (2, "number % 5 = 0")):
            size = min(BLOCK, count - start)
            connection.command(
                CASES.format(items=ITEMS, agencies=AGENCIES, start=start, count=size, life=life, which=which)
            )
    connection.command(CARDS.format())


def measured(connection: Connection, desk: ReportDesk, runs: int, folder: Path) -> list[dict[str, object]]:
    """Return a row for each thing measured."""
    march, everything, definitions = Period(MARCH, 1), Scope.everything(), shipped()
    rows = [row("count the month into cells", [took(lambda: cells.count(connection, MARCH, definitions, ZONE))])]
    desk.efficiency(everything, march, wait_s=3600)
    times = [took(lambda: desk.efficiency(everything, march)) for _ in range(runs)]
    rows.append(row("month report, 400 agencies, from cells", times))
    report = desk.efficiency(everything, march)
    said = {
        line.key: (line.figures["decided"].n, line.figures["promise_kept"].numerator or 0) for line in report.agencies
    }
    answers: list[Found] = []
    rows.append(
        row("the same figures asked of the cases", [took(lambda: answers.append(naive(connection))) for _ in range(3)])
    )
    end = MARCH.bounds(ZONE)[1]
    rows.append(
        row(
            "freeze the month",
            [took(lambda: freezing.freeze(connection, MARCH, definitions, ZONE, {}, now_ms=end))],
        )
    )
    rows += peers(connection, folder, answers)
    if any(answer != said for answer in answers):
        raise SystemExit("the ways do not agree on decided and kept by agency; no figure is worth printing")
    rows += [
        row(f"{form.upper()} of the report", [took(lambda form=form: rendered(report, form)) for _ in range(5)])
        for form in ("json", "csv", "xlsx", "pdf")
    ]
    asked = [panel.sql for board in BOARDS for panel in board.panels if panel.sql]
    rows.append(
        row(f"{len(asked)} questions of dashboards", [took(lambda sql=sql: ask(connection, sql)) for sql in asked])
    )
    return rows


def naive(connection: Connection) -> Found:
    """Ask what the cells hold of the cases themselves, by agency, without writing anything; return decided and kept."""
    found: dict[tuple[str, str], int] = {}
    for statement in Count(MARCH, 0, ZONE).statements(shipped()):
        select = statement[statement.index("SELECT") :].replace("grain = '' OR key != ''", "grain = ''")
        for agency, measure, _, value in connection.rows(
            f"SELECT agency, measure, bucket, sum(value) FROM ({select}) GROUP BY agency, measure, bucket"  # noqa: S608
        ):
            found[agency, measure] = value
    return {
        agency: (value, found[agency, "kept_promised"])
        for (agency, measure), value in found.items()
        if measure == "decided"
    }


def peers(connection: Connection, folder: Path, answers: list[Found]) -> list[dict[str, object]]:
    """Return how long pandas and DuckDB take for decided, kept, share, mean and p95 by agency, over an export.

    What they found of decided and kept is added to `answers`.
    """
    begin, end = MARCH.bounds(ZONE)
    path = folder / "cases.parquet"

    def export() -> None:
        settled = connection.rows(EXPORT.format(begin=begin, end=end))
        frame = pd.DataFrame(settled, columns=["agency", "decided_ms", "promised_due_ms", "statutory_used"])
        duckdb.sql(f"COPY frame TO '{path}' (FORMAT parquet)")
        del frame

    def with_pandas() -> None:
        frame = duckdb.read_parquet(str(path)).df()
        frame["kept"] = frame["decided_ms"] < frame["promised_due_ms"]
        days = frame.groupby("agency")["statutory_used"]
        table = pd.DataFrame(
            {
                "decided": days.size(),
                "kept": frame.groupby("agency")["kept"].sum(),
                "mean": days.mean(),
                "p95": days.quantile(0.95),
            }
        )
        answers.append({each.Index: (each.decided, each.kept) for each in table.itertuples()})

    def with_duckdb() -> None:
        table = duckdb.sql(
            "SELECT agency, count(*), count(*) FILTER (decided_ms < promised_due_ms), avg(statutory_used), "  # noqa: S608
            f"quantile_disc(statutory_used, 0.95) FROM read_parquet('{path}') GROUP BY agency"
        ).fetchall()
        answers.append({agency: (decided, kept) for agency, decided, kept, *_ in table})

    return [
        row("export of the month for the peers", [took(export)]),
        row("pandas, five columns by agency", [took(with_pandas) for _ in range(5)]),
        row("DuckDB, five columns by agency", [took(with_duckdb) for _ in range(5)]),
    ]


def waiting(settings: Settings, limits: Limits) -> list[dict[str, object]]:
    """Return how long the first page of cards takes while nothing else is asked, and while the month is counted."""
    ledger = open_ledger(settings, connections=1)

    def listed() -> float:
        return took(lambda: ledger.cards(Scope.everything(), limit=50))

    alone = [listed() for _ in range(30)]
    beside: list[float] = []
    counting = Connection(settings, answer_within_s=3600, limits=limits)
    thread = threading.Thread(target=lambda: cells.count(counting, MARCH, shipped(), ZONE))
    thread.start()
    while thread.is_alive():
        beside.append(listed())
        time.sleep(PAUSE_S)
    thread.join()
    ledger.close()
    return [row("first page of cards", alone), row("first page of cards while the month is counted", beside)]


def ask(connection: Connection, sql: str) -> None:
    """Ask one question of a dashboard over the month."""
    begin, end = (each // 1000 for each in MARCH.bounds(ZONE))
    while "$__timeFilter(" in sql:
        head, _, rest = sql.partition("$__timeFilter(")
        column, _, tail = rest.partition(")")
        between = f"{column} >= toDateTime({begin}, 'Asia/Shanghai') AND {column} < toDateTime({end}, 'Asia/Shanghai')"
        sql = f"{head}{between}{tail}"
    for name, value in (("${region}", "99"), ("${agency}", "agency-1"), ("${item}", "item-1")):
        sql = sql.replace(name, value)
    connection.rows(sql)


def took(act: Callable[[], object]) -> float:
    """Return the seconds that an act took."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def row(name: str, times: list[float]) -> dict[str, object]:
    """Return a row of the table."""
    return {
        "what": name,
        "runs": len(times),
        "p50 s": round(statistics.median(times), 3),
        "p99 s": round(percentile(times, 0.99), 3),
    }


if __name__ == "__main__":
    main()
