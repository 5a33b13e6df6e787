import threading

import pytest

from mingjing.services.registry import Changed, Missing, Registry, Taken
from mingjing.services.registry.accounts import Account


def test_an_account_is_kept_whole(registry: Registry, li: Account) -> None:
    assert registry.accounts.of("li") == li


def test_a_name_is_given_once(registry: Registry, li: Account) -> None:
    with pytest.raises(Taken, match="li"):
        registry.accounts.add(li)


def test_nobody_has_an_unknown_name(registry: Registry) -> None:
    assert registry.accounts.of("nobody") is None


def test_a_change_is_seen_by_the_next_reader(registry: Registry, li: Account) -> None:
    registry.accounts.change(li.name, former_hashes=("h2", "h1"), must_change=True)

    found = registry.accounts.of("li")
    assert found is not None
    assert (found.former_hashes, found.must_change, found.revision) == (("h2", "h1"), True, 1)


def test_an_administrators_change_raises_the_revision(registry: Registry, li: Account) -> None:
    assert registry.accounts.change(li.name, revision=1, disabled=True).revision == 2


def test_of_two_administrators_the_second_is_told(registry: Registry, li: Account) -> None:
    registry.accounts.change(li.name, revision=1, role="supervisor")

    with pytest.raises(Changed, match="刷新"):
        registry.accounts.change(li.name, revision=1, role="auditor")


def test_an_account_that_is_not_there_cannot_be_changed(registry: Registry) -> None:
    with pytest.raises(Missing):
        registry.accounts.change("nobody", disabled=True)


def test_the_last_wrong_password_locks_and_begins_anew(registry: Registry, li: Account) -> None:
    counted = [registry.accounts.fail(li.name, most=3, locked_until_ms=99) for _ in range(3)]

    found = registry.accounts.of("li")
    assert found is not None
    assert (counted, found.failures, found.locked_until_ms) == ([1, 2, 3], 0, 99)


def test_a_one_time_code_is_taken_once_however_many_try(registry: Registry, li: Account) -> None:
    taken: list[bool] = []
    racers = [threading.Thread(target=lambda: taken.append(registry.accounts.take_step(li.name, 7))) for _ in range(4)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()

    assert sorted(taken) == [False, False, False, True]


def test_a_code_older_than_one_that_was_taken_is_refused(registry: Registry, li: Account) -> None:
    registry.accounts.take_step(li.name, 7)

    assert not registry.accounts.take_step(li.name, 6)


def test_a_person_is_found_by_who_they_are_elsewhere(registry: Registry, li: Account) -> None:
    registry.accounts.change(li.name, oidc_issuer="https://id", oidc_subject="s-1")

    assert registry.accounts.of_subject("https://id", "s-1") == registry.accounts.of("li")


def test_one_subject_is_one_persons(registry: Registry, li: Account) -> None:
    registry.accounts.change(li.name, oidc_issuer="https://id", oidc_subject="s-1")
    registry.accounts.add(Account(name="wang", title="王", role="clerk"))

    with pytest.raises(Taken):
        registry.accounts.change("wang", oidc_issuer="https://id", oidc_subject="s-1")
