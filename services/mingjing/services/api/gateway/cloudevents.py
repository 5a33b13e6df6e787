"""CloudEvents over HTTP: one request, cut into events in the JSON format.

Structured and batched events, and events one a line (NDJSON), keep their bytes as sent. A binary event (`ce-*`
headers) has no JSON of its own; it is written down as the event it stands for.
Whether an event is any good is not judged here.
"""

import re
from codecs import BOM_UTF8
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import unquote

import msgspec
import orjson

from mingjing.services.api.problems import Fault, Problem
from mingjing.streams.not_json import not_utf8_json

STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
LINES = "application/x-ndjson"
MAX_BATCH = 1_000

_PREFIX = "ce-"
_INTEGER = re.compile(r"-?[0-9]{1,18}")
_any = msgspec.json.Decoder()
_raw_items = msgspec.json.Decoder(list[msgspec.Raw])


def events_of(headers: Mapping[str, str], body: bytes) -> list[bytes]:
    """Return the events of a request, in order, each as JSON; Problem where there is no telling."""
    media_type, _, parameters = headers.get("content-type", "").partition(";")
    media_type = media_type.strip().lower()
    cut = CUTS.get(media_type.encode())
    if cut is not None:
        if parameters:
            _utf8_only(parameters)
        return cut(body)
    if any(name.startswith(_PREFIX) for name in headers):
        return [_binary(headers, media_type, body)]
    detail = f"Content-Type 为 {media_type!r}；请用 {STRUCTURED}、{BATCH}、{LINES}，或带 ce-* 请求头的二进制模式"
    raise Problem(415, "unknown_media_type", detail)


def _utf8_only(parameters: str) -> None:
    charset = parameters.lower().partition("charset=")[2].strip(' "')
    if charset not in ("", "utf-8", "utf8"):
        raise Problem(415, "unknown_charset", f"字符集为 {charset!r}；JSON 只接受 UTF-8")


def _batch(body: bytes) -> list[bytes]:
    try:
        items = _raw_items.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
        fault = Fault("/body", not_utf8_json(body) or f"应为 JSON 数组，每个元素一个事件（{exc}）")
        raise Problem(400, "bad_batch", "批量报送的内容不是 JSON 数组，整批未接收", errors=[fault]) from exc
    return _within([bytes(item) for item in items])


def _lines(body: bytes) -> list[bytes]:
    return _within([line for line in body.splitlines() if line.strip()])


def _one(body: bytes) -> list[bytes]:
    return [body]


def _within(raw_events: list[bytes]) -> list[bytes]:
    if len(raw_events) > MAX_BATCH:
        raise Problem(413, "batch_too_large", f"一批 {len(raw_events)} 个事件，上限 {MAX_BATCH} 个；请分批报送")
    return raw_events


def _binary(headers: Mapping[str, str], media_type: str, body: bytes) -> bytes:
    event: dict[str, Any] = {
        name.removeprefix(_PREFIX): _attribute(name, value)
        for name, value in headers.items()
        if name.startswith(_PREFIX)
    }
    if not body:
        return orjson.dumps(event)
    if media_type not in ("", "application/json") and not media_type.endswith("+json"):
        raise Problem(415, "unknown_media_type", f"二进制模式的 Content-Type 为 {media_type!r}；data 只接受 JSON")
    try:
        _any.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
        raise Problem(400, "bad_data", f"data 不是合法的 UTF-8 JSON（{exc}），事件未接收") from exc
    event["datacontenttype"] = media_type or "application/json"
    event["data"] = orjson.Fragment(body)
    return orjson.dumps(event)


def _attribute(name: str, value: str) -> str | int:
    """Return a header's value as the CloudEvents HTTP binding reads it; `sequence` is the one number."""
    text = unquote(value)
    return int(text) if name == "ce-sequence" and _INTEGER.fullmatch(text) else text


def _filled(cut: Callable[[bytes], list[bytes]]) -> Callable[[bytes], list[bytes]]:
    """Return a cut that refuses a body without anything; a mark that editors put before UTF-8 is no part of it."""

    def cut_filled(body: bytes) -> list[bytes]:
        if not body or body.isspace():
            detail = "请求内容为空，没有事件；请把事件作为请求内容发送（curl 用 --data-binary @文件）"
            raise Problem(400, "empty_body", detail)
        return cut(body.removeprefix(BOM_UTF8))

    return cut_filled


CUTS: Final[Mapping[bytes, Callable[[bytes], list[bytes]]]] = {
    STRUCTURED.encode(): _filled(_one),
    BATCH.encode(): _filled(_batch),
    LINES.encode(): _filled(_lines),
}
"""How the body of a request is cut into events, by a media type that says so."""
