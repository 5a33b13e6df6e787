import time
from typing import Any

import pytest
from fastapi.testclient import TestClient

from mingjing.rules.rulebook import Rulebook
from mingjing.services.agencies import Agencies
from mingjing.services.api.feed_watch import FeedWatch
from mingjing.services.ledger.port import Arrivals, Feed, FeedSample
from mingjing.services.rulebook_files import load_rulebook

AGENCY = "91330100MA00000001"


def heard(hours_ago: float) -> FeedSample:
    """Return the sample of an agency that reported every minute for four weeks, and then not for so long."""
    last_s = int(time.time() - hours_ago * 3600)
    always = {last_s // 3600 - ago: 60 for ago in range(28 * 24)}
    feed = Feed(source="urn:yunzhou:scjg", agency=AGENCY, events=9, dead_letters=0, last_event_at=None)
    arrivals = Arrivals(hours=always, last_s=last_s, lag_s=30, lag_most_s=90)
    return FeedSample(sources=[feed], bodies=[], arrivals=arrivals)


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
    ledger.sample = heard(hours_ago=2)

    told = visitor.get(f"/v1/feeds/{AGENCY}").json()

    assert (told["lag_s"], told["lag_most_s"], told["rhythm"]["unusual"]) == (30, 90, True)
    assert told["rhythm"]["missed"] > 40
    assert f'mingjing_feed_missed_reports{{agency="{AGENCY}"}}' in visitor.get("/metrics").text


def test_prometheus_is_told_the_state_of_a_feed(visitor: TestClient, ledger: Any, sign_in: Any) -> None:
    sign_in(visitor, "inspector")
    ledger.sample = heard(hours_ago=3)
    visitor.get(f"/v1/feeds/{AGENCY}")

    told = visitor.get("/metrics").text

    assert f'mingjing_feed_state{{agency="{AGENCY}",state="silent"}} 1.0' in told
    assert f'mingjing_feed_state{{agency="{AGENCY}",state="reporting"}} 0.0' in told


def test_prometheus_is_not_told_what_is_no_longer_known(visitor: TestClient, ledger: Any, sign_in: Any) -> None:
    sign_in(visitor, "inspector")
    ledger.sample = heard(hours_ago=1)
    visitor.get(f"/v1/feeds/{AGENCY}")
    ledger.sample = FeedSample(sources=[], bodies=[])
    visitor.get(f"/v1/feeds/{AGENCY}")

    told = visitor.get("/metrics").text

    assert f'mingjing_feed_usual_interval_seconds{{agency="{AGENCY}"}}' not in told
    assert f'mingjing_feed_lag_seconds{{agency="{AGENCY}"}}' not in told


SAT_05 = {"card_id": "c1", "rule": "SAT-05", "level": "hint", "agency": AGENCY, "issued_at": "2026-07-09"}
"""No review for half a year: a standing card that is no matter of the feed."""


@pytest.fixture(scope="module")
def law() -> Rulebook:
    return load_rulebook()


@pytest.mark.parametrize(("hours_ago", "state"), [(0, "reporting"), (3, "silent"), (40 * 24, "silent")])
def test_by_the_shipped_law_an_agency_is_silent_when_it_stops_and_not_for_want_of_a_review(
    ledger: Any, agencies: Agencies, law: Rulebook, hours_ago: float, state: str
) -> None:
    ledger.card_rows = [SAT_05]
    ledger.sample = heard(hours_ago)

    told = FeedWatch(ledger, lambda: law, agencies).health(agencies.agencies[0])

    assert (told.state, told.silences) == (state, [])


def test_a_silent_feed_says_since_when_and_what_is_missed(ledger: Any, agencies: Agencies, law: Rulebook) -> None:
    ledger.sample = heard(hours_ago=3)

    told = FeedWatch(ledger, lambda: law, agencies).health(agencies.agencies[0])

    assert told.why is not None
    assert "起没有报送，按平时的节奏应有 180 次" in told.why


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
