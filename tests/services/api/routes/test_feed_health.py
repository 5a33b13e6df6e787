import time
from typing import Any

import pytest
from fastapi.testclient import TestClient

from mingjing.services.ledger.port import Arrivals, Feed, FeedSample

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


def test_the_usual_rhythm_is_told_beside_what_did_not_come(visitor: TestClient, ledger: Any, sign_in: Any) -> None:
    sign_in(visitor, "inspector")
    hour = int(time.time()) // 3600
    always = {hour - ago: 60 for ago in range(2, 28 * 24)}
    ledger.sample = FeedSample(
        sources=[], bodies=[], arrivals=Arrivals(hours=always, last_s=(hour - 1) * 3600, lag_s=30, lag_most_s=90)
    )

    told = visitor.get(f"/v1/feeds/{AGENCY}").json()

    assert (told["lag_s"], told["lag_most_s"], told["rhythm"]["unusual"]) == (30, 90, True)
    assert told["rhythm"]["missed"] > 40
    assert f'mingjing_feed_missed_reports{{agency="{AGENCY}"}}' in visitor.get("/metrics").text


OUTAGE = {"begins": "2026-09-30T20:00:00+08:00", "ends": "2026-10-01T06:00:00+08:00", "why": "机房迁移"}


def test_an_agency_announces_its_outage(visitor: TestClient, outbox: Any, sign_in: Any) -> None:
    sign_in(visitor, "clerk", agency=AGENCY)

    answer = visitor.post(f"/v1/feeds/{AGENCY}/outages", json=OUTAGE)

    assert (answer.status_code, answer.json()["state"]) == (201, "coming")
    (told,) = visitor.get(f"/v1/feeds/{AGENCY}/outages").json()["items"]
    assert (told["why"], told["by"], told["begins"]) == ("机房迁移", "clerk", "2026-09-30T12:00:00+00:00")
    assert [b"agency.outage" in record.value for record in outbox.sent] == [True]


def test_an_announced_outage_is_excused_by_the_law_in_force(visitor: TestClient, published: Any, sign_in: Any) -> None:
    sign_in(visitor, "clerk", agency=AGENCY)
    visitor.post(f"/v1/feeds/{AGENCY}/outages", json=OUTAGE)

    assert [each.in_force for each in published.versions.values()] == [1_790_769_600_000_000]


@pytest.mark.parametrize(
    "changes",
    [
        {"begins": "2026-09-01T20:00:00+08:00"},
        {"ends": "2026-11-30T06:00:00+08:00"},
        {"ends": "2026-09-30T06:00:00+08:00"},
        {"begins": "2026-09-30T20:00:00"},
        {"why": " "},
    ],
)
def test_what_is_no_announcement_is_refused(
    visitor: TestClient, published: Any, sign_in: Any, changes: dict[str, str]
) -> None:
    sign_in(visitor, "clerk", agency=AGENCY)

    answer = visitor.post(f"/v1/feeds/{AGENCY}/outages", json=OUTAGE | changes)

    assert (answer.status_code, published.versions) == (422, {})


def test_an_outage_is_announced_once(visitor: TestClient, sign_in: Any) -> None:
    sign_in(visitor, "clerk", agency=AGENCY)
    visitor.post(f"/v1/feeds/{AGENCY}/outages", json=OUTAGE)

    assert visitor.post(f"/v1/feeds/{AGENCY}/outages", json=OUTAGE).status_code == 409


def test_nobody_announces_an_outage_of_others(visitor: TestClient, published: Any, sign_in: Any) -> None:
    sign_in(visitor, "inspector")

    assert (visitor.post(f"/v1/feeds/{AGENCY}/outages", json=OUTAGE).status_code, published.versions) == (403, {})


def test_no_outage_is_announced_without_the_trail(
    visitor: TestClient, outbox: Any, published: Any, sign_in: Any
) -> None:
    sign_in(visitor, "clerk", agency=AGENCY)
    outbox.ready = False

    answer = visitor.post(f"/v1/feeds/{AGENCY}/outages", json=OUTAGE)

    assert (answer.status_code, published.versions) == (503, {})


def test_published_law_does_not_list_outages(visitor: TestClient, sign_in: Any) -> None:
    sign_in(visitor, "clerk", agency=AGENCY)
    visitor.post(f"/v1/feeds/{AGENCY}/outages", json=OUTAGE)
    sign_in(visitor, "supervisor")

    assert visitor.get("/v1/rulebook/versions").json()["items"] == []
