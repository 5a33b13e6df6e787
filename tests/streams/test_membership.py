import pytest

from mingjing.streams.membership import LONGEST_S, Membership, Stranded


def die(exc: Exception) -> None:
    raise exc


def test_a_worker_that_waits_too_long_for_its_first_assignment_is_stranded() -> None:
    membership = Membership(100.0, die)
    membership.demand_answer(100.0 + LONGEST_S)

    with pytest.raises(Stranded):
        membership.demand_answer(101.0 + LONGEST_S)


def test_who_has_been_assigned_what_there_is_waits_for_nothing() -> None:
    membership = Membership(100.0, die)
    membership.join()

    membership.demand_answer(1000.0 + LONGEST_S)


def test_the_wait_begins_when_partitions_were_taken_back() -> None:
    membership = Membership(0.0, die)
    membership.join()
    membership.leave(1000.0)
    membership.demand_answer(1000.0 + LONGEST_S)

    with pytest.raises(Stranded, match="no assignment for 151 s"):
        membership.demand_answer(1001.0 + LONGEST_S)


def test_a_rebalance_that_begins_again_does_not_begin_the_wait_again() -> None:
    membership = Membership(0.0, die)
    membership.join()
    membership.leave(1000.0)
    membership.leave(1100.0)

    with pytest.raises(Stranded):
        membership.demand_answer(1001.0 + LONGEST_S)
