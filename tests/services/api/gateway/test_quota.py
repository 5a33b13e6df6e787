import asyncio

import pytest

from mingjing.services.agencies import Agency
from mingjing.services.api.gateway.quota import Quotas
from mingjing.services.api.problems import Problem


class Clock:
    def __init__(self) -> None:
        self.now = 0

    def __call__(self) -> float:
        return self.now


def agency(code: str, quota: int | None) -> Agency:
    return Agency(
        code=code,
        title="局",
        region="330100000000",
        kind="window",
        sources=(f"urn:{code}",),
        delay_s=0,
        key_sha256=None,
        types=None,
        quota=quota,
    )


def test_what_exceeds_the_quota_is_refused_with_when_to_come_again() -> None:
    quotas = Quotas()
    quotas.take(agency("a", 1000), 900)

    with pytest.raises(Problem) as refused:
        quotas.take(agency("a", 1000), 200)

    assert (refused.value.status, refused.value.code) == (429, "over_quota")
    assert refused.value.headers is not None
    assert 1 <= int(refused.value.headers["Retry-After"]) <= 120


@pytest.mark.parametrize("so_far", [[(0, 900)], [(0, 900), (70, 200)], [(0, 1000), (65, 10), (119, 500)]])
def test_who_comes_again_when_told_is_let_in_and_not_before(so_far: list[tuple[int, int]]) -> None:
    clock = Clock()
    quotas = Quotas(clock)
    for clock.now, events in so_far:
        quotas.take(agency("a", 1000), events)

    with pytest.raises(Problem) as refused:
        quotas.take(agency("a", 1000), 800)
    assert refused.value.headers is not None
    wait = int(refused.value.headers["Retry-After"])

    clock.now += wait - 1
    with pytest.raises(Problem):
        quotas.take(agency("a", 1000), 800)
    clock.now += 1
    quotas.take(agency("a", 1000), 800)


def test_after_two_quiet_minutes_the_whole_quota_is_there_again() -> None:
    clock = Clock()
    quotas = Quotas(clock)
    quotas.take(agency("a", 1000), 1000)

    clock.now = 120
    quotas.take(agency("a", 1000), 1000)


def test_what_was_refused_takes_nothing_of_the_quota() -> None:
    quotas = Quotas()
    quotas.take(agency("a", 1000), 900)
    with pytest.raises(Problem):
        quotas.take(agency("a", 1000), 200)

    quotas.take(agency("a", 1000), 100)


def test_a_noisy_agency_takes_nothing_of_anothers_quota() -> None:
    quotas = Quotas()
    quotas.take(agency("a", 1000), 1000)

    quotas.take(agency("b", 1000), 1000)


def test_an_agency_without_quota_may_send_as_it_likes() -> None:
    Quotas().take(agency("a", None), 1_000_000)


def test_an_agency_that_was_just_refused_is_refused_unread_for_a_moment() -> None:
    quotas = Quotas()
    with pytest.raises(Problem):
        quotas.take(agency("a", 1000), 1001)

    with pytest.raises(Problem, match="Retry-After"):
        asyncio.run(quotas.refuse_shouting(agency("a", 1000)))
    asyncio.run(quotas.refuse_shouting(agency("b", 1000)))
