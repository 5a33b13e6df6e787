"""A feed that lies at an address is scored as the same file at hand is."""

import gzip
import http.server
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result

from mingjing.services.cli.conform import conform

AGENCIES = "deploy/local/agencies.yaml"
CODE = "11990100MB0000019L"
TOLD = "2026-03-06T10:00:00+08:00"
EVENT = {
    "specversion": "1.0",
    "id": "1",
    "source": "urn:yunzhou:scjg",
    "type": "case.accepted",
    "subject": "浙A1",
    "time": TOLD,
    "recordedtime": TOLD,
    "item": "11990100MB0000035A3000131004000",
    "region": "990100000000",
    "officer": "007",
}


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the stock name
        """Say nothing."""


@pytest.fixture
def there(tmp_path: Path) -> Iterator[str]:
    """The address at which the files of the test's folder lie."""
    (tmp_path / "feed.jsonl").write_bytes(orjson.dumps(EVENT) + b"\n")
    (tmp_path / "feed.jsonl.gz").write_bytes(gzip.compress(orjson.dumps(EVENT) + b"\n"))
    (tmp_path / "受理.csv").write_text("办件编号,受理时间\n浙1,2026-03-06 10:00:00\n浙2,三月\n", encoding="gb18030")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def asked(feed: str, *more: str) -> Result:
    return CliRunner().invoke(conform, [feed, "--agency", CODE, "--agencies", AGENCIES, *more])


@pytest.mark.parametrize("name", ["feed.jsonl", "feed.jsonl.gz"])
def test_events_at_an_address_are_scored(there: str, name: str) -> None:
    told = asked(f"{there}/{name}", "--json")

    assert (told.exit_code, orjson.loads(told.output)["events"]) == (0, 1)


def test_a_table_at_an_address_is_told_row_by_row(there: str) -> None:
    told = asked(f"{there}/%E5%8F%97%E7%90%86.csv", "--standard", "up-pro", "--object", "up_pro_accept")

    assert (told.exit_code, "2 行：可收 1 行，退回 1 行" in told.output) == (1, True)


def test_an_address_where_nothing_lies_ends_with_2(there: str) -> None:
    told = asked(f"{there}/absent.jsonl")

    assert (told.exit_code, "404" in told.output) == (2, True)
