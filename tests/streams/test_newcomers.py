"""Agencies that are registered while a worker is at work."""

import asyncio
import logging
from types import SimpleNamespace
from typing import Any

import faust
import pytest

from mingjing.streams.newcomers import IngestTopics, subscribe
from mingjing.streams.topics import ingest_topic

FIRST, SECOND = "11330100MB1234567A", "11330100MB1234568A"


class Some:
    """The principals of an installation where agencies are let in."""

    def __init__(self, *codes: str) -> None:
        self.codes = list(codes)

    def of_topic(self, topic: str) -> None:
        raise AssertionError(topic)

    def agency_codes(self) -> list[str]:
        return self.codes

    def renewed(self) -> bool:
        return False


def test_the_topic_of_a_new_agency_is_wanted_until_it_is_read() -> None:
    principals, batches = Some(FIRST), set[str]()
    topics = IngestTopics(principals, batches)
    principals.codes.append(SECOND)

    wanted = topics.wanted()
    topics.add(wanted)

    assert (wanted, topics.wanted()) == ([ingest_topic(SECOND)], [])
    assert topics.places() == [(ingest_topic(code), each) for code in (FIRST, SECOND) for each in (0, 1)]
    assert batches == {ingest_topic(FIRST), ingest_topic(SECOND)}


def test_what_is_expected_of_a_topic_is_known_before_it_is_read() -> None:
    principals, batches = Some(FIRST), set[str]()
    topics = IngestTopics(principals, batches)
    principals.codes.append(SECOND)

    topics.expect(topics.wanted())

    assert batches == {ingest_topic(FIRST), ingest_topic(SECOND)}
    assert (topics.wanted(), list(topics.names)) == ([ingest_topic(SECOND)], [ingest_topic(FIRST)])


def test_the_topic_of_who_is_registered_no_more_is_read_on() -> None:
    principals = Some(FIRST, SECOND)
    topics = IngestTopics(principals)
    principals.codes.remove(FIRST)

    assert (topics.wanted(), list(topics.names)) == ([], [ingest_topic(FIRST), ingest_topic(SECOND)])


def test_a_topic_that_is_missing_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    topics = IngestTopics(Some())

    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            topics.missing([ingest_topic(FIRST), ingest_topic(SECOND)], [ingest_topic(SECOND)])

    assert [ingest_topic(FIRST) in each.message for each in caplog.records] == [True]


@pytest.mark.parametrize("before", [[], [ingest_topic(FIRST)]])
def test_what_an_agent_reads_is_one_topic_more_and_what_others_read_is_not(
    before: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails where Faust no longer makes subscriptions of what `newcomers` changes."""
    app: Any = faust.App("newcomers", broker="kafka://127.0.0.1:1", autodiscover=False, store="memory://")
    asked: list[set[str]] = []

    async def remember(topics: Any) -> None:
        asked.append(set(topics))

    async def one_more() -> None:
        for topics in (before, ["case-events"]):
            agent = app.agent(app.topic(*topics), name=f"of {topics}")(_take)
            aiter(agent.channel_iterator)
        await subscribe(app, before, [*before, ingest_topic(SECOND)])

    monkeypatch.setattr(type(app), "consumer", SimpleNamespace(subscribe=remember))
    asyncio.run(one_more())

    assert asked == [{*before, "case-events", ingest_topic(SECOND)}]


async def _take(stream: Any) -> None:
    async for _ in stream:
        raise AssertionError
