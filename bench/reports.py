"""How long a month report takes, and freezing one, against asking the cases themselves, pandas and DuckDB.

usage: python bench/reports.py [--cases 1000000] [--engine trial|debian] [--runs 30] [--asks 3]
--cases are those decided in the month; the province has a quarter as many of other months (province.py). All
measurements are of one run over the same data, and every way must find the same: cells, the cases themselves, pandas
and DuckDB agree on each agency or nothing is printed. Peers read an export of the settled rows and answer what the
agencies' table shows. Lists are asked for, and a thousand events written as the sink writes them, while the month is
being counted and frozen too: a report must not keep a screen waiting. No two papers are of one agency.
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
import province
from figures import FOLDER, machine, percentile, write
from progress import say

from mingjing.services.ledger import open_ledger
from mingjing.services.ledger.connection import Connection, Limits, Pool
from mingjing.services.ledger.migrate import migrate
from mingjing.services.ledger.scope import Scope
from mingjing.services.ledger.tables import EVENTS
from mingjing.services.ledger.writing import write as sink
from mingjing.services.observability.boards import BOARDS
from mingjing.services.reports import cells, freezing
from mingjing.services.reports.cells import Wanted
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
PAPERS, ALONE = 30, 30
PAUSE_S = 0.2
"""Between two pages: Debian's ClickHouse holds a count up to a second for each, and a count must come to an end."""

Found = dict[str, tuple[int, int]]
"""Of what was promised a day and decided: how many, and how many kept it, by agency."""

EXPORT = """
SELECT agency, decided_ms, promised_due_ms, statutory_used FROM case_figures FINAL
WHERE decided_ms >= {begin} AND decided_ms < {end} AND promised_due_ms > 0 AND cityHash64(agency) % {parts} = {part}
"""
PARTS = 8
"""In so many questions: tuples of ten million rows at once would not fit beside the server."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--engine", choices=["trial", "debian"], default="trial")
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument("--asks", type=int, default=3, help="how often the cases themselves are asked")
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
        began = time.perf_counter()
        facts |= province.load(connection, wanted.cases, say)
        load_s = time.perf_counter() - began
        limits = behind_all_else(settings)
        desk = ReportDesk(
            Pool(settings, 3, answer_within_s=3600, limits=limits),
            ZONE,
            lambda: Titles("全省", {}, {}, {}, {"TL-04": "办结时限"}),
            lambda _: {},
            covered=lambda *_: None,
            now_ms=None,
        )
        rows = [row("make and write the cases", [load_s]), *measured(connection, desk, wanted, folder)]
        rows += waiting(settings, limits)
        desk.close()
        connection.command(f"DROP DATABASE {settings.clickhouse_database}")
    write(f"reports-{wanted.engine}-{wanted.cases}", facts, rows)


def measured(
    connection: Connection, desk: ReportDesk, wanted: argparse.Namespace, folder: Path
) -> list[dict[str, object]]:
    """Return a row for each thing measured."""
    march, everything, definitions = Period(MARCH, 1), Scope.everything(), shipped()
    rows = [row("count the month into cells", [took(lambda: cells.count(connection, MARCH, definitions, ZONE))])]
    desk.efficiency(everything, march, wait_s=3600)
    times = [took(lambda: desk.efficiency(everything, march)) for _ in range(wanted.runs)]
    rows.append(row("month report, 400 agencies, from cells", times))
    report = desk.efficiency(everything, march)
    said = {
        line.key: (line.figures["promise_kept"].denominator or 0, line.figures["promise_kept"].numerator or 0)
        for line in report.agencies
    }
    answers: list[Found] = []
    rows.append(
        row(
            "the same figures asked of the cases",
            [took(lambda: answers.append(naive(connection))) for _ in range(wanted.asks)],
        )
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
    reports = [
        report,
        *(desk.efficiency(everything, march, Wanted(agency=line.key)) for line in report.agencies[:PAPERS]),
    ]
    rows += [
        row(f"{form.upper()} of {what}", [took(lambda form=form, each=each: rendered(each, form)) for each in of])
        for form in ("json", "csv", "xlsx", "pdf")
        for what, of in (("the report of 400 agencies", reports[:1]), ("an agency's report", reports[1:]))
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
        if not statement.startswith("INSERT INTO report_cells"):
            connection.command(statement)
            continue
        select = statement[statement.index("SELECT") :].replace("grain = '' OR key != ''", "grain = ''")
        for agency, measure, _, value in connection.rows(
            f"SELECT agency, measure, bucket, sum(value) FROM ({select}) GROUP BY agency, measure, bucket"  # noqa: S608
        ):
            found[agency, measure] = value
    return {
        agency: (value, found[agency, "kept_promised"])
        for (agency, measure), value in found.items()
        if measure == "decided_promised"
    }


def peers(connection: Connection, folder: Path, answers: list[Found]) -> list[dict[str, object]]:
    """Return how long pandas and DuckDB take for decided, kept, mean and p95 by agency, over an export.

    What they found of decided and kept is added to `answers`.
    """
    begin, end = MARCH.bounds(ZONE)
    path = folder / "cases.parquet"

    def export() -> None:
        parts = [connection.rows(EXPORT.format(begin=begin, end=end, part=part, parts=PARTS)) for part in range(PARTS)]
        columns = ["agency", "decided_ms", "promised_due_ms", "statutory_used"]
        frame = pd.concat([pd.DataFrame(each, columns=columns) for each in parts])
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
    """Return how long a screen and the sink wait: by themselves, while a month is counted, while it is frozen."""
    ledger, writing = open_ledger(settings, connections=1), Connection(settings)
    heavy = Connection(settings, answer_within_s=3600, limits=limits)
    end = MARCH.bounds(ZONE)[1]
    works: dict[str, Callable[[], object] | None] = {
        "": None,
        " while the month is counted": lambda: cells.count(heavy, MARCH, shipped(), ZONE),
        " while the month is frozen": lambda: freezing.freeze(
            heavy, MARCH, shipped(), ZONE, {}, now_ms=end, reason="measured again"
        ),
    }
    rows = []
    for number, (when, work) in enumerate(works.items()):
        listed: list[float] = []
        written: list[float] = []
        thread = threading.Thread(target=work) if work else None
        if thread:
            thread.start()
        while thread.is_alive() if thread else len(listed) < ALONE:
            listed.append(took(lambda: ledger.cards(Scope.everything(), limit=50)))
            batch = province.batch(1000 * (number * 100_000 + len(written)), 1000)
            written.append(took(lambda batch=batch: sink(writing, EVENTS, batch)))
            time.sleep(PAUSE_S)
        rows += [row(f"first page of cards{when}", listed), row(f"the sink writes 1,000 events{when}", written)]
    ledger.close()
    return rows


def ask(connection: Connection, sql: str) -> None:
    """Ask one question of a dashboard over the month."""
    begin, end = (each // 1000 for each in MARCH.bounds(ZONE))
    while "$__timeFilter(" in sql:
        head, _, rest = sql.partition("$__timeFilter(")
        column, _, tail = rest.partition(")")
        between = f"{column} >= toDateTime({begin}, 'Asia/Shanghai') AND {column} < toDateTime({end}, 'Asia/Shanghai')"
        sql = f"{head}{between}{tail}"
    shown = (("$__fromTime", f"toDateTime({begin})"), ("$__toTime", f"toDateTime({end})"))
    for name, value in (*shown, ("${region}", "99"), ("${agency}", "agency-1"), ("${item}", "item-1")):
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
