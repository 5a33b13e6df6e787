"""How is the whole city?"""

from mingjing.services.observability.boards import questions
from mingjing.services.observability.grafana import Board, Panel, Variable

_HERE = "startsWith(region, '${region}')"

CITY = Board(
    uid="mj-city",
    title="明镜 全市总览",
    about="在办、办结、承诺兑现与发牌；区划可选任一级的代码前几位。",
    variables=(
        Variable(
            "region",
            "区划",
            "SELECT DISTINCT substring(region, 1, 2) AS region FROM case_figures UNION ALL "
            "SELECT DISTINCT substring(region, 1, 4) AS region FROM case_figures UNION ALL "
            "SELECT DISTINCT substring(region, 1, 6) AS region FROM case_figures",
        ),
    ),
    panels=(
        Panel(title="在办", look="stat", sql=questions.count_open(_HERE), width=6, height=4),
        Panel(
            title="承诺兑现率",
            look="stat",
            sql=questions.kept_rate(_HERE),
            unit="percentunit",
            about="分子 kept、分母 promised 同列",
            width=10,
            height=4,
        ),
        Panel(
            title="生效的黄牌与红牌",
            look="stat",
            sql=questions.cards_in_force(_HERE),
            about="按显示的级别：撤牌、排除、免责与待核实的不计，降级的计降后的级，与月报同一口径",
            width=8,
            height=4,
        ),
        Panel(title="每日发牌", look="timeseries", sql=questions.cards_by_day(_HERE), stacked=True),
        Panel(title="每日办结与承诺期内办结", look="timeseries", sql=questions.decided_by_day(_HERE)),
        Panel(
            title="各部门",
            look="table",
            sql=(
                "SELECT agency, count() AS decided, countIf(promised_due_ms > 0) AS promised, "  # noqa: S608
                "countIf(promised_due_ms > 0 AND decided_ms < promised_due_ms) AS kept, "
                "round(100 * kept / greatest(promised, 1), 2) AS percent FROM case_figures FINAL "
                f"WHERE $__timeFilter(decided_at) AND decided_ms > 0 AND {_HERE} "
                "GROUP BY agency ORDER BY decided DESC, agency LIMIT 50"
            ),
        ),
        Panel(title="发牌最多的规则", look="table", sql=questions.cards_by_rule(_HERE)),
    ),
)
