"""Are the sources talking, in time, and in a way that can be used?"""

from mingjing.services.observability.grafana import Board, Panel

_ARRIVED = (
    "FROM events FINAL WHERE $__timeFilter(ingested_at) AND logged_on >= toDate($__fromTime) - 1 "
    "AND _partition_id >= toString(toYYYYMM(toDate($__fromTime) - 1)) AND type != 'clock.tick' "
    "AND source != 'urn:mingjing:desk'"
)
"""What agencies sent in the time shown. It was logged after it came in: no partition of an earlier month is read.

It is said twice: the older server chooses parts by the day, the newer, where it merges, by the partition's name alone.
"""

FEEDS = Board(
    uid="mj-feeds",
    title="明镜 数据源",
    about="各来源的事件、迟报与被拒收的报送。",
    since="now-7d",
    panels=(
        Panel(
            title="每小时到达的事件",
            look="timeseries",
            width=24,
            sql=(
                "SELECT toStartOfHour(ingested_at) AS time, agency, count() AS events "
                f"{_ARRIVED} "
                "GROUP BY time, agency ORDER BY time, agency"
            ),
        ),
        Panel(
            title="来源",
            look="table",
            sql=(
                "SELECT source, agency, count() AS events, max(ingested_at) AS last, "
                "countIf(ingested_ms > at_ms + 86400000) AS later_than_a_day "
                f"{_ARRIVED} "
                "GROUP BY source, agency ORDER BY last, source LIMIT 200"
            ),
        ),
        Panel(
            title="发生至到达的小时数",
            look="timeseries",
            unit="h",
            sql=(
                "SELECT toStartOfHour(ingested_at) AS time, "
                "quantileTDigest(0.95)((toInt64(ingested_ms) - toInt64(at_ms)) / 3600000) AS p95 "
                f"{_ARRIVED} "
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
