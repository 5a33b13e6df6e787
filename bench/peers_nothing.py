"""An application that reads a request and answers 202, and does nothing else: what the server under `gateway.py` costs.

usage: python bench/peers_nothing.py PORT
"""

import sys
from typing import Any

import uvicorn


async def nothing(_: Any, receive: Any, send: Any) -> None:
    """Read the body to its end and answer."""
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 202, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


if __name__ == "__main__":
    uvicorn.run(
        nothing,
        port=int(sys.argv[1]),
        loop="uvloop",
        http="httptools",
        lifespan="off",
        access_log=False,
        log_level="warning",
    )
