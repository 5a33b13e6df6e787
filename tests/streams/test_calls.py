"""Which calls a partition remembers, and how its state keeps them."""

import msgspec

from mingjing.streams.calls import LastCalls, packed, unpacked
from mingjing.streams.state import EMPTY, Ring, StateRecord, recover

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
OTHER = "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-00"
CALL = packed(TRACE)


def event(trace: str) -> bytes:
    return b'{"traceparent":"%b"}' % trace.encode()


def test_a_trace_context_is_kept_in_25_bytes() -> None:
    assert (len(CALL), unpacked(CALL)) == (25, TRACE)


def test_the_last_call_of_a_case_is_remembered() -> None:
    calls = LastCalls({})
    calls.note("a", event(OTHER))
    calls.note("a", event(TRACE))

    assert (calls.of("a"), calls.of("b")) == (TRACE, None)


def test_what_is_no_trace_context_is_no_call_that_anybody_traces() -> None:
    calls = LastCalls({"a": CALL})
    calls.note("a", event("00-zz"))

    assert calls.of("a") is None


def test_the_calls_of_longest_ago_are_forgotten_first() -> None:
    calls = LastCalls({"a": CALL, "b": CALL}, most=2)
    calls.note("a", event(OTHER))
    calls.note("c", event(TRACE))

    assert set(calls.known) == {"a", "c"}


def test_the_call_of_a_case_outlives_the_slot_it_was_written_in() -> None:
    ring, calls, kept = Ring(EMPTY, 1, 4), {"quiet": CALL}, {}
    for turn in range(12):
        changed: dict[str, bytes | None] = {"busy": b"%d" % turn} | ({"quiet": b"1"} if turn == 0 else {})
        kept |= dict(ring.write(changed, lambda _: b"1", end=turn, now=0, marks={}, calls=calls))

    assert recover((key, value) for key, value in kept.items() if value).calls == calls


def test_a_call_without_a_trace_takes_the_former_one_out_of_the_state() -> None:
    ring = Ring(EMPTY, 1)
    written = [
        *ring.write({"a": b"1"}, lambda _: b"1", end=0, now=0, marks={}, calls={"a": CALL}),
        *ring.write({}, lambda _: b"1", changes={"a": b"2"}, end=1, now=0, marks={}),
    ]

    assert recover((key, value) for key, value in written if value).calls == {}


def test_state_that_was_written_before_calls_were_kept_is_read() -> None:
    former = msgspec.msgpack.encode([0, 1, 0, 1, 5, 7, {}, {"a": b"1"}, {}])

    assert msgspec.msgpack.decode(former, type=StateRecord).calls == {}
    assert recover([(b"1/0", former)]).cases == {"a": b"1"}
