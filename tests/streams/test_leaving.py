"""When cases and their stubs leave."""

from typing import Any

from mingjing.rules.zone import DAY
from mingjing.streams.leaving import FORGET_EVERY, RETENTION, RETIRE_EVERY, Leaving, let_go


class Asked:
    """A judge that notes what it is asked, and lets one case or stub go whenever it is."""

    now = 100 * DAY

    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []

    def retire(self, now: int, retention: int) -> list[str]:
        self.asked.append(("retire", now - retention))
        return ["case"]

    def forget(self, before: int, _most: int) -> int:
        self.asked.append(("forget", before))
        return 1


def leaving(judge: Any) -> Leaving:
    return Leaving(judge, lambda: None)


def test_stubs_go_every_second_and_cases_every_hour() -> None:
    judge = Asked()
    for turn in range(1, RETIRE_EVERY + 1):
        each = leaving(judge)
        let_go([each], turn, 90)

    assert judge.asked.count(("forget", 10 * DAY)) == RETIRE_EVERY // FORGET_EVERY - 1
    assert judge.asked[-1] == ("retire", judge.now - RETENTION)


def test_no_stub_goes_until_all_that_changed_before_is_durable() -> None:
    judge = Asked()
    each = leaving(judge)
    each.retire(0)
    begun = each.saving()
    each.forget(0)
    each.saved(begun)
    each.forget(0)
    each.saved(begun)
    each.forget(0)

    assert [what for what, _ in judge.asked] == ["retire", "forget"]
