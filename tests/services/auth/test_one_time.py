from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest

from mingjing.services.auth.gate import Gate
from mingjing.services.auth.sealed import Seal, SealBroken
from mingjing.services.registry import Account

from .conftest import Instant


@pytest.fixture
def authenticator(gate: Gate, li: Account) -> pyotp.TOTP:
    """What li's phone has read."""
    uri = gate.codes.enrol(li)
    return pyotp.TOTP(parse_qs(urlsplit(uri).query)["secret"][0])


def held(gate: Gate) -> Account:
    account = gate.registry.accounts.of("li")
    assert account is not None
    return account


def code(authenticator: pyotp.TOTP, gate: Gate) -> str:
    return authenticator.at(gate.now_ms() // 1000)


@pytest.mark.usefixtures("authenticator")
def test_an_authenticator_that_was_never_confirmed_is_not_asked_for(gate: Gate) -> None:
    assert gate.people.stage(held(gate), gate.now_ms(), code_given=False) == "open"


def test_a_confirmed_authenticator_is_asked_for(gate: Gate, authenticator: pyotp.TOTP) -> None:
    assert gate.codes.confirm(held(gate), code(authenticator, gate), gate.now_ms())
    assert gate.people.stage(held(gate), gate.now_ms(), code_given=False) == "code"


def test_a_wrong_code_confirms_nothing(gate: Gate, authenticator: pyotp.TOTP) -> None:
    wrong = str((int(code(authenticator, gate)) + 1) % 1_000_000).zfill(6)

    assert not gate.codes.confirm(held(gate), wrong, gate.now_ms())


def test_a_code_is_taken_once(gate: Gate, authenticator: pyotp.TOTP) -> None:
    given = code(authenticator, gate)

    assert [gate.codes.check(held(gate), given, gate.now_ms()) for _ in range(2)] == [True, False]


@pytest.mark.parametrize(("minutes", "taken"), [(0.5, True), (1.0, False)])
def test_a_code_is_good_one_step_after_its_own(
    gate: Gate, authenticator: pyotp.TOTP, instant: Instant, minutes: float, *, taken: bool
) -> None:
    given = code(authenticator, gate)
    instant.pass_minutes(minutes)

    assert gate.codes.check(held(gate), given, gate.now_ms()) is taken


def test_after_a_newer_code_the_one_before_is_refused(gate: Gate, authenticator: pyotp.TOTP, instant: Instant) -> None:
    older = code(authenticator, gate)
    instant.pass_minutes(0.5)
    gate.codes.check(held(gate), code(authenticator, gate), gate.now_ms())

    assert not gate.codes.check(held(gate), older, gate.now_ms())


def test_the_secret_is_not_kept_in_the_clear(gate: Gate, authenticator: pyotp.TOTP) -> None:
    assert authenticator.secret not in repr(held(gate))


def test_what_was_sealed_for_one_opens_for_no_other() -> None:
    sealed = Seal("installation-key").close("secret", "totp:li")

    assert Seal("installation-key").open(sealed, "totp:li") == "secret"
    with pytest.raises(SealBroken, match="totp:wang"):
        Seal("installation-key").open(sealed, "totp:wang")


def test_what_was_sealed_with_one_key_opens_with_no_other() -> None:
    with pytest.raises(SealBroken, match="MINGJING_SECRET"):
        Seal("another-key").open(Seal("installation-key").close("secret", "totp:li"), "totp:li")
