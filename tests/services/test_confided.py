"""What the supervised are told of a card whose subject is named by who complained of them."""

import msgspec
import orjson
import pytest
from tests.services.api.conftest import drawn

from mingjing.rules.card import Card
from mingjing.services.api.feed.entry import Record, entry_of
from mingjing.services.confided import Confided
from mingjing.services.rulebook_files import load_rulebook, shipped

SHOP = "91330100MA2XHRP019"
SUBJECT = f"across/CMP-07/{SHOP}|违规收费"


@pytest.fixture(scope="module")
def confided() -> Confided:
    return Confided.of(load_rulebook([shipped("packs") / "complaints.yaml", shipped("packs") / "inspections.yaml"]))


@pytest.fixture
def card() -> Card:
    explain = {
        "kind": "frequency",
        "by": ["data.enterprise", "data.category"],
        "key": [SHOP, "违规收费"],
        "sentences": {"zh": [f"{SHOP}、违规收费：90 日内 3 次。"], "en": [f"{SHOP}: 3 times."]},
    }
    return drawn(1, case_key=SUBJECT, rule="CMP-07", explain=explain)


def test_who_complained_stands_nowhere_in_the_card_and_what_of_still_does(confided: Confided, card: Card) -> None:
    told = confided.withheld(msgspec.to_builtins(card))

    assert SHOP not in orjson.dumps(told).decode()
    assert (told["case_key"], told["explain"]["key"]) == ("across/CMP-07/***", ["***", "违规收费"])
    assert told["explain"]["sentences"]["zh"] == ["***、违规收费：90 日内 3 次。"]


def test_a_stage_of_such_a_card_does_not_tell_either(confided: Confided) -> None:
    assert confided.withheld({"card_id": "c", "case_key": SUBJECT}) == {"card_id": "c", "case_key": "across/CMP-07/***"}


def test_who_is_inspected_often_is_told(confided: Confided) -> None:
    assert not confided.names(f"across/INSP-02/{SHOP}")
    assert not confided.names("91330100MA00000001/2026-1")


def test_the_feed_tells_each_reader_what_is_for_them(confided: Confided, card: Card) -> None:
    entry = entry_of(Record(0, 0, orjson.dumps(msgspec.to_builtins(card))))

    assert SHOP in entry.frame("v").decode()
    assert SHOP not in entry.frame("v", confided).decode()
    assert orjson.loads(entry.frame("v", confided).split(b"data: ")[1].split(b"\n")[0])["card_id"] == card.card_id
