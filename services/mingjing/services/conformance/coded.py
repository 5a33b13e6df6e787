"""Codes in a feed: of items, of the agencies in them, of regions, and in national case numbers."""

from collections.abc import Collection, Iterable, Iterator

from mingjing.rules.events import Event
from mingjing.services.conformance.feed import Feed
from mingjing.services.standards.codes import case_number_fault, item_fault

_REGION = 12
_NATIONAL_CASE = 43


def coded(feed: Feed) -> Iterator[tuple[bool, str]]:
    """Yield of every code of every case whether it is good, and if not, what is wrong with it."""
    for subject, events in feed.cases.items():
        for code, fault in _codes(subject, events, feed.listed):
            yield fault is None, f"办件 {subject} 的编码 {code}：{fault}"


def _codes(subject: str, events: Iterable[Event], listed: Collection[str]) -> Iterator[tuple[str, str | None]]:
    """Yield each code once. Item codes of older lists (10, 24 characters) pass; so does an agency's own number.

    So does an item's code of the agency's own that is in the catalogue: it says there what it stands for, and
    every rule that reads the item finds it.
    """
    told = list(events)
    for item in dict.fromkeys(each.item for each in told if each.item):
        yield item, None if item in listed else _item_fault(item)
    for region in dict.fromkeys(each.region for each in told if each.region):
        yield region, _region_fault(region)
    fault = case_number_fault(subject)
    if fault is not None or len(subject) >= _NATIONAL_CASE:
        yield subject, fault


def _item_fault(code: str) -> str | None:
    fault = item_fault(code)
    return f"{fault}，也不在事项目录里" if fault is not None else None


def _region_fault(code: str) -> str | None:
    """Return what a region of an event lacks: twelve digits, as rows of the standards get from the six of GB/T 2260."""
    if len(code) == _REGION and code.isascii() and code.isdigit() and code[0] != "0":
        return None
    return "区划应为12位数字（GB/T 2260 的6位，后面补六个0）"
