"""Which cards have been drawn, how do they stand, and how soon were they there?"""

from mingjing.services.ledger.shown_cards import cards_as_shown
from mingjing.services.observability.boards import questions
from mingjing.services.observability.grafana import Board, Panel

_ISSUED = "$__timeFilter(issued_at) AND level != 'hint'"
_TOLD = ("issued_at", "issued_ms", "status", "rule", "title", "agency", "case_key")

CARDS = Board(
    uid="mj-cards",
    title="明镜 红黄牌",
    about="发牌的级别、状态、规则与发出的快慢；级别是显示的级别，与月报同一口径；自动撤回的另列。",
    since="now-7d",
    refresh="30s",
    panels=(
        Panel(title="每日发牌", look="timeseries", sql=questions.cards_by_day(), stacked=True, width=16),
        Panel(
            title="状态",
            look="table",
            sql=(
                f"SELECT {questions.LEVELS} AS level, countIf(status = 'standing') AS standing, "  # noqa: S608
                "countIf(status = 'cleared') AS cleared, countIf(status = 'withdrawn') AS withdrawn, "
                "countIf(stage = 'pending') AS to_confirm "
                f"FROM {cards_as_shown('$__timeFilter(issued_at)', ('status',), staged=('stage',))} "
                "GROUP BY level ORDER BY level"
            ),
            about="按显示的级别；不计：经人撤牌、排除、免责，或者待核实（to_confirm）。",
            width=8,
        ),
        Panel(title="发牌最多的规则", look="table", sql=questions.cards_by_rule()),
        Panel(
            title="自成立至发出的秒数",
            look="timeseries",
            unit="s",
            about="迟到的数据使已经成立的牌晚发：九五分位高，先看数据源。",
            sql=(
                "SELECT toDateTime(toDate(issued_at)) AS time, "
                "quantileExact(0.5)(intDiv(issued_ms - violated_ms, 1000)) AS p50, "
                "quantileExact(0.95)(intDiv(issued_ms - violated_ms, 1000)) AS p95 FROM cards FINAL "
                "WHERE $__timeFilter(issued_at) AND issued_ms >= violated_ms GROUP BY time ORDER BY time"
            ),
        ),
        Panel(
            title="最近发出",
            look="table",
            width=24,
            height=10,
            sql=(
                f"SELECT issued_at, {questions.LEVELS} AS level, status, rule, title, agency, case_key "  # noqa: S608
                f"FROM {cards_as_shown(_ISSUED, _TOLD)} "
                "ORDER BY issued_ms DESC, card_id LIMIT 100"
            ),
        ),
    ),
)
