"""Questions that several dashboards ask, each with a condition of its own."""

from mingjing.services.ledger.shown_cards import cards_as_shown

OPEN = "'applied', 'accepted', 'suspended'"
LEVELS = (
    "multiIf(level = 'red', '红牌', level = 'yellow', '黄牌', level = 'warning', '预警', "
    "level = 'hint', '提示', '不计')"
)
"""A card's level in words; 不计 where it shows none."""


def cards_by_day(where: str = "1") -> str:
    """Return cards at the level they show, by day of the violation and level."""
    return (
        f"SELECT toDateTime(toDate(violated_at)) AS time, {LEVELS} AS level, count() AS cards "  # noqa: S608
        f"FROM {_violated(where)} WHERE status != 'withdrawn' "
        "GROUP BY time, level HAVING level IN ('预警', '黄牌', '红牌') ORDER BY time, level"
    )


def decided_by_day(where: str = "1") -> str:
    """Return decided cases and those within the promise, by day."""
    return (
        "SELECT toDateTime(toDate(decided_at)) AS time, count() AS decided, "  # noqa: S608
        "countIf(promised_due_ms > 0 AND decided_ms < promised_due_ms) AS kept FROM case_figures FINAL "
        f"WHERE $__timeFilter(decided_at) AND decided_ms > 0 AND {where} GROUP BY time ORDER BY time"
    )


def kept_rate(where: str = "1") -> str:
    """Return the share of promises kept with numerator and denominator."""
    return (
        "SELECT countIf(decided_ms < promised_due_ms) / count() AS rate, "  # noqa: S608
        "countIf(decided_ms < promised_due_ms) AS kept, count() AS promised FROM case_figures FINAL "
        f"WHERE $__timeFilter(decided_at) AND decided_ms > 0 AND promised_due_ms > 0 AND {where}"
    )


def days_spread(where: str = "1") -> str:
    """Return how many decided cases took how many working days."""
    return (
        "SELECT toString(statutory_used) AS days, count() AS cases FROM case_figures FINAL "  # noqa: S608
        "WHERE $__timeFilter(decided_at) AND decided_ms > 0 AND statutory_due_ms > 0 AND statutory_unit = 'wd' "
        f"AND {where} GROUP BY statutory_used ORDER BY statutory_used"
    )


def cards_by_rule(where: str = "1") -> str:
    """Return the rules of which most cards show yellow or red."""
    return (
        "SELECT rule, any(title) AS name, countIf(level = 'yellow') AS yellow, countIf(level = 'red') AS red "  # noqa: S608
        f"FROM {_violated(where)} WHERE status != 'withdrawn' AND level IN ('yellow', 'red') "
        "GROUP BY rule ORDER BY red DESC, yellow DESC, rule LIMIT 20"
    )


def cards_in_force(where: str = "1") -> str:
    """Return how many cards in force show yellow and red now."""
    standing = cards_as_shown(f"status = 'standing' AND {where}", ("status",))
    return f"SELECT countIf(level = 'yellow') AS yellow, countIf(level = 'red') AS red FROM {standing}"  # noqa: S608


def count_open(where: str = "1") -> str:
    """Return how many cases are open now."""
    return f"SELECT count() AS open FROM case_figures FINAL WHERE state IN ({OPEN}) AND {where}"  # noqa: S608


def _violated(where: str) -> str:
    held = f"$__timeFilter(violated_at) AND {where}"
    return cards_as_shown(held, ("violated_at", "status", "rule", "title"))
