from collections.abc import Iterable

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingjing.streams.state import EMPTY, MAX_CASES_BYTES, Recovered, Ring, recover

SLOTS = 4


class Log:
    """A compacted topic and the owner's view of the cases in it."""

    def __init__(self) -> None:
        self.kept: dict[bytes, bytes] = {}
        self.cases: dict[str, bytes] = {}
        self.end = -1

    def settle(self, ring: Ring, changed: Iterable[tuple[str, bytes | None]]) -> None:
        changes = dict(changed)
        for case_key, state in changes.items():
            if state is None:
                self.cases.pop(case_key, None)
            else:
                self.cases[case_key] = state
        self._write(ring, changes, {})

    def go_on(self, ring: Ring, changes: dict[str, bytes]) -> None:
        for case_key, change in changes.items():
            self.cases[case_key] += change
        self._write(ring, {}, changes)

    def _write(self, ring: Ring, whole: dict[str, bytes | None], changes: dict[str, bytes]) -> None:
        self.end += 1
        marks = {"s": self.end}
        for key, value in ring.write(
            whole, self.cases.get, changes=changes, end=self.end, now=self.end * 10, marks=marks
        ):
            self.append(key, value)

    def append(self, key: bytes, value: bytes | None) -> None:
        if value is None:
            self.kept.pop(key, None)
        else:
            self.kept[key] = value

    def recovered(self) -> Recovered:
        return recover(self.kept.items())


def test_an_empty_log_is_an_empty_state() -> None:
    assert recover([]) == EMPTY


def test_what_was_written_is_what_is_recovered() -> None:
    log = Log()
    log.settle(Ring(EMPTY, 1, SLOTS), [("a", b"1"), ("b", b"2")])

    got = log.recovered()

    assert (got.generation, got.end, got.now, got.marks, got.cases) == (1, 0, 0, {"s": 0}, {"a": b"1", "b": b"2"})


def test_a_case_that_never_changes_again_outlives_its_slot() -> None:
    log, ring = Log(), Ring(EMPTY, 1, SLOTS)
    log.settle(ring, [("quiet", b"1")])
    for turn in range(3 * SLOTS):
        log.settle(ring, [("busy", b"%d" % turn)])

    assert log.recovered().cases["quiet"] == b"1"


def test_the_log_holds_no_more_records_than_slots() -> None:
    log, ring = Log(), Ring(EMPTY, 1, SLOTS)
    for turn in range(5 * SLOTS):
        log.settle(ring, [(f"case-{turn}", b"x")])

    assert len(log.kept) == SLOTS


def test_a_case_that_has_left_does_not_come_back_from_an_older_generation() -> None:
    log = Log()
    log.settle(Ring(EMPTY, 1, SLOTS), [("gone", b"1"), ("here", b"1")])
    ring = Ring(log.recovered(), 2, SLOTS)
    log.settle(ring, [("gone", None)])
    for _ in range(3 * SLOTS):
        log.settle(ring, [])
        assert set(log.recovered().cases) == {"here"}


def test_records_of_older_generations_are_deleted_once_the_ring_has_gone_round() -> None:
    log = Log()
    log.settle(Ring(EMPTY, 1, SLOTS), [("a", b"1")])
    ring = Ring(log.recovered(), 2, SLOTS)
    for _ in range(SLOTS + 1):
        log.settle(ring, [])

    assert {key.split(b"/")[0] for key in log.kept} == {b"2"}
    assert log.recovered().cases == {"a": b"1"}


def test_an_owner_thought_dead_cannot_overwrite_its_successor() -> None:
    log = Log()
    zombie = Ring(EMPTY, 1, SLOTS)
    log.settle(zombie, [("case", b"old")])
    successor = Ring(log.recovered(), 2, SLOTS)
    log.settle(successor, [("case", b"new")])
    end = log.end

    for turn in range(2 * SLOTS):
        for key, value in zombie.write(
            {"case": b"stale %d" % turn}, lambda _: b"stale", end=999, now=999, marks={"s": 999}
        ):
            log.append(key, value)

    got = log.recovered()
    assert (got.generation, got.end, got.cases) == (2, end, {"case": b"new"})


def test_what_a_zombie_writes_after_the_cleaning_is_not_read() -> None:
    log = Log()
    zombie = Ring(EMPTY, 1, SLOTS)
    log.settle(zombie, [("case", b"1")])
    successor = Ring(log.recovered(), 2, SLOTS)
    log.settle(successor, [("case", None)])
    for _ in range(2 * SLOTS):
        log.settle(successor, [])

    for key, value in zombie.write({"case": b"stale"}, lambda _: b"stale", end=999, now=999, marks={}):
        log.append(key, value)

    assert log.recovered().cases == {}


def test_an_owner_must_outrank_who_wrote_the_state() -> None:
    log = Log()
    log.settle(Ring(EMPTY, 3, SLOTS), [("a", b"1")])

    with pytest.raises(ValueError, match="does not outrank 3"):
        Ring(log.recovered(), 3, SLOTS)


def test_a_large_settlement_is_spread_over_records_that_the_broker_takes() -> None:
    ring = Ring(EMPTY, 1, 64)
    changed = {f"case-{n}": b"x" * 100_000 for n in range(40)}

    records = list(ring.write(changed, changed.get, end=7, now=1, marks={}))

    assert len(records) > 1
    assert max(len(value or b"") for _, value in records) < 2 * MAX_CASES_BYTES
    assert recover((key, value) for key, value in records if value).cases == changed


def test_a_settlement_that_was_cut_short_leaves_cases_ahead_but_never_the_end() -> None:
    ring = Ring(EMPTY, 1, 64)
    changed = {f"case-{n}": b"x" * 100_000 for n in range(40)}
    records = list(ring.write(changed, changed.get, end=7, now=1, marks={}))

    assert recover((key, value) for key, value in records[:-1] if value).end == -1


def test_a_settlement_that_was_cut_short_leaves_the_clock_where_what_is_to_be_folded_again_was_in_time() -> None:
    ring = Ring(EMPTY, 1, 64)
    changed = {f"case-{n}": b"x" * 100_000 for n in range(40)}
    records = list(ring.write(changed, changed.get, end=7, now=9, marks={"s": 9}))
    found = recover((key, value) for key, value in records[:-1] if value)

    assert (found.now, found.marks) == (0, {})


def test_state_of_another_form_is_no_state_and_its_owner_is_outranked() -> None:
    log = Log()
    log.settle(Ring(EMPTY, 7, SLOTS), [("a", b"1")])

    found = recover(log.kept.items(), form=1)

    assert (found.generation, found.end, found.now, found.cases, found.foreign) == (7, -1, 0, {}, True)
    assert found.keys == [b"7/0"]


def test_records_that_are_laid_out_otherwise_are_of_another_form() -> None:
    of_old = msgspec.msgpack.encode([7, 3, 0, 12, 99, {}, {"a": b"1"}])

    found = recover([(b"7/3", of_old)], form=1)

    assert (found.generation, found.end, found.foreign) == (7, -1, True)


def test_a_folding_anew_that_was_cut_short_goes_on_from_where_it_was() -> None:
    log = Log()
    log.settle(Ring(EMPTY, 7, SLOTS), [("a", b"old"), ("b", b"old")])
    log.end = -1
    log.settle(Ring(recover(log.kept.items(), form=1), 8, SLOTS), [("a", b"new")])

    found = recover(log.kept.items(), form=1)

    assert (found.generation, found.end, found.cases, found.foreign) == (8, 0, {"a": b"new"}, False)


def test_an_owner_of_the_older_form_that_writes_on_changes_nothing() -> None:
    log = Log()
    former = Ring(EMPTY, 7, SLOTS)
    log.settle(former, [("a", b"old")])
    log.settle(Ring(recover(log.kept.items(), form=1), 8, SLOTS), [("a", b"new")])
    log.settle(former, [("a", b"older still")])

    assert recover(log.kept.items(), form=1).cases == {"a": b"new"}


def test_a_case_that_this_owner_has_written_is_written_by_its_change_alone() -> None:
    log, ring = Log(), Ring(EMPTY, 1, SLOTS)
    log.settle(ring, [("a", b"1")])
    log.go_on(ring, {"a": b"2"})

    got = log.recovered()

    assert (ring.has("a"), got.cases, got.changes) == (True, {"a": b"1"}, {"a": [b"2"]})


def test_no_change_goes_on_from_what_another_owner_wrote() -> None:
    log = Log()
    log.settle(Ring(EMPTY, 1, SLOTS), [("a", b"1")])

    assert not Ring(log.recovered(), 2, SLOTS).has("a")


def test_what_a_zombie_adds_to_a_case_is_not_added_to_what_its_successor_wrote() -> None:
    log = Log()
    zombie = Ring(EMPTY, 1, SLOTS)
    log.settle(zombie, [("a", b"1")])
    successor = Ring(log.recovered(), 2, SLOTS)
    log.settle(successor, [("a", b"12")])
    log.go_on(successor, {"a": b"3"})
    log.end, end = 999, log.end
    log.go_on(zombie, {"a": b"?"})

    got = log.recovered()

    assert (got.end, got.cases, got.changes) == (end, {"a": b"12"}, {"a": [b"3"]})


def test_a_case_that_is_taken_along_is_taken_with_its_changes() -> None:
    log, ring = Log(), Ring(EMPTY, 1, SLOTS)
    log.settle(ring, [("a", b"1")])
    log.go_on(ring, {"a": b"2"})
    for _ in range(SLOTS):
        log.settle(ring, [])

    got = log.recovered()

    assert (got.cases, got.changes) == ({"a": b"12"}, {})


def test_the_size_of_the_state_is_that_of_the_records_that_hold_it() -> None:
    log, ring = Log(), Ring(EMPTY, 1, SLOTS)
    for turn in range(3 * SLOTS):
        log.settle(ring, [(f"case-{turn}", b"x" * turn)])

    assert ring.size == sum(map(len, log.kept.values()))


CHANGES = st.dictionaries(st.sampled_from("abcdefgh"), st.one_of(st.none(), st.binary(min_size=1, max_size=3)))
FURTHER = st.sets(st.sampled_from("abcdefgh"))


@settings(deadline=None)
@given(st.lists(st.one_of(CHANGES, FURTHER, st.just("restart")), max_size=40))
def test_whatever_happens_recovery_finds_exactly_the_open_cases(
    story: list[dict[str, bytes | None] | set[str] | str],
) -> None:
    log = Log()
    ring = Ring(EMPTY, 1, SLOTS)
    for turn in story:
        if isinstance(turn, str):
            got = log.recovered()
            ring = Ring(got, max(got.generation, ring.generation) + 1, SLOTS)
        elif isinstance(turn, set):
            log.go_on(ring, {case_key: b"+" for case_key in turn if ring.has(case_key)})
        else:
            log.settle(ring, turn.items())
        got = log.recovered()
        assert {key: b"".join([state, *got.changes.get(key, [])]) for key, state in got.cases.items()} == log.cases
