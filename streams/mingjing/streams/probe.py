"""`/metrics` and `/readyz` of a worker, on a port of their own, from a thread of their own."""

import threading
from collections.abc import Callable, Iterable
from socketserver import ThreadingMixIn
from typing import cast
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from wsgiref.types import StartResponse, WSGIEnvironment

from prometheus_client import make_wsgi_app


class Probe:
    """Answers until the process ends. `port` is the one really bound, where 0 was asked for.

    `hindrance` says why the worker is not ready, None where it is.
    """

    def __init__(self, host: str, port: int, hindrance: Callable[[], str | None]) -> None:
        self._hindrance = hindrance
        self._metrics = make_wsgi_app()
        self._server = make_server(host, port, self._answer, _Threads, _Quiet)
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, name="probe", daemon=True).start()

    def close(self) -> None:
        """Stop answering and free the port."""
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO")
        if path == "/metrics":
            return cast("Iterable[bytes]", self._metrics(environ, start_response))
        status, text = "404 Not Found", "only /healthz, /readyz and /metrics\n"
        if path == "/healthz":
            status, text = "200 OK", "alive\n"
        elif path == "/readyz":
            hindrance = self._hindrance()
            status = "200 OK" if hindrance is None else "503 Service Unavailable"
            text = "ready\n" if hindrance is None else f"{hindrance}\n"
        start_response(status, [("Content-Type", "text/plain; charset=utf-8")])
        return [text.encode()]


class _Threads(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the standard library's signature
        """Say nothing: probes ask every second."""
