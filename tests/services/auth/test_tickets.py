import pytest

from mingjing.services.auth.gate import Gate
from mingjing.services.auth.tickets import Opened
from mingjing.services.registry import Account

from .conftest import Instant

IDLE_MIN, LONGEST_MIN = 30, 12 * 60


@pytest.fixture
def ticket(gate: Gate, li: Account) -> Opened:
    return gate.tickets.give(li, "open", address="127.0.0.1", browser="Chromium", now_ms=gate.now_ms())


def opens(gate: Gate, token: str, *, attended: bool = True) -> bool:
    return gate.session(token, attended=attended) is not None


def test_a_cookie_opens_its_session(gate: Gate, ticket: Opened) -> None:
    assert gate.session(ticket.token, attended=True) == (ticket.session, gate.registry.accounts.of("li"))


def test_a_made_up_cookie_opens_nothing(gate: Gate) -> None:
    assert not opens(gate, "made-up")


def test_the_cookie_itself_is_not_kept(gate: Gate, ticket: Opened) -> None:
    assert ticket.token not in repr(gate.registry.sessions.of_account("li"))


def test_an_unused_session_ends(gate: Gate, ticket: Opened, instant: Instant) -> None:
    instant.pass_minutes(IDLE_MIN)

    assert not opens(gate, ticket.token)


def test_a_used_session_goes_on(gate: Gate, ticket: Opened, instant: Instant) -> None:
    for _ in range(3):
        instant.pass_minutes(IDLE_MIN - 1)
        assert opens(gate, ticket.token)


def test_a_page_that_refreshes_itself_keeps_no_session_alive(gate: Gate, ticket: Opened, instant: Instant) -> None:
    instant.pass_minutes(IDLE_MIN - 1)
    before = opens(gate, ticket.token, attended=False)
    instant.pass_minutes(1)

    assert (before, opens(gate, ticket.token)) == (True, False)


def test_a_session_ends_in_the_end_however_much_it_is_used(gate: Gate, ticket: Opened, instant: Instant) -> None:
    for _ in range(LONGEST_MIN // 20 - 1):
        instant.pass_minutes(20)
        assert opens(gate, ticket.token)
    instant.pass_minutes(20)

    assert not opens(gate, ticket.token)


def test_a_closed_account_has_no_session(gate: Gate, ticket: Opened) -> None:
    gate.registry.accounts.change("li", disabled=True)

    assert not opens(gate, ticket.token)


def test_more_rights_come_with_another_cookie(gate: Gate, ticket: Opened) -> None:
    advanced = gate.tickets.advance(ticket.session, "open")

    assert [opens(gate, each) for each in (ticket.token, advanced.token)] == [False, True]


def test_expired_sessions_are_forgotten_when_the_next_begins(
    gate: Gate, ticket: Opened, li: Account, instant: Instant
) -> None:
    instant.pass_minutes(IDLE_MIN + 1)
    gate.tickets.give(li, "open", address="-", browser="-", now_ms=gate.now_ms())

    assert ticket.session.id not in [each.id for each in gate.registry.sessions.of_account("li")]
