"""The numbers of receipts."""

import re

import pytest

from mingjing.services.receipts import number
from mingjing.services.receipts.number import new_number


def test_numbers_are_32_digits_and_no_two_are_alike() -> None:
    numbers = {new_number() for _ in range(1000)}

    assert len(numbers) == 1000
    assert all(re.fullmatch(r"[0-9a-f]{32}", each) for each in numbers)


def test_a_later_number_sorts_later(monkeypatch: pytest.MonkeyPatch) -> None:
    instants = iter([1_795_000_000_000_000_000, 1_795_000_000_001_000_000])
    monkeypatch.setattr(number.time, "time_ns", lambda: next(instants))

    assert new_number() < new_number()
