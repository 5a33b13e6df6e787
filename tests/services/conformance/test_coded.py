from typing import Any

import orjson
import pytest

from mingjing.services.conformance.coded import coded
from mingjing.services.conformance.feed import sort_feed
from mingjing.streams.ports import Principal

PRINCIPAL = Principal(agency="91", sources=frozenset({"urn:a"}))
ITEM = "11990100MB0000035A3000131004000"
REGION = "990100000000"


def faults_of(
    subject: str = "浙1", item: str | None = ITEM, region: str | None = REGION, listed: tuple[str, ...] = ()
) -> list[tuple[bool, str]]:
    told: dict[str, Any] = {"specversion": "1.0", "id": "1", "source": "urn:a", "type": "case.accepted"}
    told |= {"subject": subject, "time": "2026-03-06T10:00:00+08:00", "item": item, "region": region}
    return list(coded(sort_feed([orjson.dumps(told)], PRINCIPAL, listed)))


def test_each_code_of_a_case_is_looked_at_once() -> None:
    assert [good for good, _ in faults_of()] == [True, True]


@pytest.mark.parametrize("item", [f"{ITEM}01", "0123456789", "012345678901234567890123"])
def test_an_item_may_have_33_characters_or_those_of_older_lists(item: str) -> None:
    assert faults_of(item=item)[0][0]


@pytest.mark.parametrize(
    ("item", "why"),
    [
        ("i-1", "应为31位（业务办理项33位），此处3位"),
        (ITEM.replace("A3", "A9"), "第19位（行使层级）为 9"),
        (ITEM.replace("35A", "36A"), "校验位为 A"),
    ],
)
def test_an_item_that_is_no_national_code_is_told_with_its_fault(item: str, why: str) -> None:
    good, said = faults_of(item=item)[0]

    assert (good, why in said, item in said) == (False, True, True)


def test_a_code_of_the_agencys_own_passes_where_the_catalogue_has_it() -> None:
    assert [faults_of(item="XK-0031", listed=each)[0][0] for each in ((), ("XK-0031",))] == [False, True]


def test_a_code_that_is_neither_national_nor_listed_is_told_so() -> None:
    assert "也不在事项目录里" in faults_of(item="XK-0031")[0][1]


@pytest.mark.parametrize("region", ["990100", "99010000000x", "090100000000"])
def test_the_region_of_an_event_has_twelve_digits(region: str) -> None:
    assert [good for good, _ in faults_of(region=region)] == [True, False]


def test_a_national_case_number_is_looked_at_and_an_agencys_own_is_not() -> None:
    national = [faults_of(subject=f"{ITEM}{day}0001", item=None, region=None) for day in ("20260306", "20261306")]

    assert [[good for good, _ in each] for each in national] == [[True], [False]]
    assert faults_of(item=None, region=None) == []
