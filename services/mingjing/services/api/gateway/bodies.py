"""Request bodies, read within limits: a small request must not become a large one here."""

import zlib
from collections.abc import AsyncIterator

from fastapi import Request

from mingjing.services.api.problems import Problem

MAX_BODY = 2 * 1024 * 1024
"""Bytes of one request, after decompression; as base64 it still fits a dead letter."""
_STEP = 64 * 1024
_GZIP = 16 + zlib.MAX_WBITS


async def read_body(request: Request) -> bytes:
    """Return the body, gunzipped where `Content-Encoding: gzip` says so.

    Problem 413 as soon as the limit is passed, before more is read or
    decompressed; 400 for a broken gzip stream; 415 for any other encoding.
    """
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip"):
        raise Problem(415, "unknown_encoding", f"Content-Encoding 为 {encoding!r}；只接受 gzip 或不压缩")
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > MAX_BODY:
        raise _too_large()
    chunks = request.stream()
    body = bytearray()
    async for chunk in chunks if encoding == "identity" else _gunzipped(chunks):
        body += chunk
        if len(body) > MAX_BODY:
            raise _too_large()
    return bytes(body)


async def _gunzipped(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield what the chunks hold, at most `_STEP` bytes at a time; members one after another are one body."""
    inflate = zlib.decompressobj(_GZIP)
    begun = False
    async for chunk in chunks:
        packed = chunk
        while packed:
            if inflate.eof:
                inflate = zlib.decompressobj(_GZIP)
            begun = True
            try:
                yield inflate.decompress(packed, _STEP)
            except zlib.error as exc:
                raise _broken(str(exc)) from exc
            packed = inflate.unconsumed_tail or inflate.unused_data
    if begun:
        yield inflate.flush()
    if not inflate.eof:
        raise _broken("数据不完整")


def _too_large() -> Problem:
    return Problem(413, "body_too_large", f"请求内容超过 {MAX_BODY // 1024 // 1024} MiB（解压后）；请分批报送")


def _broken(reason: str) -> Problem:
    return Problem(400, "bad_gzip", f"gzip 内容无法解压（{reason}）；请检查压缩后重发")
