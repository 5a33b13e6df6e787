import orjson
import pytest

from mingjing.services.sink.letters import LetterRefused, letter
from mingjing.services.sink.source import Record
from mingjing.services.sink.taking import Refusal


def refusal(topic: str, value: bytes) -> Refusal:
    return Refusal(Record(topic, 3, 17, 1_773_244_801_000, None, value), "events 超出 UInt32")


def test_a_letter_says_what_was_refused_where_and_why() -> None:
    told = orjson.loads(letter(refusal("case-facts", b"{}")))

    assert (told["topic"], told["partition"], told["offset"]) == ("case-facts", 3, 17)
    assert told["code"] == "row_refused"
    assert told["received_at"] == "2026-03-12T00:00:01+08:00"
    assert told["original"] == "e30="
    assert "events 超出 UInt32" in told["message"]


def test_a_letter_made_again_is_the_same_letter() -> None:
    assert letter(refusal("cards", b"x")) == letter(refusal("cards", b"x"))


def test_a_refused_letter_is_pointed_to_and_its_pointer_is_the_last() -> None:
    pointer = letter(refusal("dead-letters", b"whatever"))

    assert orjson.loads(pointer)["original"] == ""
    with pytest.raises(LetterRefused, match=r"dead-letters\[3\]@17"):
        letter(refusal("dead-letters", pointer))
