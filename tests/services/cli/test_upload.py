"""`mingjing upload` against a gateway of canned answers: what it prints of a file that was handed in before."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner

from mingjing.services.cli.upload import upload

JOB = {"id": "j", "state": "done", "lines": 3, "rows": 3, "accepted": 2, "returned": 0, "events": 4, "remarks": {}}
ANSWERS: dict[str, dict[str, Any]] = {
    "/v1/uploads": {"id": "j"},
    "/v1/uploads/j": JOB | {"errors": None, "reason": "", "receipt": "r"},
    "/v1/receipts/r": {"accepted": 1, "duplicate": 3},
}


class _Canned(BaseHTTPRequestHandler):
    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        body = orjson.dumps(ANSWERS[self.path.partition("?")[0]])
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = _answer  # noqa: N815  # named by the library

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def gateway() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Canned) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_events_that_were_known_are_told_apart_from_new_ones(gateway: str, tmp_path: Path) -> None:
    for name in ("三月.csv", "key"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    asked = ["--url", gateway, "--key-file", str(tmp_path / "key"), "--standard", "up-pro", "--object", "o"]

    told = CliRunner().invoke(upload, [str(tmp_path / "三月.csv"), *asked])

    assert told.exit_code == 0, told.output
    assert "3 行：接收 2 行（4 个事件），退回 0 行，回执 r：新收 1 个事件，重复 3 个" in told.output
