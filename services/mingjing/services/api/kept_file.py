"""The body of a request, written to a file as it comes."""

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

from starlette.concurrency import run_in_threadpool

from mingjing.services.api.problems import Problem


async def write_down(path: Path, chunks: AsyncIterator[bytes], most_bytes: int, digest: str | None = None) -> int:
    """Write the chunks to `path` and return how many line feeds they hold.

    Problem 413 as soon as there are more than `most_bytes`, 400 when there are none, or when
    their SHA-256 is not `digest`, where that was told; what was written then stays in the file.
    """
    size = lines = 0
    hashed = hashlib.sha256()
    with path.open("wb") as file:
        async for chunk in chunks:
            size += len(chunk)
            if size > most_bytes:
                detail = f"文件超过 {most_bytes // 1024 // 1024} MiB；请分成几个文件"
                raise Problem(413, "file_too_large", detail)
            lines += chunk.count(b"\n")
            hashed.update(chunk)
            await run_in_threadpool(file.write, chunk)
    if size == 0:
        raise Problem(400, "empty_file", "请求内容为空；请把文件作为请求内容上传")
    if digest is not None and hashed.hexdigest() != digest:
        raise Problem(400, "other_content", "收到的内容与所报的 SHA-256 不符，文件未接收；请重传")
    return lines
