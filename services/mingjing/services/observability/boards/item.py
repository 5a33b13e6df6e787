"""How is one item handled, wherever it is?"""

from mingjing.services.observability.boards import questions
from mingjing.services.observability.grafana import Board, Panel, Variable

_HERE = "item = '${item}'"

ITEM = Board(
    uid="mj-item",
    title="明镜 事项",
    about="一个事项的办结、用时分布与发牌，可比较各部门。",
    variables=(Variable("item", "事项", "SELECT DISTINCT item FROM case_figures WHERE item != '' ORDER BY item"),),
    panels=(
        Panel(title="在办", look="stat", sql=questions.count_open(_HERE), width=8, height=4),
        Panel(title="承诺兑现率", look="stat", sql=questions.kept_rate(_HERE), unit="percentunit", width=16, height=4),
        Panel(title="每日办结与承诺期内办结", look="timeseries", sql=questions.decided_by_day(_HERE)),
        Panel(title="办结所用工作日", look="barchart", sql=questions.days_spread(_HERE)),
        Panel(
            title="各部门用时",
            look="table",
            sql=(
                "SELECT agency, count() AS decided, round(avg(statutory_used), 2) AS mean_days, "  # noqa: S608
                "quantileExact(0.95)(statutory_used) AS p95_days, max(promised_days) AS promised_days "
                "FROM case_figures FINAL "
                f"WHERE $__timeFilter(decided_at) AND decided_ms > 0 AND statutory_due_ms > 0 AND {_HERE} "
                "GROUP BY agency ORDER BY mean_days DESC, agency LIMIT 50"
            ),
        ),
        Panel(title="发牌最多的规则", look="table", sql=questions.cards_by_rule(_HERE)),
    ),
)
