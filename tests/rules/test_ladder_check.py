from collections.abc import Callable
from datetime import date

import pytest

from mingjing.rules.catalogue import ItemVersion
from mingjing.rules.ladder_check import falling
from mingjing.rules.pack import Pack

RULE = (
    "  - {id: T, kind: time-limit, start: A, stop: B, limit: promised, scope: {item.kind: [licence]},"
    " cards: {warning: 2wd before promised, yellow: CARD, red: past statutory}}\n"
)


def _item(promised: str | None, statutory: str, kind: str = "licence") -> ItemVersion:
    fields = {"statutory": statutory, "kind": kind} | ({"promised": promised} if promised else {})
    return ItemVersion("i", date.min, None, fields)


@pytest.mark.parametrize(
    ("card", "item", "falls"),
    [
        ("past promised", _item("5wd", "20wd"), None),
        ("past promised", _item("5wd", "5wd"), None),
        ("past promised by 3wd", _item("5wd", "6wd"), "red would hold before yellow"),
        ("3wd before statutory", _item("5wd", "6wd"), None),  # day 3 after the warning of day 3
        ("5wd before statutory", _item("5wd", "6wd"), "yellow would hold before warning"),
        ("50% of statutory", _item("5wd", "5wd"), "yellow would hold before warning"),
        ("past promised by 3wd", _item("5wd", "6wd", kind="service"), None),  # out of its scope
        ("past promised by 3wd", _item(None, "6wd"), None),
    ],
)
def test_a_ladder_that_falls_in_time_on_an_item_is_told(
    pack: Callable[..., Pack], card: str, item: ItemVersion, falls: str | None
) -> None:
    told = [each.message for each in falling(pack(RULE.replace("CARD", card)).rules, [item])]

    assert told == ([] if falls is None else [f"rule T: on item i {falls}; a higher level comes later"])
