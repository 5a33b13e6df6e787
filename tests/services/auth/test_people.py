import pytest

from mingjing.services.auth.gate import Gate
from mingjing.services.auth.people import LOCKED_MS, WRONG_AT_MOST, PasswordRefused, SignInRefused
from mingjing.services.registry import Account

from .conftest import Instant

WRONG = "Wrong-over-stone-7"
NEXT = "Stone-under-water-8"


def refusal(gate: Gate, name: str, password: str) -> str:
    with pytest.raises(SignInRefused) as raised:
        gate.people.sign_in(name, password, gate.now_ms())
    return str(raised.value)


def miss(gate: Gate, times: int) -> None:
    for _ in range(times):
        refusal(gate, "li", WRONG)


def test_a_name_and_its_password_sign_in(gate: Gate, li: Account, password: str) -> None:
    assert gate.people.sign_in("li", password, gate.now_ms()) == li


def test_the_password_is_not_kept(gate: Gate, li: Account, password: str) -> None:
    held = gate.registry.accounts.of(li.name)

    assert held is not None
    assert held.password_hash is not None
    assert held.password_hash.startswith("$argon2id$")
    assert password not in repr(held)


@pytest.mark.usefixtures("li")
def test_an_unknown_name_is_refused_in_the_same_words_as_a_wrong_password(gate: Gate, password: str) -> None:
    assert refusal(gate, "nobody", password) == refusal(gate, "li", WRONG)


def test_a_closed_account_is_refused_in_those_words_too(gate: Gate, li: Account, password: str) -> None:
    gate.registry.accounts.change(li.name, disabled=True)

    assert refusal(gate, "li", password) == refusal(gate, "nobody", password)


def test_a_demos_account_signs_in_in_demo_mode_alone(gate: Gate, li: Account, password: str) -> None:
    gate.registry.accounts.change(li.name, demo=True)

    assert refusal(gate, "li", password)


@pytest.mark.usefixtures("li")
def test_a_locked_account_does_not_tell_a_right_guess(gate: Gate, password: str) -> None:
    miss(gate, WRONG_AT_MOST)

    assert refusal(gate, "li", password) == refusal(gate, "li", WRONG)


@pytest.mark.usefixtures("li")
def test_one_wrong_password_less_locks_nothing(gate: Gate, password: str) -> None:
    miss(gate, WRONG_AT_MOST - 1)

    assert gate.people.sign_in("li", password, gate.now_ms()).name == "li"


@pytest.mark.usefixtures("li")
def test_a_right_password_begins_the_count_anew(gate: Gate, password: str) -> None:
    miss(gate, WRONG_AT_MOST - 1)
    gate.people.sign_in("li", password, gate.now_ms())
    miss(gate, WRONG_AT_MOST - 1)

    assert gate.people.sign_in("li", password, gate.now_ms()).name == "li"


@pytest.mark.usefixtures("li")
def test_a_lock_opens_by_itself(gate: Gate, instant: Instant, password: str) -> None:
    miss(gate, WRONG_AT_MOST)
    instant.ms += LOCKED_MS

    assert gate.people.sign_in("li", password, gate.now_ms()).name == "li"


@pytest.mark.parametrize(
    ("unfit", "told"),
    [
        ("Short-7", "10 至 128"),
        ("onlysmallletters", "三种"),
        ("SMALL-AND-CAPITAL", "三种"),
        ("Wangwei-over-stone-7", "账号名"),
    ],
)
def test_an_unfit_password_is_told_why(gate: Gate, unfit: str, told: str) -> None:
    with pytest.raises(PasswordRefused, match=told):
        gate.people.demand_fit(Account(name="wangwei", title="王", role="clerk"), unfit)


def test_neither_the_present_password_nor_a_former_one_comes_back(gate: Gate, li: Account, password: str) -> None:
    changed = gate.people.change_password(li, NEXT, gate.now_ms(), session=None)

    for used in (password, NEXT):
        with pytest.raises(PasswordRefused, match="最近"):
            gate.people.demand_fit(changed, used)


def test_a_changed_password_ends_every_other_session(gate: Gate, li: Account) -> None:
    here, there = (gate.tickets.give(li, "open", address="-", browser="-", now_ms=gate.now_ms()) for _ in range(2))
    gate.people.change_password(li, NEXT, gate.now_ms(), session=here.session.id)

    assert [gate.session(each.token, attended=True) is not None for each in (here, there)] == [True, False]


def test_a_first_password_must_be_changed(gate: Gate, password: str) -> None:
    added = gate.people.add(Account(name="wang", title="王", role="clerk", agency="A"), password, gate.now_ms())

    assert gate.people.stage(added, gate.now_ms(), code_given=False) == "change"


def test_a_password_that_has_aged_must_be_changed(gate: Gate, li: Account, instant: Instant) -> None:
    instant.pass_minutes(90 * 24 * 60 - 1)
    before = gate.people.stage(li, gate.now_ms(), code_given=False)
    instant.pass_minutes(1)

    assert (before, gate.people.stage(li, gate.now_ms(), code_given=False)) == ("open", "change")
