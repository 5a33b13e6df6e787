"""What the counting of reports tells Prometheus, each metric defined once."""

from prometheus_client import Histogram

COUNT_SECONDS = Histogram(
    "mingjing_report_count_seconds",
    "Seconds to count one month into cells",
    buckets=(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300),
)
