"""The library of rules, over the shipped law."""

import pytest
from fastapi.testclient import TestClient

from mingjing.rules.rulebook import Rulebook
from mingjing.services.rulebook_files import load_rulebook


@pytest.fixture(scope="module")
def law() -> Rulebook:
    return load_rulebook()


@pytest.fixture
def rulebook(law: Rulebook) -> Rulebook:
    return law


def test_a_rule_is_told_as_its_pack_states_it(client: TestClient) -> None:
    told = client.get("/v1/rules/TL-04").json()

    assert told["text"].startswith("id: TL-04\ntitle: 办结时限\n")
    assert "\ncards:\n  warning: {at: 2wd before promised, id: TL-03}\n" in told["text"]
    assert told["basis"][0] == "行政许可法 第四十二条"


def test_every_rule_has_an_example_that_draws_it_and_one_that_spares_it(client: TestClient, law: Rulebook) -> None:
    for rule in (rule.id for pack in law.packs for rule in pack.rules):
        examples = client.get(f"/v1/rules/{rule}").json()["examples"]
        assert any(each["expect"] for each in examples), rule


def test_an_example_tells_its_story_in_the_words_of_the_vocabulary(client: TestClient) -> None:
    examples = {each["name"]: each for each in client.get("/v1/rules/TL-04").json()["examples"]}
    weekend = examples["周末不计入承诺时限"]

    assert [(each["event"], each["title"]) for each in weekend["story"]] == [("case.accepted", "受理")]
    assert [(each["at"], each["level"]) for each in weekend["expect"]] == [
        ("2026-03-10T00:00:00+08:00", "warning"),
        ("2026-03-12T00:00:00+08:00", "yellow"),
    ]


def test_an_example_is_drawn_day_by_day(client: TestClient) -> None:
    where = client.get("/v1/rules/TL-04").json()["examples"][0]["picture"]
    answer = client.get(where)

    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert answer.text.startswith("<svg ")
    assert client.get(where, headers={"If-None-Match": answer.headers["etag"]}).status_code == 304


@pytest.mark.parametrize("where", ["TL-99", "TL-04/examples/9999.svg", "TL-99/examples/1.svg"])
def test_what_is_not_in_the_law_is_not_found(client: TestClient, where: str) -> None:
    assert client.get(f"/v1/rules/{where}").status_code == 404


def test_the_law_is_for_those_who_are_known(visitor: TestClient) -> None:
    assert visitor.get("/v1/rules/TL-04").status_code == 401
