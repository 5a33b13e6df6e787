"""By which law each worker of this machine judges, as it says itself."""

from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.error import URLError
from urllib.request import urlopen

import msgspec
from prometheus_client.parser import text_string_to_metric_families

ANSWER_S = 1.0


class LawAtWork(msgspec.Struct, frozen=True):
    """What a worker judges by: all of it by its fingerprint, and each published version with the instant it is for."""

    port: int
    fingerprint: str
    versions: dict[str, datetime]


def at_work(first_port: int) -> Iterator[LawAtWork]:
    """Yield what each worker says on the ports from `first_port` on, up to the first at which nobody answers."""
    port = first_port
    while (told := _told(port)) is not None:
        yield told
        port += 1


def _told(port: int) -> LawAtWork | None:
    try:
        with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=ANSWER_S) as answer:
            text = answer.read().decode()
    except (URLError, OSError):
        return None
    fingerprint, versions = "", {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            if sample.name == "mingjing_rulebook":
                fingerprint = sample.labels["fingerprint"]
            elif sample.name == "mingjing_published_version_in_force_seconds":
                versions[sample.labels["version"]] = datetime.fromtimestamp(sample.value, UTC)
    return LawAtWork(port, fingerprint, versions) if fingerprint else None
