from base64 import urlsafe_b64encode

import pytest

from mingjing.services.ledger.errors import CursorRefused
from mingjing.services.ledger.paging import bounded, closed, opened

KEYS = [(30, "c"), (20, "b"), (20, "a")]


def test_a_cursor_names_the_last_record_of_its_page() -> None:
    cursor = closed(KEYS, 2, "cards")

    assert opened(cursor, "cards") == (20, "b")


def test_the_last_page_has_no_cursor() -> None:
    assert closed(KEYS, 3, "cards") is None


def test_the_first_page_begins_nowhere() -> None:
    assert opened(None, "cards") is None


@pytest.mark.parametrize("cursor", ["", "!", "游标", "e30", "WyJjYXJkcyIsIngiLDFd"])
def test_what_no_page_has_given_is_no_cursor(cursor: str) -> None:
    with pytest.raises(CursorRefused):
        opened(cursor, "cards")


@pytest.mark.parametrize(
    "forged", ['["cards",99999999999999999999,"x"]', '["cards",1,"x\\u0000"]', '["cards",1,"\\ud800"]']
)
def test_a_key_that_no_database_can_hold_is_no_cursor(forged: str) -> None:
    with pytest.raises(CursorRefused):
        opened(urlsafe_b64encode(forged.encode()).decode().rstrip("="), "cards")


@pytest.mark.parametrize(("asked", "given"), [(-1, 1), (0, 1), (50, 50), (10_000, 500)])
def test_a_page_has_at_least_one_record_and_never_too_many(asked: int, given: int) -> None:
    assert bounded(asked) == given
