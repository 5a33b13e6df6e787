"""The durable state of a partition: a ring of records in a compacted topic.

Every settled batch writes one `StateRecord` with the cases that changed: whole
where this owner writes a case for the first time, afterwards only what it came to
since. Records lie in `slots` slots, turn by turn; the record that falls out of its
slot is written anew by taking along, whole, those of its cases that no later record
holds whole. So the newest `slots` records always hold every open case, nothing is
ever stopped for a snapshot, and recovery reads a bounded number of records.

**Generation** is the fence. Each owner of the partition counts one higher than
every owner before it, and the generation is part of a record's key: an owner
that was thought dead and writes on can neither erase nor outrank a record of its
successor. Nor does a change ever follow on a case that another generation wrote.
Once a generation's ring has gone round, it holds all there is; it raises its
`floor`, and what is older is deleted.

A crash between the records of one settlement leaves cases that are *ahead* of
`end`. Their events are then folded again, and folding a fact twice is folding it
once.

**Form** says what the bytes of a case look like. State of another form is no state:
its owner begins empty, one generation up, and the log is folded anew.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, cycle
from typing import TypeVar

import msgspec

from mingjing.streams.calls import Calls

SLOTS = 4096
MAX_CASES_BYTES = 1 << 20
"""A record closes once its cases are this large; the rest of the settlement goes into further slots."""


class StateRecord(msgspec.Struct, array_like=True, frozen=True):
    """One slot: the clock, how far the log is folded (`end`, inclusive), and cases; None = the case has left.

    `form` is that of the cases. `marks` are watermarks of an event-time clock, empty in live mode.
    `changes` go on from what the same generation wrote before of the case. `calls` are those of the cases here.
    """

    form: int
    generation: int
    seq: int
    floor: int
    end: int
    now: int
    marks: dict[str, int]
    cases: dict[str, bytes | None]
    changes: dict[str, bytes] = {}
    calls: dict[str, bytes] = {}


class Recovered(msgspec.Struct, frozen=True):
    """What a new owner starts from, and goes on in the same `form`; `keys` are those of every record read.

    `changes` are those of a case in `cases`, in their order; `calls` are those of cases (see `calls`).

    `foreign` = there was state, of another form: nothing of it is here, and the log is to be folded anew.
    """

    generation: int
    end: int
    now: int
    marks: dict[str, int]
    cases: dict[str, bytes]
    keys: list[bytes]
    form: int = 0
    foreign: bool = False
    changes: dict[str, list[bytes]] = {}
    calls: dict[str, bytes] = {}


State = TypeVar("State", bytes, bytes | None)

EMPTY = Recovered(0, -1, 0, {}, {}, [])
NOTHING: Mapping[str, bytes] = {}

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(StateRecord).decode


def recover(records: Iterable[tuple[bytes, bytes]], form: int = 0) -> Recovered:
    """Return the state of a form that (key, value) records of one partition add up to, in whatever order they come."""
    keys: list[bytes] = []
    read: list[StateRecord] = []
    foreign = 0
    for key, value in records:
        keys.append(key)
        record = _of_form(value, form)
        if record is None:
            foreign = max(foreign, _generation(key))
        else:
            read.append(record)
    read.sort(key=lambda record: (record.generation, record.seq))
    if not read or foreign >= max(1, read[-1].floor):
        generation = max(foreign, read[-1].generation if read else 0)
        return Recovered(generation, -1, 0, {}, {}, keys, form, foreign > 0)
    newest = read[-1]
    cases, changes, calls = _added_up(record for record in read if record.generation >= newest.floor)
    said = (newest.end, newest.now, newest.marks)
    return Recovered(newest.generation, *said, cases, keys, form, changes=changes, calls=calls)


def _added_up(
    records: Iterable[StateRecord],
) -> tuple[dict[str, bytes], dict[str, list[bytes]], dict[str, bytes]]:
    """Return what records in their order come to: cases, the changes of each since it was written whole, calls."""
    cases: dict[str, bytes | None] = {}
    changes: dict[str, list[bytes]] = {}
    calls: dict[str, bytes] = {}
    generation, written_by_it = -1, set[str]()
    for record in records:
        if record.generation != generation:
            generation, written_by_it = record.generation, set()
        for case_key in changes.keys() & record.cases.keys() if changes else ():
            del changes[case_key]
        cases.update(record.cases)
        written_by_it.update(record.cases)
        for case_key, change in record.changes.items():
            # What a change goes on from may have been taken along into a later record: that has it all.
            if case_key in written_by_it and cases[case_key] is not None:
                changes.setdefault(case_key, []).append(change)
        if calls or record.calls:
            for case_key in chain(record.cases, record.changes):
                calls.pop(case_key, None)
            calls.update(record.calls)
    return {case_key: state for case_key, state in cases.items() if state is not None}, changes, calls


def _of_form(value: bytes, form: int) -> StateRecord | None:
    try:
        record = _decode(value)
    except msgspec.DecodeError:
        return None
    return record if record.form == form else None


def _generation(key: bytes) -> int:
    """Return the generation that wrote a record, which its key tells whatever the record looks like."""
    return int(key.partition(b"/")[0])


class Ring:
    """Writes the state of one partition on behalf of one owner.

    `generation` must be above `recovered.generation`. Not for two owners at once.
    `calls` are those that an earlier owner kept.
    """

    def __init__(self, recovered: Recovered, generation: int, slots: int = SLOTS) -> None:
        if generation <= recovered.generation:
            msg = f"generation {generation} does not outrank {recovered.generation}, which wrote this state"
            raise ValueError(msg)
        self.generation = generation
        self.calls: Calls = recovered.calls
        self._form = recovered.form
        # Where nothing was taken over, nothing that is older is needed.
        self._floor = 0 if recovered.cases else generation
        self._slots = slots
        self._seq = 0
        self._said = (recovered.end, recovered.now, recovered.marks)
        self._older = recovered.keys
        # Cases of an earlier generation count as lying, evenly, in the slots about
        # to be written: each is taken along once within the first round.
        open_cases = list(recovered.cases)
        self._held: list[list[str]] = [open_cases[slot::slots] for slot in range(slots)]
        self._seq_of: dict[str, int] = dict(zip(open_cases, cycle(range(-slots, 0)), strict=False))
        self._sizes = [0] * slots
        self.size = 0

    def has(self, case_key: str) -> bool:
        """Whether this owner has written the case whole, so that a change may follow."""
        return self._seq_of.get(case_key, -1) >= 0

    def write(
        self,
        changed: Mapping[str, bytes | None],
        dump: Callable[[str], bytes | None],
        *,
        changes: Mapping[str, bytes] = NOTHING,
        end: int,
        now: int,
        marks: dict[str, int],
        calls: Calls = NOTHING,
    ) -> Iterator[tuple[bytes, bytes | None]]:
        """Yield the (key, value) records to append, in order; a None value deletes.

        `changed` are cases with their whole state, `changes` what others, which the
        ring `has`, came to; `dump` gives the state of a case that is taken along. Only
        the last record says that the log is folded to `end`, and that the clock stands
        at `now`: what was not folded is not past its time. `calls` go with the cases that they
        are of. `size` follows.
        """
        rest, further = dict(changed), dict(changes)
        while True:
            for case_key in self._held[self._seq % self._slots]:
                if case_key not in rest and self._lies_only_here(case_key):
                    rest[case_key] = dump(case_key)
                    further.pop(case_key, None)
            cases = _first_part(rest)
            gone_on = {} if rest else _first_part(further)
            if rest or further:
                yield self._record(cases, gone_on, calls, *self._said)
                continue
            self._said = (end, now, marks)
            yield self._record(cases, gone_on, calls, *self._said)
            break
        if self._older and self._seq > self._slots:
            older, self._older = self._older, []
            yield from ((key, None) for key in older)

    def _lies_only_here(self, case_key: str) -> bool:
        """Whether the record about to be overwritten is the newest that holds the case."""
        return self._seq_of.get(case_key) == self._seq - self._slots

    def _record(
        self,
        cases: dict[str, bytes | None],
        changes: dict[str, bytes],
        calls: Calls,
        end: int,
        now: int,
        marks: dict[str, int],
    ) -> tuple[bytes, bytes]:
        slot = self._seq % self._slots
        if self._seq >= self._slots:
            self._floor = self.generation
        theirs = {key: calls[key] for key in chain(cases, changes) if key in calls} if calls else {}
        value = _encode(
            StateRecord(self._form, self.generation, self._seq, self._floor, end, now, marks, cases, changes, theirs)
        )
        self.size += len(value) - self._sizes[slot]
        self._sizes[slot] = len(value)
        self._held[slot] = list(cases)
        for case_key, state in cases.items():
            if state is None:
                self._seq_of.pop(case_key, None)
            else:
                self._seq_of[case_key] = self._seq
        self._seq += 1
        return b"%d/%d" % (self.generation, slot), value


def _first_part(rest: dict[str, State]) -> dict[str, State]:
    """Take out of `rest` as many cases as one record should hold, and at least one."""
    part: dict[str, State] = {}
    size = 0
    while rest and size < MAX_CASES_BYTES:
        case_key = next(iter(rest))
        state = part[case_key] = rest.pop(case_key)
        size += len(case_key) + len(state or b"")
    return part
