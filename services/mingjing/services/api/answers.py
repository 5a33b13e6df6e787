"""JSON answers: rendered once, tagged by content, with the way to the next page."""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any
from urllib.parse import parse_qsl, urlencode

import msgspec
import orjson
from fastapi import Request, Response

JSON = "application/json"


def json_answer(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return `body` as JSON."""
    return Response(orjson.dumps(body), status, headers, JSON)


def encoded_answer(body: msgspec.Struct, status: int = 200) -> Response:
    """Return a document as JSON."""
    return Response(msgspec.json.encode(body), status, media_type=JSON)


def tagged(request: Request, body: Mapping[str, Any]) -> Response:
    """Return `body` with a strong ETag, or 304 when the caller has these very bytes.

    A `next_cursor` in the body also becomes a `Link` to the same question's next page.
    """
    headers = {}
    cursor = body.get("next_cursor")
    if cursor is not None:
        asked = [(name, value) for name, value in parse_qsl(request.url.query) if name != "cursor"]
        headers["Link"] = f'<{request.url.path}?{urlencode([*asked, ("cursor", cursor)])}>; rel="next"'
    return content_tagged(request, orjson.dumps(body), JSON, headers)


def content_tagged(
    request: Request, content: bytes, media_type: str, headers: Mapping[str, str] | None = None
) -> Response:
    """Return `content` with a strong ETag, or 304 when the caller has these very bytes."""
    tag = f'"{blake2b(content, digest_size=12).hexdigest()}"'
    whole = {"ETag": tag, "Cache-Control": "private, no-cache", **(headers or {})}
    if _has(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=whole)
    return Response(content, 200, whole, media_type)


def _has(asked: str, tag: str) -> bool:
    tags = [each.strip().removeprefix("W/") for each in asked.split(",")]
    return tag in tags or "*" in tags
