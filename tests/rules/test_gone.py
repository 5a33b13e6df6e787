"""Marks of the cases that were here once."""

import pytest

from mingjing.rules.gone import Gone, is_page
from mingjing.rules.stored_case import StateUnreadable

KEYS = [f"91330100MA2XXXXX01/2026-{number:06}" for number in range(20_000)]


@pytest.fixture
def gone() -> Gone:
    """Twenty thousand cases, the last facts of which lay one behind the other."""
    gone = Gone()
    for offset, key in enumerate(KEYS):
        gone.add(key, offset)
    return gone


def stored(gone: Gone) -> dict[str, bytes]:
    return {page: state for page in {gone.add(key, -1) for key in KEYS} if (state := gone.dump(page)) is not None}


def test_a_case_that_was_here_is_never_denied_and_its_archive_is_asked_as_far_as_it_went(gone: Gone) -> None:
    reaches = [gone.reach(key) for key in KEYS]

    assert all(reach is not None and reach >= offset for offset, reach in enumerate(reaches))
    assert max(reach or 0 for reach in reaches) == len(KEYS) - 1


def test_hardly_any_case_that_was_not_here_is_taken_for_one_that_was(gone: Gone) -> None:
    assert sum(gone.reach(f"cn/{number:020}") is not None for number in range(50_000)) <= 1


def test_a_case_takes_four_bytes_however_long_its_number(gone: Gone) -> None:
    assert (len(gone), gone.bytes_held) == (20_000, 80_000)
    assert sum(map(len, stored(gone).values())) < 4.5 * 20_000


def test_a_case_that_goes_twice_is_marked_once(gone: Gone) -> None:
    gone.add(KEYS[0], 99_999)

    assert (len(gone), gone.reach(KEYS[0])) == (20_000, 99_999)


def test_pages_and_their_changes_are_the_pages() -> None:
    before, after = Gone(), Gone()
    page = before.add(KEYS[0], 0)
    first = before.dump(page)
    on_it = [key for key in KEYS if before.add(key, 7) == page]
    changes = [before.change(page), before.change(page)]
    assert first is not None

    after.restore(page, first, *(each or b"" for each in changes))

    assert len(changes[0] or b"") > 4 * (len(on_it) - 1) > len(changes[1] or b"")
    assert [after.reach(key) for key in on_it] == [7] * len(on_it)
    assert after.dump(page) == before.dump(page)


def test_what_was_dumped_is_in_no_change() -> None:
    gone = Gone()
    page = gone.add(KEYS[0], 0)
    gone.dump(page)

    assert len(gone.change(page) or b"") == 4


def test_a_page_that_cannot_be_read_says_so() -> None:
    page = Gone().add(KEYS[0], 0)

    for state in (b"?", b"\x92\x01\xc4\x03abc"):
        with pytest.raises(StateUnreadable, match=page):
            Gone().restore(page, state)


def test_a_page_that_is_not_there_has_no_state() -> None:
    assert (Gone().dump("gone/3"), Gone().change("gone/3")) == (None, None)


def test_no_case_lies_under_the_key_of_a_page() -> None:
    assert [is_page(key) for key in (Gone().add(KEYS[0], 0), KEYS[0], "cn/12345678901", "across/T/91")] == [
        True,
        False,
        False,
        False,
    ]
