from datetime import UTC, datetime

import pytest

from mingjing.services.notices.retrying import DELAYS_S, next_try

NOON = datetime(2026, 3, 6, 12, tzinfo=UTC)


@pytest.mark.parametrize("failures", range(1, len(DELAYS_S) + 1))
def test_each_wait_is_longer_than_the_last_and_a_tenth_at_most_is_spread(failures: int) -> None:
    waits = [(next_try(failures, NOON, each) or NOON) - NOON for each in ("00000000", "ffffffff")]

    assert [each.total_seconds() for each in waits] == pytest.approx(
        [DELAYS_S[failures - 1], DELAYS_S[failures - 1] * 1.1]
    )


def test_what_failed_for_a_day_is_given_up() -> None:
    assert next_try(len(DELAYS_S) + 1, NOON, "00000000") is None
