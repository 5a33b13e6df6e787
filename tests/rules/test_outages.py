"""Outages are announced beforehand, and move no deadline that passed before they began."""

from typing import Any

import msgspec
import pytest

from mingjing.rules.outages import Outage, announced, announcement, outage_in, together
from mingjing.rules.publication import PublicationRefused, decoded, digest_of, encoded, refuse
from mingjing.rules.zone import DAY, HOUR, Zone

NOW = Zone("Asia/Shanghai").parse("2026-03-09 10:00")[0]


def outage(**changes: Any) -> Outage:
    return Outage(**({"agency": "A", "begins": NOW + DAY, "ends": NOW + 2 * DAY, "why": "机房迁移"} | changes))


def test_an_announcement_comes_back_from_the_topic_as_it_was_made() -> None:
    record = decoded(encoded(announcement(outage(), now=NOW, by="li")))

    assert (outage_in(record), record.by, record.in_force) == (outage(), "li", NOW + DAY)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"begins": NOW - 1}, "预先声明"),
        ({"begins": NOW + HOUR // 6 - 1}, "提前 10 分钟"),
        ({"begins": NOW + 367 * DAY, "ends": NOW + 368 * DAY}, "一年"),
        ({"ends": NOW + DAY}, "晚于开始"),
        ({"ends": NOW + 32 * DAY}, "30 天"),
        ({"why": " "}, "缘由"),
    ],
)
def test_what_may_not_be_announced_is_told(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(PublicationRefused, match=why):
        announcement(outage(**changes), now=NOW, by="li")


def test_an_earlier_outage_may_be_announced_after_a_later_one() -> None:
    later = announcement(outage(), now=NOW, by="li")

    refuse(announcement(outage(begins=NOW + DAY // 2), now=NOW, by="li"), {later.key: later})
    with pytest.raises(PublicationRefused, match="published already"):
        refuse(later, {later.key: later})


def test_a_record_that_announces_nothing_is_refused() -> None:
    record = announcement(outage(), now=NOW, by="li")
    text = record.text.replace("why", "reason")

    with pytest.raises(PublicationRefused, match="no outage"):
        announced([msgspec.structs.replace(record, text=text, digest=digest_of(text))])


def test_what_is_announced_stands_beside_what_was_declared() -> None:
    found = announced([announcement(outage(), now=NOW, by="li")])

    assert together({"A": ((1, 2),), "B": ((3, 4),)}, found) == {
        "A": ((1, 2), (NOW + DAY, NOW + 2 * DAY)),
        "B": ((3, 4),),
    }
