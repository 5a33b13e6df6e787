"""A real event log as a show: the rows of a file become the events of one agency."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import yaml

from mingjing.rules.events import CASE, Fact, instant
from mingjing.rules.zone import Zone
from mingjing.services.city.message import Message, encode, stamp
from mingjing.services.demo.show import DemoRefused, Sender
from mingjing.services.log_mapping import LogMapping
from mingjing.services.logs import read_log

AGENCY: Final = "990000000000000000"
"""The agency that plays the owner of the log."""

REGION: Final = "990000000000"
SOURCE: Final = "urn:log"


class LogShow:
    """The rows of a log in the order of their time, up to whenever it ends; the clock stops at `until`."""

    def __init__(self, path: Path, mapping: LogMapping, until: str | None) -> None:
        facts = sorted(read_log(path, mapping), key=lambda row: row[1].at)
        if not facts:
            raise DemoRefused(f"{path.name} 里没有一行可用；请核对 MAP 的 where")
        first, last = instant(facts[0][1].at), instant(facts[-1][1].at)
        self.title = f"{path.name}，{len({case for case, _ in facts})} 件，{len(facts)} 个事件"
        self.begin: datetime = first.replace(minute=0, second=0, microsecond=0)
        self.until: datetime = last if until is None else _instant(until, mapping.zone)
        self.senders: Sequence[Sender] = [Sender(AGENCY, SOURCE, None)]
        self.total = len(facts)
        self._facts = facts

    def messages(self) -> Iterator[Message]:
        """Yield a message for each row."""
        for case, fact in self._facts:
            yield Message(instant(fact.at), AGENCY, encode(_event(case, fact)), case)


def log_agencies(title: str, out: Path) -> None:
    """Write to `out` the agencies of an installation that supervises one log, whatever its events are called."""
    agency = {"code": AGENCY, "title": title, "region": REGION, "kind": "log", "sources": [SOURCE], "types": ["*"]}
    region = {"code": REGION, "title": "日志所在地", "tier": "省"}
    out.write_text(yaml.safe_dump({"agencies": [agency], "regions": [region]}, allow_unicode=True), encoding="utf-8")


def _event(case: str, fact: Fact) -> dict[str, Any]:
    """Return the fact as an event that becomes the same fact again, but for its source."""
    event: dict[str, Any] = {
        "specversion": "1.0",
        "id": fact.id,
        "source": SOURCE,
        "type": fact.type,
        "subject": case,
        "time": stamp(instant(fact.at)),
        "sequence": fact.sequence,
        "recordedtime": stamp(instant(fact.recorded_at)) if fact.recorded_at is not None else None,
        "data": fact.data | ({CASE: fact.case_data} if fact.case_data else {}),
    }
    envelope = ("corrects", "item", "region", "officer", "post", "step")
    event |= {name: getattr(fact, name) for name in envelope}
    return {name: value for name, value in event.items() if value is not None}


def _instant(text: str, zone: Zone) -> datetime:
    """Return the instant `text` names in the log's zone; a bare date means the end of that day."""
    try:
        at, whole_day = zone.parse(text)
    except ValueError as exc:
        raise DemoRefused(f"UNTIL={text}：{exc}") from exc
    return instant(zone.midnight(zone.day(at) + 1) - 1 if whole_day else at)
