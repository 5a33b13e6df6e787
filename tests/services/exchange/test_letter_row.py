import math
from datetime import UTC, date, datetime
from decimal import Decimal

import orjson
import pytest

from mingjing.services.exchange.letter_row import LetterRow, RowUnread, events_of, mended, read, written
from mingjing.services.standards.saying import Said

AT = datetime(2026, 3, 6, 2, tzinfo=UTC)
KEPT = LetterRow(
    standard="up-pro",
    object="up_pro_accept",
    source="urn:a",
    row={"project_no": "浙1", "accept_date": "三月"},
    said=Said(operation="U", recorded=AT, row="row_guid"),
    before={"project_no": "浙0"},
)


def test_a_row_is_read_again_as_it_was_kept() -> None:
    assert read(written(KEPT)) == KEPT


def test_what_json_has_no_kind_for_is_kept_as_text_that_reads_as_the_same() -> None:
    row = {"project_no": Decimal(12), "accept_date": date(2026, 3, 6), "cd_batch": 10**30}
    kept = LetterRow(standard="up-pro", object="up_pro_accept", source="urn:a", row=row)

    again = read(written(kept))

    assert again is not None
    assert again.row == {"project_no": "12", "accept_date": "2026-03-06", "cd_batch": 10**30}
    assert [each["type"] for each in events_of(again).events] == ["case.accepted"]


@pytest.mark.parametrize("original", [b'{"object": "up_pro_accept", "row": {}}', b"\xff", b"[]"])
def test_a_letter_that_does_not_say_what_it_is_a_row_of_is_none(original: bytes) -> None:
    assert read(original) is None


def test_a_mended_row_says_what_it_says_by_the_time_it_was_fetched() -> None:
    now = orjson.loads(written(KEPT)) | {"row": {"project_no": "浙1", "accept_date": "2026-03-06"}}

    translated = events_of(mended(KEPT, orjson.dumps(now)))

    assert [each["type"] for each in translated.events if each["type"] != "event.voided"] == ["case.accepted"]
    assert {datetime.fromisoformat(each["recordedtime"]) for each in translated.events} == {
        AT.replace(microsecond=1000)
    }


@pytest.mark.parametrize(
    ("name", "value"), [("source", "urn:b"), ("standard", "guangdong"), ("said", {}), ("before", None)]
)
def test_nothing_but_the_cells_of_a_row_is_mended(name: str, value: object) -> None:
    now = orjson.loads(written(KEPT)) | {name: value}

    with pytest.raises(RowUnread, match=f"{name} 与原件不同；请只改 row 里的值"):
        mended(KEPT, orjson.dumps(now))


def test_a_key_that_a_row_has_not_is_refused() -> None:
    with pytest.raises(RowUnread, match="请只改 row 里的值"):
        mended(KEPT, orjson.dumps(orjson.loads(written(KEPT)) | {"rows": []}))


def test_a_standard_that_is_no_longer_there_is_told() -> None:
    with pytest.raises(RowUnread, match="up-por"):
        events_of(LetterRow(standard="up-por", object="x", source="urn:a", row={}))


def test_a_number_that_is_none_is_kept() -> None:
    kept = LetterRow(standard="up-pro", object="up_pro_accept", source="urn:a", row={"cd_batch": math.nan})

    assert read(written(kept)) is not None
