"""A stream that outlives the session it was opened in would go on showing cards to who may no longer see them."""

import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing

LOOK_EVERY_S = 30.0


async def while_welcome(
    chunks: AsyncGenerator[bytes, None],
    welcome: Callable[[], Awaitable[bool]],
    *,
    look_every_s: float = LOOK_EVERY_S,
    clock: Callable[[], float] = time.monotonic,
) -> AsyncGenerator[bytes, None]:
    """Yield `chunks` until its reader is welcome no longer, which is asked before a chunk every `look_every_s`.

    A silent stream, and one that is written to past this, has a chunk every few seconds, so it ends as well.
    """
    looked = clock()
    async with aclosing(chunks):
        async for chunk in chunks:
            if clock() - looked >= look_every_s:
                looked = clock()
                if not await welcome():
                    return
            yield chunk
