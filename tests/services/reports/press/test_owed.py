from typing import Any

import pytest
from tests.contracts.registry.test_report_deliveries import subscription

from mingjing.services.registry import ReportDelivery
from mingjing.services.reports.freezing import Head
from mingjing.services.reports.press.owed import owed

NOW_MS = 9_000


def heads(*numbers: int, revision: int = 1, frozen_ms: int = 2_000) -> dict[int, Head]:
    return {number: Head(number, revision, frozen_ms, "h") for number in numbers}


def told(known: dict[int, Head], **changes: Any) -> list[tuple[str, str]]:
    return [(each.period, each.revision) for each in owed([subscription(**changes)], known, NOW_MS)]


def test_every_frozen_month_is_owed_at_its_revision() -> None:
    assert told(heads(202609) | heads(202610, revision=2)) == [("2026-09", "1"), ("2026-10", "2")]


def test_nobody_is_sent_what_was_frozen_before_they_subscribed() -> None:
    assert told(heads(202609, frozen_ms=999) | heads(202610)) == [("2026-10", "1")]


@pytest.mark.parametrize(
    ("every", "months", "periods"),
    [
        ("quarter", (202607, 202608), []),
        ("quarter", (202607, 202608, 202609), [("2026-Q3", "1.1.1")]),
        ("half", tuple(range(202601, 202607)), [("2026-H1", "1.1.1.1.1.1")]),
        ("year", tuple(range(202601, 202613)), [("2026", ".".join("1" * 12))]),
    ],
)
def test_a_longer_period_is_owed_once_all_its_months_are_frozen(
    every: str, months: tuple[int, ...], periods: list[tuple[str, str]]
) -> None:
    assert told(heads(*months), every=every) == periods


def test_a_correction_of_one_month_makes_the_quarter_owed_anew() -> None:
    known = heads(202607, 202609) | heads(202608, revision=2, frozen_ms=3_000)

    assert told(known, every="quarter", made_ms=2_500) == [("2026-Q3", "1.2.1")]


def test_the_same_revision_to_the_same_subscriber_is_the_same_delivery() -> None:
    def ident(now_ms: int, **changes: Any) -> str:
        (each,) = owed([subscription(**changes)], heads(202610), now_ms)
        assert isinstance(each, ReportDelivery)
        return each.id

    assert ident(5_000) == ident(6_000)
    assert ident(5_000) != ident(5_000, ident="s2")
