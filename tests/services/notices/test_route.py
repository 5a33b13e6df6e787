from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mingjing.services.notices.route import Quiet, Route, routes_of

BEIJING = ZoneInfo("Asia/Shanghai")
CARD: dict[str, Any] = {"level": "red", "rule": "TL-04", "region": "330102000000", "agency": "91"}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("changes", "takes"),
    [
        ({}, True),
        ({"levels": frozenset({"red"})}, True),
        ({"levels": frozenset({"yellow"})}, False),
        ({"region": "3301"}, True),
        ({"region": "3302"}, False),
        ({"agencies": frozenset({"92"})}, False),
        ({"rules": frozenset({"TL-04"})}, True),
        ({"rules": frozenset({"SEQ-01"})}, False),
    ],
)
def test_a_route_takes_the_cards_it_names(changes: dict[str, Any], takes: bool) -> None:  # noqa: FBT001  # a case of the table
    assert bool(routes_of(CARD, [Route(name="r", channels=("c",), **changes)])) is takes


@pytest.mark.parametrize(
    ("moment", "quiet"),
    [("21:59", False), ("22:00", True), ("02:00", True), ("06:59", True), ("07:00", False)],
)
def test_quiet_hours_may_span_midnight(moment: str, quiet: bool) -> None:  # noqa: FBT001  # a case of the table
    assert Quiet(time(22), time(7)).holds(time.fromisoformat(moment)) is quiet


@pytest.mark.parametrize(
    ("now", "sent"),
    [
        ("2026-03-06T21:00", "2026-03-06T21:00"),
        ("2026-03-06T23:00", "2026-03-07T07:00"),
        ("2026-03-07T02:00", "2026-03-07T07:00"),
    ],
)
def test_nobody_is_disturbed_in_quiet_hours(now: str, sent: str) -> None:
    route = Route(name="r", channels=("c",), quiet=Quiet(time(22), time(7)))

    assert route.send_at("yellow", at(now), BEIJING) == at(sent)


def test_what_is_urgent_disturbs_at_any_hour() -> None:
    route = Route(name="r", channels=("c",), quiet=Quiet(time(22), time(7)), urgent=frozenset({"red"}))

    assert route.send_at("red", at("2026-03-06T23:00"), BEIJING) == at("2026-03-06T23:00")


@pytest.mark.parametrize(
    ("now", "sent"), [("2026-03-06T08:00", "2026-03-06T08:30"), ("2026-03-06T08:30", "2026-03-07T08:30")]
)
def test_a_digest_goes_out_at_its_hour(now: str, sent: str) -> None:
    assert Route(name="r", channels=("c",), digest=time(8, 30)).send_at("yellow", at(now), BEIJING) == at(sent)
