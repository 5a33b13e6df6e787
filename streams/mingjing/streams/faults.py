"""What can be wrong with an event, in the order in which an agency is told.

A fault is a code for programs, a place for whoever looks at the event, and a
Chinese sentence that says what is wrong, with which value, and how to mend it.
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, Literal
from unicodedata import category

import msgspec

from mingjing.rules.events import TICK, VOIDED, Event
from mingjing.rules.subject import OWN_TYPES
from mingjing.streams.ports import Principal

Code = Literal[
    "bad_json",
    "not_cloudevent",
    "missing_attribute",
    "bad_time",
    "naive_time",
    "foreign_agency",
    "foreign_source",
    "unknown_type",
    "too_large",
    "bad_row",
]

MAX_BYTES = 256 * 1024
MAX_SUBJECT = 128
MAX_ATTRIBUTE = 256
MAX_DEPTH = 16
MAX_SHOWN = 64

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
_SURELY_AFTER, _SURELY_BEFORE = EARLIEST.year, LATEST.year - 1
"""Between these years it does not matter from which offset one looks."""

_UNSEEN = frozenset(("Cc", "Cf", "Zl", "Zp"))
"""Unicode's categories of characters that are not seen: two numbers that look the same would be two cases."""
_EXPECTED = re.compile(r"Expected `([^`]+)`, got `[^`]+`")
_KINDS = {"str": "文字（带引号）", "int": "整数（不带引号）", "object": "JSON 对象"}
_MOST_BITS = 256
_REQUIRED = ("id", "source", "type", "subject", "time")
_SAFE = frozenset((str, bool, float, type(None)))
"""Types of values that neither nest nor overflow."""
_INT_MIN, _INT_MAX = -(2**63), 2**63 - 1

Fault = tuple[Code, str, str]
"""Code, place and sentence."""

decode_any: Callable[[bytes], Any] = msgspec.json.Decoder().decode


def fault_in(event: Event, raw: bytes, principal: Principal) -> Fault | None:
    """Return the first thing wrong with an event decoded from `raw`, or None."""
    if _plain(event, raw, principal):
        return None
    return (
        _format_fault(event, raw)
        or _envelope_fault(event)
        or _time_fault(event)
        or _authority_fault(event, principal)
        or _content_fault(event.data)
    )


def _envelope_fault(event: Event) -> Fault | None:
    for name in ("id", "source", "type", "subject"):
        text: str = getattr(event, name)
        if not text.strip():
            return "missing_attribute", f"$.{name}", f"{name} 为空；{name} 必填，请补上后重发"
        longest = MAX_SUBJECT if name == "subject" else MAX_ATTRIBUTE
        if len(text) > longest:
            return "too_large", f"$.{name}", f"{name} 长 {len(text)} 字，上限 {longest} 字；请缩短后重发"
        unseen = unseen_in(text)
        if unseen is not None:
            return "not_cloudevent", f"$.{name}", f"{name} 为 {text!r}，含看不见的字符 {unseen}；请去掉后重发"
    return None


def unseen_in(text: str) -> str | None:
    """Return the first character of a text that is not seen, such as U+200B, by its number; None where all are."""
    if text.isprintable():
        return None
    return next((f"U+{ord(each):04X}" for each in text if category(each) in _UNSEEN), None)


def _plain(event: Event, raw: bytes, principal: Principal) -> bool:
    """Whether there is no need to look for faults one by one; nearly always so, at a third of the cost.

    Where in doubt it is not.
    """
    ident, source, kind, subject = event.id, event.source, event.type, event.subject
    time, recorded = event.time, event.recordedtime
    return bool(
        event.specversion == "1.0"
        and _INT_MIN <= event.sequence <= _INT_MAX
        and b'"data_base64"' not in raw
        and source in principal.sources
        and (principal.types is None or kind in principal.types)
        and not kind.startswith(OWN_TYPES)
        and (not event.agency or event.agency == principal.agency)
        and time.tzinfo is not None
        and _SURELY_AFTER < time.year < _SURELY_BEFORE
        and (recorded is None or (recorded.tzinfo is not None and _SURELY_AFTER < recorded.year < _SURELY_BEFORE))
        and len(subject) <= MAX_SUBJECT
        and len(ident) <= MAX_ATTRIBUTE
        and len(source) <= MAX_ATTRIBUTE
        and len(kind) <= MAX_ATTRIBUTE
        and f"{ident}{source}{kind}{subject}".isprintable()
        and not (ident.isspace() or source.isspace() or kind.isspace() or subject.isspace())
        and ident
        and source
        and kind
        and subject
        and _SAFE.issuperset(map(type, event.data.values()))
    )


def _format_fault(event: Event, raw: bytes) -> Fault | None:
    if event.specversion != "1.0":
        return (
            "not_cloudevent",
            "$.specversion",
            f"specversion 为 {_shown(event.specversion)}；只接受 “1.0”",
        )
    if not _INT_MIN <= event.sequence <= _INT_MAX:
        return "not_cloudevent", "$.sequence", f"sequence 为 {event.sequence}，超出 64 位整数；请改用较小的整数"
    # The word may be inside data too: only the sender's own top level counts.
    if b'"data_base64"' in raw and "data_base64" in decode_any(raw):
        return "not_cloudevent", "$.data_base64", "不接受 data_base64；请把内容写成 data 下的 JSON 对象"
    return None


def _time_fault(event: Event) -> Fault | None:
    for name, instant in (("time", event.time), ("recordedtime", event.recordedtime)):
        if instant is None:
            continue
        if instant.tzinfo is None:
            hint = f"{instant.isoformat()}+08:00"
            return "naive_time", f"$.{name}", f"{name} 为 {instant.isoformat()}，没有时区；请写明时区，如 {hint}"
        if not (_SURELY_AFTER < instant.year < _SURELY_BEFORE or EARLIEST <= instant < LATEST):
            years = f"{EARLIEST.year} 年至 {LATEST.year - 1} 年"
            return "bad_time", f"$.{name}", f"{name} 为 {instant.isoformat()}；只接受 {years}，请核对后重发"
    return None


def _authority_fault(event: Event, principal: Principal) -> Fault | None:
    if event.agency and event.agency != principal.agency:
        return (
            "foreign_agency",
            "$.agency",
            f"agency 为 {event.agency}，而此通道属于 {principal.agency}；请改正 agency，或用该部门自己的通道报送",
        )
    if event.source not in principal.sources:
        known = "、".join(sorted(principal.sources)) or "无"
        return (
            "foreign_source",
            "$.source",
            f"source 为 {event.source!r}，未登记在 {principal.agency} 名下（已登记：{known}）；请改正或先登记",
        )
    if event.type.startswith(OWN_TYPES):
        return (
            "unknown_type",
            "$.type",
            f"type 为 {event.type!r}，以 {'、'.join(OWN_TYPES)} 开头的类型只由本系统自己产生；请对照事件词表改正",
        )
    if principal.types is not None and event.type not in (TICK, VOIDED, *principal.types):
        return (
            "unknown_type",
            "$.type",
            f"type 为 {event.type!r}，不在 {principal.agency} 可报的事件类型之内；请对照事件词表改正",
        )
    return None


def _content_fault(data: dict[str, Any]) -> Fault | None:
    """Return what in `data` could not be kept or hashed."""
    for place, value, depth in _leaves("$.data", data, 1):
        if depth > MAX_DEPTH:
            return "too_large", place, f"data 嵌套超过 {MAX_DEPTH} 层；请展平后重发"
        if type(value) is int and not _INT_MIN <= value <= _INT_MAX:
            number = f" {value} " if value.bit_length() <= _MOST_BITS else ""
            return "not_cloudevent", place, f"整数{number}超出 64 位；长编号请写成带引号的字符串"
    return None


def _leaves(place: str, value: Any, depth: int) -> Iterator[tuple[str, Any, int]]:
    """Yield (place, value, depth) of what is not a container; never deeper than one level past the limit."""
    members = value.items() if isinstance(value, dict) else enumerate(value)
    for name, member in members:
        if type(member) is dict or type(member) is list:
            here = f"{place}[{name}]" if isinstance(value, list) else f"{place}.{name}"
            if depth >= MAX_DEPTH:
                yield here, None, depth + 1
                return
            yield from _leaves(here, member, depth + 1)
        elif type(member) is int:
            yield (f"{place}[{name}]" if isinstance(value, list) else f"{place}.{name}"), member, depth


def fault_in_attributes(sent: dict[str, Any]) -> Fault:
    """Return why a JSON object is no event."""
    for name in _REQUIRED:
        if sent.get(name) is None:
            return "missing_attribute", f"$.{name}", f"缺少 {name}；{name} 必填，请补上后重发"
    for name in ("time", "recordedtime"):
        value = sent.get(name)
        if value is not None and not _is_instant(value):
            example = "2026-03-06T10:00:00+08:00"
            return "bad_time", f"$.{name}", f"{name} 为 {_shown(value)}，不是 RFC 3339 时间；请写成 {example} 的样子"
    try:
        msgspec.convert(sent, Event)
    except msgspec.ValidationError as exc:
        reason, _, place = str(exc).partition(" - at `")
        return "not_cloudevent", place.rstrip("`") or "$", _misfit(sent, place.rstrip("`").removeprefix("$."), reason)
    return "not_cloudevent", "$", "不是 CloudEvents 1.0 的 JSON 事件；请对照接入文档改正"


def _misfit(sent: dict[str, Any], name: str, reason: str) -> str:
    """Return that an attribute is of another kind than it should be, in words where we have them."""
    expected = _EXPECTED.fullmatch(reason)
    kind = _KINDS.get(expected[1].removesuffix(" | null")) if expected else None
    if kind is None or name not in sent:
        return f"{name or '事件'} 的类型不对（{reason}）；请按 CloudEvents 1.0 JSON 格式改正"
    return f"{name} 为 {_shown(sent[name])}，应为 {kind}；请改正后重发"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"


def _is_instant(value: object) -> bool:
    try:
        msgspec.convert(value, datetime)
    except msgspec.ValidationError:
        return False
    return isinstance(value, str)
