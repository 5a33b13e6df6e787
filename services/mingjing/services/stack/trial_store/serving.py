"""The trial store's socket: one thread and one session of the engine per connection."""

import signal
import socketserver
import sys
from pathlib import Path

from mingjing.services.stack.trial_store.conversation import Conversation
from mingjing.services.stack.trial_store.engine import Session

HOST = "127.0.0.1"


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64


def serve(port: int, path: Path, timezone: str) -> None:
    """Answer clients on the loopback address until SIGTERM or SIGINT; `timezone` is the process's."""

    class Answering(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            Conversation(self.request, lambda: Session(path), timezone).run()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    anchor = Session(path)  # keeps the engine loaded between clients
    try:
        with _Server((HOST, port), Answering) as server:
            server.serve_forever()
    finally:
        anchor.close()
