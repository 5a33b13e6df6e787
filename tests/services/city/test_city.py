from collections import Counter
from datetime import date, datetime, timedelta

import orjson
import pytest

from mingjing.services.city.agreement import agree
from mingjing.services.city.check import check, total
from mingjing.services.city.city import City
from mingjing.services.city.garbage import SPOILS
from mingjing.services.city.message import ZONE, Message, Planted
from mingjing.services.city.oracle.oracle import Oracle
from mingjing.services.city.plots.on_the_spot import AHEAD_S
from mingjing.services.city.world import World


@pytest.fixture(scope="module")
def city(world: World) -> City:
    return City(world, seed=7, cases=1000)


@pytest.fixture(scope="module")
def log(city: City) -> list[Message]:
    return city.log()[0]


def test_plots_and_oracle_agree_on_every_finding(city: City) -> None:
    assert total(city, check(city)).differing == []


def test_the_ladder_is_climbed_to_every_rung(city: City) -> None:
    _, planted = city.log()

    assert {each.level for each in planted if each.rule == "TL-04"} == {"warning", "yellow", "red"}


def test_the_same_seed_gives_the_same_bytes(world: World, city: City) -> None:
    assert City(world, seed=7, cases=1000).log() == city.log()


def test_another_seed_gives_another_city(world: World, city: City) -> None:
    assert City(world, seed=8, cases=1).story(0) != city.story(0)


def test_a_case_does_not_depend_on_how_many_there_are(world: World, city: City) -> None:
    assert City(world, seed=7, cases=10**6).story(400) == city.story(400)


def test_no_two_cases_share_a_number(city: City) -> None:
    keys = Counter(story.case_key for story in city.stories())

    assert max(keys.values()) == 1


def test_nothing_is_sent_after_the_end(city: City, log: list[Message]) -> None:
    assert all(message.at <= city.ends for message in log)


def test_nothing_is_sent_before_it_happened_but_what_a_fast_clock_tells(log: list[Message]) -> None:
    events = [(message.at, orjson.loads(message.body)) for message in log if message.refused is None]
    early = [event["type"] for at, event in events if at < datetime.fromisoformat(event["time"])]

    assert set(early) <= {"case.applied", "case.accepted", "case.decided"}
    assert 0 < len(early) < len(events) / 100


@pytest.mark.parametrize("ahead_s", AHEAD_S)
def test_a_fast_clock_is_found_once_it_is_more_than_five_minutes_fast(world: World, ahead_s: int) -> None:
    at = datetime(2026, 9, 7, 10, tzinfo=ZONE)
    event = {"id": "1", "source": "urn:yunzhou:scjg", "type": "case.applied", "subject": "1", "time": at.isoformat()}
    item = next(item for item in world.items if item.agency == "11990100MB0000019L")
    body = orjson.dumps(event | {"agency": item.agency, "item": item.code})
    sent = Message(at - timedelta(seconds=ahead_s), item.agency, body)

    found = {each.rule for each in Oracle(world, at + timedelta(minutes=1)).derive([sent])}

    assert ("INT-02" in found) == (ahead_s > 300)


def test_the_last_twenty_of_every_thousand_cases_are_decided_in_a_rush(city: City) -> None:
    rushed = [word for story in city.stories(980, 1000) for word in story.words if word.rule == "INT-05"]

    assert len(rushed) == 20
    assert len({word.officer for word in rushed}) == 1
    assert 570 <= (max(word.at for word in rushed) - min(word.at for word in rushed)).total_seconds() <= 601


def test_the_log_is_late_doubled_disordered_and_corrected(log: list[Message]) -> None:
    events = [(message.at, orjson.loads(message.body)) for message in log if message.refused is None]
    lateness = [at - datetime.fromisoformat(event["time"]) for at, event in events]
    times = [datetime.fromisoformat(event["time"]) for _, event in events]

    assert max(lateness).days >= 1
    assert len({message.body for message in log}) < len(log)
    assert times != sorted(times)
    assert any("corrects" in event for _, event in events)
    assert any(event["type"] == "event.voided" for _, event in events)


def test_arrival_does_not_matter_to_the_oracle(city: City, log: list[Message]) -> None:
    oracle = Oracle(city.world, city.until)

    assert sorted(oracle.derive(log[::-1])) == sorted(oracle.derive(log))


def test_every_kind_of_garbage_is_sent_and_recognised(city: City, log: list[Message]) -> None:
    sent = Counter(message.refused for message in log if message.refused)

    assert Oracle(city.world, city.until).read(log).refused == sent
    assert set(sent) == {code for code, _ in SPOILS}


def test_a_city_of_other_days_agrees_too(world: World) -> None:
    spring = City(world, seed=3, cases=800, first=date(2026, 1, 5), last=date(2026, 4, 17))

    assert total(spring, check(spring)).differing == []


def test_a_finding_left_out_or_made_up_is_told_as_such(city: City) -> None:
    _, planted = city.log()
    lost = next(each for each in planted if each.level != "red")
    rest = [each for each in planted if each is not lost]
    ghost = Planted(lost.case_key, lost.rule, "red", lost.violated_at)

    score = next(score for score in agree(planted, [*rest, ghost]) if score.rule == lost.rule)

    assert (score.missed, score.invented, score.exact) == ([lost], [ghost], False)


def test_a_finding_told_twice_is_one_too_many(city: City) -> None:
    _, planted = city.log()

    scores = agree(planted, [*planted, planted[0]])

    assert [score.invented for score in scores if not score.exact] == [[planted[0]]]
