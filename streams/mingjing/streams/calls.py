"""Whose call a case was last heard of by: a deadline draws its card when nobody calls.

What is kept of a call is its W3C trace context, packed. It lies with the case in the
state of the partition, so the next owner knows it, too. Only the latest of a partition
are kept: of a case whose call is forgotten, the archive tells it to whoever asks for the card.
"""

from collections import OrderedDict
from collections.abc import Mapping

from mingjing.streams.trace import trace_in

MOST = 100_000
"""Calls of a partition that are kept, each about 200 bytes in memory."""

Calls = Mapping[str, bytes]
"""Packed trace contexts by case key."""


class LastCalls:
    """The last call by which each case of a partition was heard of; `known` is what an earlier owner kept."""

    def __init__(self, known: Calls, most: int = MOST) -> None:
        self._most = most
        self._calls = OrderedDict(known)
        self._forget()

    @property
    def known(self) -> Calls:
        """The calls as the state keeps them; it changes with every call."""
        return self._calls

    def note(self, case_key: str, event: bytes) -> None:
        """Note that a case has been heard of by an event; one without a trace context is a call that nobody traces."""
        trace = trace_in(event)
        if trace is not None:
            self._calls[case_key] = packed(trace)
            self._calls.move_to_end(case_key)
            self._forget()
        elif self._calls:
            self._calls.pop(case_key, None)

    def of(self, case_key: str) -> str | None:
        """Return the trace context of the last call that a case was heard of by; None without any."""
        call = self._calls.get(case_key)
        return None if call is None else unpacked(call)

    def _forget(self) -> None:
        while len(self._calls) > self._most:
            self._calls.popitem(last=False)


def packed(trace: str) -> bytes:
    """Return a trace context of version 00 in 25 bytes."""
    return bytes.fromhex(trace[3:].replace("-", ""))


def unpacked(call: bytes) -> str:
    """Return the trace context that was packed."""
    text = call.hex()
    return f"00-{text[:32]}-{text[32:48]}-{text[48:]}"
