from mingjing.services.reports.press.metrics import PressMetrics


def test_a_press_at_its_first_round_is_ready_for_that_may_take_long() -> None:
    assert PressMetrics().unready() is None


def test_a_round_that_broke_off_says_why_until_one_is_whole() -> None:
    metrics = PressMetrics()

    metrics.away("日历没有 2031 年")
    assert metrics.unready() == "日历没有 2031 年"
    metrics.went_round({})
    assert metrics.unready() is None
