"""What the archive keeps of an event, without a server."""

import msgspec
import orjson

from mingjing.services.ledger.tables import EVENTS, Place, event_row
from mingjing.services.ledger.wires import EventRecord


def test_an_event_fills_a_column_for_all_it_says_and_keeps_its_own_bytes() -> None:
    sent = {
        "id": "e1",
        "source": "urn:yunzhou:scjg",
        "type": "case.accepted",
        "subject": "2026-0001",
        "time": "2026-03-12T00:00:01+08:00",
        "ingestedtime": "2026-03-12T00:00:02.5+08:00",
        "casekey": "A/2026-0001",
        "data": {"费用": 12.5},
    }
    body = orjson.dumps(sent)

    row = event_row(msgspec.json.decode(body, type=EventRecord), Place(3, 17, 1_773_244_802_600), body.decode())
    kept = dict(zip(EVENTS.columns, row, strict=True))

    assert (kept["case_key"], kept["topic_partition"], kept["topic_offset"]) == ("A/2026-0001", 3, 17)
    assert (kept["at_ms"], kept["ingested_ms"], kept["recorded_ms"]) == (1_773_244_801_000, 1_773_244_802_500, 0)
    assert (kept["agency"], kept["sequence"]) == ("", 0)
    assert orjson.loads(kept["body"]) == sent
