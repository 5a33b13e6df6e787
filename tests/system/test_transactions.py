"""An agency that writes to Kafka in transactions: what it undid is not judged, and its marks hold nothing up."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import orjson
import pytest
from confluent_kafka import Producer

from mingjing.services.log_group import LogGroup
from mingjing.services.log_spans import spans
from mingjing.streams.topics import ingest_topic

from .killable import AGENCY, HOUR_PACK, LIMIT, PATIENCE_S, SOURCE, Site, key, latest, sites

pytestmark = pytest.mark.system

CALL = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
SOON = timedelta(seconds=5)
"""How long the cases of these tests have left once they are opened: the marks are on the log before their deadlines."""


class Writer:
    """A producer that writes transactions, one after another."""

    def __init__(self, site: Site, name: str) -> None:
        self._producer = Producer({"bootstrap.servers": site.settings.kafka, "transactional.id": name, "log_level": 0})
        self._producer.init_transactions(30)
        self._ids = (f"{name}-{number}" for number in count())

    def begin(self, case: str, at: datetime) -> None:
        """Begin a transaction, and write in it that `case` was opened."""
        self._producer.begin_transaction()
        event = {"specversion": "1.0", "id": next(self._ids), "source": SOURCE, "type": "opened", "subject": case}
        self._producer.produce(
            ingest_topic(AGENCY),
            orjson.dumps({**event, "time": at.isoformat(), "data": {}}),
            partition=0,
            headers=[("traceparent", CALL.encode())],
        )
        assert self._producer.flush(30) == 0

    def end(self, *, well: bool = True) -> None:
        """End the transaction, well or by undoing it."""
        (self._producer.commit_transaction if well else self._producer.abort_transaction)(30)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with sites(tmp_path, HOUR_PACK) as make:
        yield make("live")


def await_all(done: Callable[[], bool], what: str) -> None:
    patience = time.monotonic() + PATIENCE_S
    while not done():
        assert time.monotonic() < patience, what
        threading.Event().wait(0.05)


def test_deadlines_fire_behind_the_marks_of_transactions_and_nothing_undone_is_judged(site: Site) -> None:
    writer, undecided = Writer(site, "writer"), Writer(site, "undecided")
    with site.worker() as worker:
        worker.wait_ready()
        opened = datetime.now(UTC) - LIMIT + SOON
        writer.begin("kept", opened)
        writer.end()
        writer.begin("undone", opened)
        writer.end(well=False)
        undecided.begin("undecided", opened)
        cards = site.reader("cards")

        kept = latest(cards.until(lambda read: key("kept") in latest(read)))

        assert kept.keys() == {key("kept")}, "a transaction that had not ended, or was undone, was judged"
        assert kept[key("kept")]["traceparent"] == CALL
        undecided.end()
        assert latest(cards.until(lambda read: len(latest(read)) == 2)).keys() == {key("kept"), key("undecided")}
        group = LogGroup(site.settings.broker, site.settings.group)
        ends = spans(site.settings.broker, [ingest_topic(AGENCY)])
        await_all(lambda: group.left(ends) == {}, "the marks are not committed")
    with site.worker() as again:
        again.wait_ready()
        site.send("opened", "later", datetime.now(UTC) - LIMIT + SOON, 0)
        site.flush()
        assert len(latest(cards.until(lambda read: key("later") in latest(read)))) == 3
    cards.close()
