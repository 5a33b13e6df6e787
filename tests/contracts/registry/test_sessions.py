import msgspec
import pytest

from mingjing.services.registry import Registry
from mingjing.services.registry.accounts import Account
from mingjing.services.registry.sessions import Session


@pytest.fixture
def session(registry: Registry, li: Account) -> Session:
    session = Session(
        id="s1",
        token_hash="t1",  # noqa: S106  # no secret
        account=li.name,
        stage="code",
        csrf="c",
        address="127.0.0.1",
        browser="Chromium",
        began_ms=1_000,
        seen_ms=1_000,
    )
    registry.sessions.add(session)
    return session


def another(session: Session, registry: Registry, began_ms: int) -> Session:
    made = msgspec.structs.replace(session, id=f"s{began_ms}", token_hash=f"t{began_ms}", began_ms=began_ms)
    registry.sessions.add(made)
    return made


def test_a_session_is_found_by_its_cookies_hash(registry: Registry, session: Session) -> None:
    assert registry.sessions.of_token("t1") == session


def test_a_session_that_gains_rights_gets_another_cookie(registry: Registry, session: Session) -> None:
    registry.sessions.advance(session.id, "open", "t2")

    found = registry.sessions.of_token("t2")
    assert (registry.sessions.of_token("t1"), found and found.stage) == (None, "open")


def test_a_persons_sessions_come_newest_first(registry: Registry, session: Session) -> None:
    newer = another(session, registry, 2_000)

    assert registry.sessions.of_account("li") == [newer, session]


def test_nobody_ends_another_persons_session(registry: Registry, session: Session) -> None:
    assert not registry.sessions.end("wang", session.id)


def test_ending_all_but_this_one_leaves_this_one(registry: Registry, session: Session) -> None:
    another(session, registry, 2_000)

    assert registry.sessions.end_all("li", but=session.id) == 1
    assert registry.sessions.of_account("li") == [session]


@pytest.mark.parametrize(("began", "seen", "kept"), [(1_000, 1_000, 1), (1_001, 0, 0), (0, 1_001, 0)])
def test_what_began_or_was_seen_too_long_ago_is_forgotten(
    registry: Registry, session: Session, began: int, seen: int, kept: int
) -> None:
    registry.sessions.forget(began_before_ms=began, seen_before_ms=seen)

    assert len(registry.sessions.of_account(session.account)) == kept
