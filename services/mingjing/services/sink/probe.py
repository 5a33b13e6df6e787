"""The port an operator's tools look at: /metrics, /healthz, /readyz."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Protocol

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest


class Probed(Protocol):
    """What can be looked at: its measures, and why it is not ready."""

    registry: CollectorRegistry

    def unready(self) -> str | None:
        """Return why the process is not ready, None when it is."""


class Probe:
    """Answers beside the work, from a thread of its own."""

    def __init__(self, metrics: Probed, port: int) -> None:
        self._server = ThreadingHTTPServer(("", port), _answering(metrics))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, name="probe", daemon=True).start()

    @property
    def port(self) -> int:
        """Return the port it listens on: the one asked for, or the one found where 0 was."""
        return self._server.server_port

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()


def _answering(metrics: Probed) -> type[BaseHTTPRequestHandler]:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            match self.path.split("?", 1)[0]:
                case "/metrics":
                    self._send(200, CONTENT_TYPE_LATEST, generate_latest(metrics.registry))
                case "/healthz":
                    self._send(200, "text/plain; charset=utf-8", b"ok\n")
                case "/readyz":
                    reason = metrics.unready()
                    self._send(503 if reason else 200, "text/plain; charset=utf-8", f"{reason or 'ok'}\n".encode())
                case _:
                    self._send(404, "text/plain; charset=utf-8", b"/metrics /healthz /readyz\n")

        def _send(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name it overrides
            """Say nothing: a scrape every few seconds is not news."""

    return Answer
