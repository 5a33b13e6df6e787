"""Every metric of the API process, each defined once."""

from functools import lru_cache

from prometheus_client import Counter, Gauge, Histogram

REQUESTS = Counter("mingjing_http_requests", "HTTP requests by route and status", ("method", "route", "status"))
LATENCY = Histogram(
    "mingjing_http_request_seconds",
    "Seconds to the first byte of an answer",
    ("method", "route"),
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
GATEWAY_EVENTS = Counter(
    "mingjing_gateway_events",
    "Events posted to the gateway; result is accepted, duplicate, the refusal's code, over_quota, or dry_run",
    ("agency", "result"),
)
FEED_STATE = Gauge(
    "mingjing_feed_state",
    "1 for the state an agency's feed is in, 0 for the others: never, outage, silent or reporting",
    ("agency", "state"),
)
FEED_QUALITY = Gauge("mingjing_feed_quality_points", "What an agency's data are worth, of a hundred", ("agency",))
FEED_QUALITY_PART = Gauge(
    "mingjing_feed_quality_share", "Share of an agency's data that one measure found in order", ("agency", "part")
)
FEED_LAST_EVENT = Gauge("mingjing_feed_last_event_seconds", "Unix time of an agency's last event", ("agency",))
FEED_LAG = Gauge(
    "mingjing_feed_lag_seconds",
    "Seconds from an agency's events happening to their coming in, median of a week",
    ("agency",),
)
FEED_USUAL_INTERVAL = Gauge(
    "mingjing_feed_usual_interval_seconds", "How often an agency usually reports at this hour of the week", ("agency",)
)
FEED_MISSED = Gauge(
    "mingjing_feed_missed_reports",
    "Reports that would usually have come since an agency's last one; 7 and more is unusual",
    ("agency",),
)
FEED_LISTENERS = Gauge("mingjing_feed_listeners", "Open streams (SSE) of cards and of their stages")
FEED_CARDS = Counter(
    "mingjing_feed_cards",
    "Records of cards and card-stages seen by the hubs: passed, stale (a newer one was passed before) or unreadable",
    ("result",),
)
FEED_AGE = Histogram(
    "mingjing_feed_age_seconds",
    "Seconds by the wall from a record of cards or card-stages being produced to its being passed to open streams",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 30),
)
FEED_RESUMES = Counter("mingjing_feed_resumes", "Streams resumed, by where from: ring, kafka or resync", ("source",))
FEED_LOST = Counter("mingjing_feed_lost", "Streams told to load the page again while open, by reason", ("reason",))


def set_known(gauge: Gauge, value: float | None, *labels: str) -> None:
    """Have the gauge tell `value`, or nothing where it is not known: what it told before is not so any more."""
    if value is None:
        gauge.remove(*labels)
    else:
        gauge.labels(*labels).set(value)


def answered(method: str, route: str, status: int, seconds: float) -> None:
    """Count a request, and time it to the first byte of its answer."""
    requests, latency = _of_answers(method, route, status)
    requests.inc()
    latency.observe(seconds)


@lru_cache(maxsize=4096)
def gateway_events(agency: str, result: str) -> Counter:
    """Return what counts such events of an agency; found once, for looking it up costs more than counting."""
    return GATEWAY_EVENTS.labels(agency, result)


@lru_cache(maxsize=4096)
def _of_answers(method: str, route: str, status: int) -> tuple[Counter, Histogram]:
    return REQUESTS.labels(method, route, status), LATENCY.labels(method, route)
