"""What the book of the trail finds, on every engine."""

import orjson

from mingjing.services.audit.book import ClickHouseBook, LinkFilter
from mingjing.services.audit.chain import Link
from mingjing.services.ledger.connection import Pool
from mingjing.services.settings import Settings


def link(seq: int, action: str, thing: str, **detail: object) -> Link:
    body = orjson.dumps({"detail": detail, "offset": seq}).decode()
    return Link(
        seq=seq,
        at_ms=seq,
        actor="li",
        role="inspector",
        action=action,
        object=thing,
        agency="",
        region="",
        body=body,
        previous_hash="",
        hash=str(seq),
    )


def test_who_looked_at_a_case_is_found_alone_and_among_others(settings: Settings) -> None:
    pool = Pool(settings, 1)
    book = ClickHouseBook(pool)
    book.put(
        [
            link(1, "case.opened", "A/1"),
            link(2, "case.counted", "/cards?level=red", cases=["A/1", "A/12"]),
            link(3, "case.counted", "/cards", cases=["A/12", "某/2"]),
            link(4, "card.sign", "c1", reason='"A/1"'),
        ]
    )

    assert [each.seq for each in book.newest(LinkFilter(object="A/1"), limit=9, before=None)] == [2, 1]
    assert [each.seq for each in book.newest(LinkFilter(object="某/2"), limit=9, before=None)] == [3]
    pool.close()
