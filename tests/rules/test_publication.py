"""Versions of the law are published once, with notice, one after the other."""

from typing import Any

import pytest

from mingjing.rules.publication import (
    LEAST_NOTICE,
    OUTAGE,
    ROOMS,
    Publication,
    PublicationRefused,
    decoded,
    digest_of,
    encoded,
    in_force,
    refuse,
)

NOON = 1_800_000_000_000_000
HOUR = 3_600_000_000


def _published(version: str = "1", **changes: Any) -> Publication:
    text = f"pack: p\nversion: {version}\n"
    fields: dict[str, Any] = {
        "room": "pack",
        "id": "p",
        "version": version,
        "text": text,
        "digest": digest_of(text),
        "in_force": NOON + HOUR,
        "published": NOON,
        "by": "李四",
        "backtest": "ab" * 32,
    }
    return Publication(**(fields | changes))


def _known(*published: Publication) -> dict[str, Publication]:
    return {each.key: each for each in published}


def test_a_record_comes_back_as_it_was_written() -> None:
    assert decoded(encoded(_published())) == _published()


def test_the_key_names_room_id_and_version() -> None:
    assert _published("2026.1").key == "pack/p/2026.1"


def test_a_text_that_is_not_the_one_its_digest_names_is_refused() -> None:
    with pytest.raises(PublicationRefused, match="not the one its digest names"):
        decoded(encoded(_published(text="pack: q\n")))


@pytest.mark.parametrize("value", [b"", b"{}", b'{"room": "law"}'])
def test_what_is_no_publication_is_refused(value: bytes) -> None:
    with pytest.raises(PublicationRefused, match="not a publication"):
        decoded(value)


@pytest.mark.parametrize(("ahead", "refused"), [(LEAST_NOTICE, False), (LEAST_NOTICE - 1, True), (-HOUR, True)])
def test_a_version_comes_into_force_ten_minutes_after_its_publication_at_the_earliest(
    ahead: int, *, refused: bool
) -> None:
    new = _published(in_force=NOON + ahead)

    if refused:
        with pytest.raises(PublicationRefused, match="at least 10 minutes"):
            refuse(new, {})
    else:
        refuse(new, {})


def test_a_version_is_never_overwritten() -> None:
    known = _known(_published())

    with pytest.raises(PublicationRefused, match="never overwritten; give it a new version"):
        refuse(_published(text="other", in_force=NOON + 9 * HOUR), known)


def test_a_version_comes_into_force_after_those_before_it() -> None:
    known = _known(_published("1", in_force=NOON + 5 * HOUR))

    with pytest.raises(PublicationRefused, match="publish after it"):
        refuse(_published("2", in_force=NOON + 5 * HOUR), known)


def test_a_version_of_another_file_is_no_hindrance() -> None:
    refuse(_published("2"), _known(_published("1", id="q", in_force=NOON + 5 * HOUR)))


@pytest.mark.parametrize("room", ROOMS)
def test_what_follows_another_needs_its_back_test_and_the_first_does_not(room: str) -> None:
    first = _published("1", room=room, backtest=None)
    refuse(first, {})

    with pytest.raises(PublicationRefused, match="needs a back-test"):
        refuse(_published("2", room=room, backtest=None, in_force=NOON + 2 * HOUR), _known(first))


def test_an_outage_follows_another_without_a_back_test() -> None:
    first = _published("1", room=OUTAGE, backtest=None)

    refuse(_published("2", room=OUTAGE, backtest=None, in_force=NOON + 2 * HOUR), _known(first))


def test_the_version_in_force_is_the_last_that_has_come_into_it() -> None:
    known = _known(_published("1"), _published("2", in_force=NOON + 3 * HOUR))

    found = [in_force(known, NOON + hours * HOUR).get(("pack", "p")) for hours in (0, 1, 2, 3)]

    assert [each and each.version for each in found] == [None, "1", "1", "2"]
