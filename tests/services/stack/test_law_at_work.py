"""The doctor asks workers by which law they judge."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from mingjing.services.settings import read_settings
from mingjing.services.stack.addresses import free_ports
from mingjing.services.stack.doctor import law_row

NOW = datetime(2026, 11, 22, tzinfo=UTC)
Worker = Callable[[str, datetime], int]


@pytest.fixture
def worker() -> Iterator[Worker]:
    """Return what starts a worker's /metrics with a fingerprint and one published version; returns the port."""
    running: list[HTTPServer] = []

    def start(fingerprint: str, in_force: datetime) -> int:
        body = (
            f'mingjing_rulebook{{fingerprint="{fingerprint}"}} 1.0\n'
            f'mingjing_published_version_in_force_seconds{{version="pack/p/2"}} {in_force.timestamp()}\n'
        ).encode()

        class Metrics(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        server = HTTPServer(("127.0.0.1", 0), Metrics)
        running.append(server)
        Thread(target=server.serve_forever, daemon=True).start()
        return int(server.server_address[1])

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


def test_a_machine_without_a_worker_has_nothing_to_say_of_its_law() -> None:
    row = law_row(read_settings(worker_metrics_port=free_ports(1)[0]), NOW)

    assert (row.state, row.found) == ("ok", "没有正在运行的监察进程")


@pytest.mark.parametrize(("hours", "told"), [(-1, "施行中 pack/p/2"), (1, "已预告 pack/p/2")])
def test_what_is_in_force_and_what_is_announced_is_told(worker: Worker, hours: int, told: str) -> None:
    row = law_row(read_settings(worker_metrics_port=worker("abcdef0123456789", NOW + timedelta(hours=hours))), NOW)

    assert row.state == "ok"
    assert "abcdef0123456789" in row.found
    assert told in row.found
