"""Are the sources talking, in time, and in a way that can be used?"""

from mingjing.services.observability.grafana import Board, Panel

_DAYS = 7
_SINCE = f"greatest($__fromTime, $__toTime - {_DAYS * 86_400})"
"""A province sends fifty million events a month: of a longer time its last days are shown, and the panels say so."""

_SHOWN = f"logged_on >= toDate({_SINCE}) - 1"
"""What was logged since, or late: it is logged after it comes in, so what was logged earlier is not read."""

_BLOCK = "(topic_partition, intDiv(topic_offset, 4096))"
_BLOCKS_OF_SEVERAL_PARTS = (
    f"SELECT topic_partition, intDiv(topic_offset, 4096) AS block FROM events WHERE {_SHOWN} "  # noqa: S608  # ours
    "GROUP BY topic_partition, block HAVING min(_part) != max(_part)"
)
_OF_AGENCIES = "type != 'clock.tick' AND source != 'urn:mingjing:desk'"
_SENT = f"{_SHOWN} AND ingested_at >= {_SINCE} AND $__timeFilter(ingested_at) AND {_OF_AGENCIES} AND {_BLOCK}"
_COLUMNS = "agency, source, at_ms, ingested_ms, ingested_at"
ARRIVED = (
    f"FROM (SELECT {_COLUMNS} FROM events WHERE {_SENT} NOT IN ({_BLOCKS_OF_SEVERAL_PARTS}) "  # noqa: S608  # ours
    f"UNION ALL SELECT {_COLUMNS} FROM (SELECT DISTINCT topic_partition, topic_offset, {_COLUMNS} "
    f"FROM events WHERE {_SENT} IN ({_BLOCKS_OF_SEVERAL_PARTS})))"
)
"""What agencies sent in the last days of the time shown, each once: as `events FINAL` says, without merging a month.

An archive that is started again may write a record twice. Two rows of one place on the log never lie in one part
of the table for long: merging makes them one. So only those blocks of the log are looked through for repeats of which
several parts hold something, which are few, for what lies together on the log was written together.
"""

_BOUND = f"至多看所选时段的最后 {_DAYS} 天。"

FEEDS = Board(
    uid="mj-feeds",
    title="明镜 数据源",
    about="各来源的事件、迟报与被拒收的报送。",
    since="now-7d",
    panels=(
        Panel(
            title="每小时到达的事件",
            about=_BOUND,
            look="timeseries",
            width=24,
            sql=(
                "SELECT toStartOfHour(ingested_at) AS time, agency, count() AS events "
                f"{ARRIVED} "
                "GROUP BY time, agency ORDER BY time, agency"
            ),
        ),
        Panel(
            title="来源",
            about=_BOUND,
            look="table",
            sql=(
                "SELECT source, agency, count() AS events, max(ingested_at) AS last, "
                "countIf(ingested_ms > at_ms + 86400000) AS later_than_a_day "
                f"{ARRIVED} "
                "GROUP BY source, agency ORDER BY last, source LIMIT 200"
            ),
        ),
        Panel(
            title="发生至到达的小时数",
            about=_BOUND,
            look="timeseries",
            unit="h",
            sql=(
                "SELECT toStartOfHour(ingested_at) AS time, "
                "quantileTDigest(0.95)((toInt64(ingested_ms) - toInt64(at_ms)) / 3600000) AS p95 "
                f"{ARRIVED} "
                "GROUP BY time ORDER BY time"
            ),
        ),
        Panel(
            title="被拒收的报送",
            look="timeseries",
            stacked=True,
            sql=(
                "SELECT toStartOfHour(received_at) AS time, code, count() AS letters FROM dead_letters FINAL "
                "WHERE $__timeFilter(received_at) GROUP BY time, code ORDER BY time, code"
            ),
        ),
        Panel(
            title="拒收最多的来源",
            look="table",
            sql=(
                "SELECT agency, if(source = '', topic, source) AS sender, code, count() AS letters "
                "FROM dead_letters FINAL WHERE $__timeFilter(received_at) "
                "GROUP BY agency, sender, code ORDER BY letters DESC, sender, code LIMIT 50"
            ),
        ),
    ),
)
