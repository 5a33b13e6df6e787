"""How is one agency?"""

from mingjing.services.observability.boards import questions
from mingjing.services.observability.grafana import Board, Panel, Variable

_HERE = "agency = '${agency}'"

AGENCY = Board(
    uid="mj-agency",
    title="明镜 部门",
    about="一个部门的收办、用时、岗位与发牌。",
    variables=(Variable("agency", "部门", "SELECT DISTINCT agency FROM case_figures ORDER BY agency"),),
    panels=(
        Panel(title="在办", look="stat", sql=questions.count_open(_HERE), width=8, height=4),
        Panel(title="承诺兑现率", look="stat", sql=questions.kept_rate(_HERE), unit="percentunit", width=16, height=4),
        Panel(title="每日办结与承诺期内办结", look="timeseries", sql=questions.decided_by_day(_HERE)),
        Panel(title="每日发牌", look="timeseries", sql=questions.cards_by_day(_HERE), stacked=True),
        Panel(title="办结所用工作日", look="barchart", sql=questions.days_spread(_HERE)),
        Panel(
            title="各岗位",
            look="table",
            sql=(
                "SELECT post, count() AS decided, round(avg(statutory_used), 2) AS mean_days, "  # noqa: S608
                "countIf(promised_due_ms > 0 AND decided_ms >= promised_due_ms) AS late FROM case_figures FINAL "
                f"WHERE $__timeFilter(decided_at) AND decided_ms > 0 AND {_HERE} "
                "GROUP BY post ORDER BY late DESC, post LIMIT 50"
            ),
        ),
        Panel(title="发牌最多的规则", look="table", sql=questions.cards_by_rule(_HERE), width=24),
    ),
)
