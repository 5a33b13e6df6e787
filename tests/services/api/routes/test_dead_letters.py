import base64
from typing import Any

import orjson
import pytest
from fastapi.testclient import TestClient

AGENCY = "91330100MA00000001"
AUTH = {"Authorization": "Bearer key-of-the-market-bureau"}
LETTER = "0f" * 16
EVENT = {
    "specversion": "1.0",
    "id": "e-1",
    "source": "urn:yunzhou:scjg",
    "type": "case.accepted",
    "subject": "2026-1",
    "time": "2026-03-06T10:00:00",
}
MENDED = orjson.dumps(EVENT | {"time": "2026-03-06T10:00:00+08:00"}).decode()


@pytest.fixture(autouse=True)
def letter(ledger: Any) -> dict[str, Any]:
    """An event that was refused for a time without a zone."""
    told = {
        "letter_id": LETTER,
        "code": "naive_time",
        "place": "$.time",
        "message": "没有时区",
        "agency": AGENCY,
        "source": EVENT["source"],
        "event_id": "e-1",
        "topic": "http",
        "partition": 0,
        "offset": 0,
        "received_at": "2026-03-06T02:00:00+00:00",
        "original": base64.b64encode(orjson.dumps(EVENT)).decode(),
    }
    ledger.letter_rows = [told]
    return told


def resubmitted(client: TestClient, original: str | None = MENDED) -> Any:
    return client.post(f"/v1/dead-letters/{LETTER}/resubmit", json={"original": original}, headers=AUTH)


def test_a_mended_letter_goes_to_its_agencys_topic(client: TestClient, outbox: Any) -> None:
    answer = resubmitted(client)

    assert (answer.status_code, answer.json()["accepted"]) == (202, 1)
    assert [each.value for each in outbox.sent if each.topic == f"ingest.{AGENCY}"] == [MENDED.encode()]


def test_mending_is_on_the_trail_before_it_is_sent(client: TestClient, outbox: Any) -> None:
    resubmitted(client)

    entry = orjson.loads(outbox.sent[0].value)
    assert (outbox.sent[0].topic, entry["action"], entry["object"]) == ("audit", "letter.resubmitted", LETTER)
    assert entry["detail"]["mended"] is True


def test_a_letter_is_sent_again_only_once(client: TestClient) -> None:
    resubmitted(client)

    assert (resubmitted(client).status_code, resubmitted(client).json()["type"]) == (
        409,
        "urn:mingjing:problem:resubmitted",
    )


def test_what_is_still_wrong_is_told_and_does_not_count(client: TestClient, outbox: Any) -> None:
    answer = resubmitted(client, None)

    assert (answer.status_code, answer.json()["errors"][0]["pointer"], outbox.sent) == (422, "/body/original/time", [])
    assert resubmitted(client).status_code == 202


def test_a_letter_that_kafka_did_not_take_can_be_sent_again(client: TestClient, outbox: Any) -> None:
    outbox.ready = False
    assert resubmitted(client).status_code == 503
    outbox.ready = True

    assert resubmitted(client).status_code == 202


def test_the_list_says_what_became_of_a_letter_and_keeps_its_original(
    client: TestClient, letter: dict[str, Any]
) -> None:
    receipt = resubmitted(client).json()["receipt"]

    (listed,) = client.get("/v1/dead-letters", headers=AUTH).json()["items"]
    assert (listed["resubmitted_by"], listed["receipt"]) == (f"agency:{AGENCY}", receipt)
    assert listed["original"] == letter["original"]


def test_what_a_rule_failed_on_is_not_mended_by_sending_it_again(client: TestClient, letter: dict[str, Any]) -> None:
    letter["code"] = "engine_fault"

    assert (resubmitted(client).status_code, resubmitted(client).json()["type"]) == (
        409,
        "urn:mingjing:problem:mended_elsewhere",
    )


def test_an_inspector_sends_nothing_again(client: TestClient) -> None:
    assert client.post(f"/v1/dead-letters/{LETTER}/resubmit", json={}).status_code == 403


def test_letters_are_counted_by_cause(client: TestClient) -> None:
    (group,) = client.get("/v1/dead-letters/groups").json()["items"]

    assert (group["code"], group["agency"], group["count"]) == ("naive_time", AGENCY, 1)


def mended_all(client: TestClient, *lines: dict[str, Any]) -> list[dict[str, Any]]:
    content = b"\n".join(map(orjson.dumps, lines))
    answer = client.post("/v1/dead-letters/resubmit", content=content, headers=AUTH)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def test_many_are_mended_at_once_and_each_is_answered(client: TestClient, outbox: Any) -> None:
    good, unknown = mended_all(
        client, {"letter": LETTER, "original": MENDED}, {"letter": "ab" * 16, "original": MENDED}
    )

    assert (good["code"], unknown["code"]) == (None, "no_letter")
    assert good["receipt"] is not None
    assert [each.value for each in outbox.sent if each.topic == f"ingest.{AGENCY}"] == [MENDED.encode()]


def test_a_batch_sent_again_hands_nothing_in_twice(client: TestClient, outbox: Any) -> None:
    line = {"letter": LETTER, "original": MENDED}
    mended_all(client, line)

    assert mended_all(client, line)[0]["code"] == "resubmitted"
    assert len([each for each in outbox.sent if each.topic == f"ingest.{AGENCY}"]) == 1


def test_what_is_still_no_good_may_be_mended_again(client: TestClient) -> None:
    (still,) = mended_all(client, {"letter": LETTER})

    assert still["code"] == "naive_time"
    assert mended_all(client, {"letter": LETTER, "original": MENDED})[0]["code"] is None


def test_a_batch_with_a_line_that_is_none_is_refused_whole(client: TestClient, outbox: Any) -> None:
    answer = client.post("/v1/dead-letters/resubmit", content=b'{"letter": 1}', headers=AUTH)

    assert (answer.status_code, outbox.sent) == (400, [])


ROW = {
    "standard": "up-pro",
    "object": "up_pro_accept",
    "source": "urn:yunzhou:scjg",
    "row": {"project_no": "浙A1", "apply_date": "2026-03-05 16:00:00", "accept_date": "三月六日"},
}
ROW_MENDED = orjson.dumps(ROW | {"row": ROW["row"] | {"accept_date": "2026-03-06 10:00:00"}}).decode()  # type: ignore[operator]  # a dict


@pytest.fixture
def row(letter: dict[str, Any]) -> dict[str, Any]:
    """A fetched row whose time could not be read."""
    letter |= {"code": "bad_row", "place": "$.row.accept_date", "topic": "exchange", "event_id": None}
    letter["original"] = base64.b64encode(orjson.dumps(ROW)).decode()
    return letter


@pytest.mark.usefixtures("row")
def test_a_mended_row_is_sent_as_the_events_it_stands_for(client: TestClient, outbox: Any) -> None:
    answer = resubmitted(client, ROW_MENDED)

    told = [orjson.loads(each.value) for each in outbox.sent if each.topic == f"ingest.{AGENCY}"]
    assert (answer.status_code, answer.json()["accepted"]) == (202, 2)
    assert [(each["type"], each["subject"]) for each in told] == [("case.applied", "浙A1"), ("case.accepted", "浙A1")]


@pytest.mark.usefixtures("row")
def test_a_row_that_is_mended_is_on_the_trail_and_mended_once(client: TestClient, outbox: Any) -> None:
    first, again = resubmitted(client, ROW_MENDED), resubmitted(client, ROW_MENDED)

    assert (first.status_code, again.status_code) == (202, 409)
    assert [orjson.loads(each.value)["object"] for each in outbox.sent if each.topic == "audit"] == [LETTER]


@pytest.mark.usefixtures("row")
def test_a_row_that_is_still_wrong_is_told_by_its_column(client: TestClient, outbox: Any) -> None:
    answer = resubmitted(client, None)

    assert (answer.status_code, answer.json()["errors"][0]["pointer"], outbox.sent) == (
        422,
        "/body/original/row/accept_date",
        [],
    )


@pytest.mark.usefixtures("row")
def test_a_row_is_not_handed_in_as_that_of_another_source(client: TestClient, outbox: Any) -> None:
    answer = resubmitted(client, ROW_MENDED.replace("scjg", "other"))

    assert (answer.status_code, "请只改 row" in answer.json()["detail"], outbox.sent) == (422, True, [])


def test_a_row_kept_without_its_standard_is_mended_at_its_source(
    client: TestClient, row: dict[str, Any], outbox: Any
) -> None:
    row["original"] = base64.b64encode(b'{"object": "up_pro_accept", "row": {}}').decode()

    answer = resubmitted(client, ROW_MENDED)

    assert (answer.status_code, answer.json()["type"], outbox.sent) == (
        409,
        "urn:mingjing:problem:mended_elsewhere",
        [],
    )
