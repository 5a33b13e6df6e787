"""When a failure ends the worker, and when it is only told."""

import logging
import os

import pytest

from mingjing.streams.ending import EX_SOFTWARE, unless


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The statuses with which the process would have ended."""
    statuses: list[int] = []
    monkeypatch.setattr(os, "_exit", statuses.append)
    monkeypatch.setattr(logging, "shutdown", lambda: None)
    return statuses


def test_a_save_that_fails_ends_the_worker(ended: list[int]) -> None:
    unless(lambda: False)(OSError("broken pipe"))

    assert ended == [EX_SOFTWARE]


def test_a_save_cut_short_by_the_stop_is_told_and_ends_nothing(
    ended: list[int], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        unless(lambda: True)(OSError("producer closed"))

    assert ended == []
    assert "producer closed" in caplog.text
