"""Every metric of the exchange process, each defined once."""

from prometheus_client import Counter, Gauge

EXCHANGE_ROWS = Counter(
    "mingjing_exchange_rows", "Rows fetched, by source; result is taken or put_aside", ("source", "result")
)
EXCHANGE_EVENTS = Counter("mingjing_exchange_events", "Events of fetched rows, acknowledged by Kafka", ("source",))
EXCHANGE_FAILURES = Counter(
    "mingjing_exchange_failures", "Rounds that ended in a fault, to be tried again", ("source",)
)
EXCHANGE_UNMARKED = Gauge(
    "mingjing_exchange_unmarked_rows",
    "Rows of a table that no round reads: their watermark or flag is NULL",
    ("source",),
)
EXCHANGE_ROUND = Gauge("mingjing_exchange_round_seconds", "Unix time of a source's last whole round", ("source",))
