"""ClickHouse away for as long as ten minutes of records take to come.

Nobody waits ten minutes for that: what makes an outage long is what queues up in it.
`OUTAGE_SECONDS` says how long it is (half a minute where it is not set), at `RATE`
events a second; all of them come at once.
"""

import os
import time

import orjson
import pytest

from mingjing.services.stack.program import Program

from .stored import PARTITIONS, Site, archive, card, case, event, run, sink, site, until

__all__ = ["archive", "sink", "site"]

pytestmark = pytest.mark.system

RATE = 200
SECONDS = int(os.environ.get("OUTAGE_SECONDS", "30"))
EVENTS = RATE * SECONDS
EVERY = 20
"""Events to a card."""
PATIENCE_S = 90 + EVENTS / 200


def test_after_ten_minutes_without_clickhouse_nothing_is_missing(site: Site, sink: Program, archive: Program) -> None:
    for program in (sink, archive):
        run(program)
    queue(site, range(100))
    site.await_written()
    site.store.stop()
    queue(site, range(100, EVENTS))
    shown = dict.fromkeys(("sink", "archive"), EVENTS - 100)
    shown["sink"] += (EVENTS - 100) // EVERY
    until(lambda: all(site.lag(name) >= lag for name, lag in shown.items()), f"lags of {shown}", PATIENCE_S)
    run(site.store)
    back = time.monotonic()
    site.await_written(seconds=PATIENCE_S)
    took = time.monotonic() - back
    until(lambda: not site.lag("sink") and not site.lag("archive"), "no lag to be shown")
    told = f"{sum(shown.values())} records of {SECONDS} s at {RATE} events/s caught up in {took:.1f} s"
    print(f"{told}, {sum(shown.values()) / took:.0f} a second")  # noqa: T201  # told with -s

    assert site.rows("SELECT count(), uniqExact(card_id) FROM card_log FINAL") == [(EVENTS // EVERY,) * 2]
    assert site.rows("SELECT count(), uniqExact(case_key) FROM case_facts FINAL") == [(EVENTS, EVENTS)]
    assert site.rows("SELECT count(), sum(sequence) FROM events FINAL") == [(EVENTS, sum(range(EVENTS)))]


def queue(site: Site, numbers: range) -> None:
    """Put so many events on the log, with what the worker says of them."""
    at = {number: number % PARTITIONS for number in numbers}
    site.send("case-events", [(at[n], orjson.dumps(event(n))) for n in numbers])
    site.send("case-facts", [(at[n], orjson.dumps(case(n))) for n in numbers])
    site.send("cards", [(at[n], orjson.dumps(card(n))) for n in numbers if n % EVERY == 0])
