from concurrent.futures import ThreadPoolExecutor

from mingjing.services.registry import Registry

BUREAU, NOTICE = "云州市监察局", "notice"


def given(registry: Registry, step: str, *, kind: str = NOTICE, year: int = 2026, issuer: str = BUREAU) -> int:
    return registry.documents.of(issuer, kind, year, step, now_ms=1)


def test_numbers_follow_one_another_from_one(registry: Registry) -> None:
    assert [given(registry, step) for step in ("a", "b", "c")] == [1, 2, 3]


def test_a_step_asked_for_again_has_its_number(registry: Registry) -> None:
    first = given(registry, "a")
    given(registry, "b")

    assert given(registry, "a") == first


def test_each_year_kind_and_office_counts_for_itself(registry: Registry) -> None:
    given(registry, "a")

    assert given(registry, "b", year=2027) == 1
    assert given(registry, "a", kind="decision") == 1
    assert given(registry, "a", issuer="青山区监察局") == 1


def test_a_hundred_who_ask_at_once_get_a_hundred_numbers(registry: Registry) -> None:
    with ThreadPoolExecutor(4) as pool:
        numbers = list(pool.map(lambda step: given(registry, f"s{step}"), range(100)))

    assert sorted(numbers) == list(range(1, 101))
