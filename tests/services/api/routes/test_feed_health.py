from typing import Any

from fastapi.testclient import TestClient

from mingjing.services.ledger.port import Feed, FeedSample

AGENCY = "91330100MA00000001"


def test_an_agencys_feed_is_told_with_the_parts_of_its_score(visitor: TestClient, ledger: Any, sign_in: Any) -> None:
    sign_in(visitor, "inspector")
    feed = Feed(source="urn:yunzhou:scjg", agency=AGENCY, events=9, dead_letters=1, last_event_at=None)
    ledger.sample = FeedSample(sources=[feed], bodies=[])

    told = visitor.get(f"/v1/feeds/{AGENCY}").json()

    assert (told["state"], told["events"], told["dead_letters"]) == ("reporting", 9, 1)
    assert {part["name"] for part in told["quality"]["parts"]} >= {"usable", "begun", "worked", "lasting"}


def test_the_score_is_told_to_prometheus(visitor: TestClient, ledger: Any, sign_in: Any) -> None:
    sign_in(visitor, "inspector")
    feed = Feed(source="urn:yunzhou:scjg", agency=AGENCY, events=3, dead_letters=1, last_event_at=None)
    ledger.sample = FeedSample(sources=[feed], bodies=[])
    visitor.get(f"/v1/feeds/{AGENCY}")

    told = visitor.get("/metrics").text

    assert f'mingjing_feed_quality_share{{agency="{AGENCY}",part="usable"}} 0.75' in told


def test_the_feed_of_an_agency_elsewhere_is_not_told(visitor: TestClient, sign_in: Any) -> None:
    sign_in(visitor, "inspector", region="330200000000")

    assert visitor.get(f"/v1/feeds/{AGENCY}").status_code == 404
