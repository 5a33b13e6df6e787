"""Many listeners of the card feed, held in a process of their own, and when each card reached those that are timed.

Run by listeners.py: python bench/crowd.py HOST PORT PATH < authorizations, one a line, as many as listeners.
It says `ready` once every listener has been answered, and at the end of its input what was heard, as JSON.
Every listener reads every byte and counts its cards; one in `TIMED_EVERY` also notes when each card came.
"""

import json
import re
import selectors
import socket
import sys
import time

TIMED_EVERY = 20
AT_ONCE = 256 * 1024
CARD = b"event: card\n"
CASE = re.compile(rb'"case_key":"([^"]+)"')
LONGEST_TAIL = 4096
"""Bytes kept of what a read cut through; a card's line is shorter."""
ROOM = bytearray(LONGEST_TAIL + AT_ONCE)
"""Where all read: a listener's tail is put before what comes, and nothing else is copied."""


class Listener:
    """One open stream; `came` holds the case of each card and the instant of the read that brought it."""

    def __init__(self, host: str, port: int, path: str, authorization: str, *, timed: bool) -> None:
        self.cards = 0
        self.answered = False
        self.came: list[tuple[str, float]] = []
        self._timed = timed
        self._tail = b""
        self.socket = socket.create_connection((host, port))
        asked = f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nAuthorization: {authorization}\r\n\r\n"
        self.socket.sendall(asked.encode())
        self.socket.setblocking(False)

    def read(self) -> bool:
        """Take what has come; False once the stream has ended."""
        begin = LONGEST_TAIL - len(self._tail)
        ROOM[begin:LONGEST_TAIL] = self._tail
        came = self.socket.recv_into(memoryview(ROOM)[LONGEST_TAIL:])
        now = time.time()
        if not came:
            return False
        end = LONGEST_TAIL + came
        if not self.answered:
            if not ROOM.startswith(b"HTTP/1.1 200", begin):
                raise SystemExit(f"a listener was refused: {bytes(ROOM[begin : begin + 200])!r}")
            self.answered = True
        # What a line break has ended is whole; the rest waits for the next read.
        cut = max(begin, ROOM.rfind(b"\n\n", begin, end) + 2)
        self.cards += ROOM.count(CARD, begin, cut)
        self._tail = bytes(ROOM[max(cut, end - LONGEST_TAIL) : end])
        if self._timed:
            self.came += [(found.decode(), now) for found in CASE.findall(ROOM, begin, cut)]
        return True


def main() -> None:
    """Hold the listeners until the input ends."""
    host, port, path = sys.argv[1:4]
    selector = selectors.DefaultSelector()
    count = int(sys.stdin.readline())
    listeners = [
        Listener(host, int(port), path, sys.stdin.readline().strip(), timed=number % TIMED_EVERY == 0)
        for number in range(count)
    ]
    for each in listeners:
        selector.register(each.socket, selectors.EVENT_READ, each)
    selector.register(sys.stdin, selectors.EVENT_READ, None)
    told, lost = False, 0
    while True:
        for key, _ in selector.select():
            if key.data is None:
                came = [pair for each in listeners for pair in each.came]
                sys.stdout.write(json.dumps({"cards": [each.cards for each in listeners], "came": came, "lost": lost}))
                return
            if not key.data.read():
                selector.unregister(key.data.socket)
                lost += 1
        if not told and all(each.answered for each in listeners):
            told = True
            sys.stdout.write("ready\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
