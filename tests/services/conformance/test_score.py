from typing import Any

import orjson
import pytest

from mingjing.services.conformance.score import Score, score_feed
from mingjing.streams.ports import Principal

PRINCIPAL = Principal(agency="91", sources=frozenset({"urn:a"}))


def event(type_: str, time: str, **changes: Any) -> dict[str, Any]:
    told = f"2026-03-{time}:00+08:00"
    return {
        "specversion": "1.0",
        "id": f"{type_}@{time}",
        "source": "urn:a",
        "type": type_,
        "subject": "浙A1",
        "time": told,
        "recordedtime": told,
        "item": "11990100MB0000035A3000131004000",
        "region": "330102000000",
        "officer": "007",
    } | changes


STORY = [
    event("case.applied", "05T16:00"),
    event("case.accepted", "06T10:00"),
    event("step.started", "06T11:00", step="审查"),
    event("step.completed", "09T09:00", step="审查"),
    event("case.decided", "09T10:00"),
    event("case.delivered", "10T10:00"),
]


def scored(*events: dict[str, Any] | bytes) -> Score:
    return score_feed((each if isinstance(each, bytes) else orjson.dumps(each) for each in events), PRINCIPAL)


def share(score: Score, name: str) -> float | None:
    return next(each.share for each in score.parts if each.name == name)


def sample(score: Score, name: str) -> str:
    return next(each.samples[0] for each in score.parts if each.name == name)


def test_a_feed_without_fault_may_go_live() -> None:
    score = scored(*STORY)

    assert (score.points, score.passed, score.events, score.cases) == (100.0, True, 6, 1)


def test_an_empty_feed_has_no_score_and_may_not() -> None:
    score = scored()

    assert (score.points, score.passed) == (None, False)


def test_an_event_that_cannot_be_used_is_named_by_its_line() -> None:
    score = scored(*STORY, b"{")

    assert share(score, "usable") == 6 / 7
    assert sample(score, "usable").startswith("第7条 $：")


def test_a_system_that_only_says_what_it_found_need_not_know_the_case_nor_say_so_within_a_day() -> None:
    found = event("act.found", "06T10:00", item=None, region=None, officer=None, recordedtime="2026-03-31T10:00:00Z")

    score = scored(found)

    assert (share(score, "attributed"), share(score, "timely"), score.passed) == (None, None, True)


def test_a_case_that_ended_without_ever_being_accepted_is_found() -> None:
    assert share(scored(STORY[4]), "begun") == 0


def test_steps_that_all_stand_in_one_second_are_found() -> None:
    fabricated = [
        event("case.accepted", "09T10:00"),
        event("step.completed", "09T10:00"),
        event("case.decided", "09T10:00"),
    ]

    assert "有 3 个环节同在 2026-03-09 10:00:00" in sample(scored(*fabricated), "worked")


def test_a_step_that_ends_as_it_begins_is_found() -> None:
    steps = [
        event("step.started", "06T11:00", step="审查"),
        event("step.completed", "06T11:00", step="审查", sequence=1),
    ]

    assert share(scored(*steps), "lasting") == 0


@pytest.mark.parametrize(("recorded", "held"), [("2026-03-07T10:00:00+08:00", 1), ("2026-03-07T10:00:01+08:00", 0)])
def test_what_is_entered_more_than_a_day_later_is_late(recorded: str, held: int) -> None:
    assert share(scored(event("case.accepted", "06T10:00", recordedtime=recorded)), "timely") == held


def test_an_event_that_does_not_say_when_it_was_entered_is_found() -> None:
    unsaid = {name: value for name, value in STORY[1].items() if name != "recordedtime"}
    score = scored(unsaid)

    assert (share(score, "recorded"), share(score, "timely")) == (0, None)


def test_a_decision_before_acceptance_is_found() -> None:
    score = scored(event("case.accepted", "09T10:00"), event("case.decided", "06T10:00"))

    assert "办结（2026-03-06 10:00:00+08:00）早于受理" in sample(score, "ordered")


def test_one_id_with_two_contents_is_found_and_a_repeat_is_not() -> None:
    again = {**STORY[1], "officer": "008"}

    assert share(scored(STORY[1], STORY[1]), "consistent") == 1
    assert share(scored(STORY[1], again), "consistent") == 0.5


def test_an_event_told_anew_at_a_later_time_is_no_contradiction_and_its_last_word_is_measured() -> None:
    wrong = event("case.decided", "05T10:00", id="d", recordedtime="2026-03-09T10:00:00+08:00")
    right = event("case.decided", "09T10:00", id="d", recordedtime="2026-03-09T11:00:00+08:00")
    score = scored(right, STORY[1], wrong)

    assert (share(score, "consistent"), share(score, "ordered")) == (1, 1)


def test_an_event_told_anew_without_the_time_of_writing_is_a_contradiction() -> None:
    anew = {name: value for name, value in STORY[1].items() if name != "recordedtime"} | {"officer": "008"}

    assert share(scored(STORY[1], anew), "consistent") == 0.5


def test_a_correction_stands_for_what_it_corrects_and_is_no_event_beside_it() -> None:
    early = event("case.decided", "05T10:00", id="d")
    right = event("case.decided", "09T10:00", id="e", corrects="d")
    score = scored(STORY[1], early, right)

    assert share(score, "ordered") == 1
    assert next(each.looked_at for each in score.parts if each.name == "recorded") == 2


def test_an_event_that_was_taken_back_is_neither_measured_nor_counted() -> None:
    voided = event("event.voided", "09T10:00", id="v", corrects="case.decided@09T10:00")
    score = scored(STORY[4], voided)

    assert (score.cases, score.events, share(score, "begun"), share(score, "attributed")) == (0, 2, None, None)


def test_what_was_corrected_days_later_was_entered_when_it_was_first_said() -> None:
    anew = STORY[1] | {"officer": "008", "recordedtime": "2026-03-20T10:00:00+08:00"}
    corrected = event("case.accepted", "06T10:30", id="c", corrects="case.accepted@06T10:00")
    corrected["recordedtime"] = "2026-03-25T10:00:00+08:00"

    assert share(scored(STORY[1], anew), "timely") == 1
    assert share(scored(STORY[1], anew, corrected), "timely") == 1


def test_one_measure_that_fails_badly_keeps_a_feed_out_whatever_its_points() -> None:
    stories = [{**each, "subject": f"浙A{n}", "id": f"{n}{each['id']}"} for n in range(30) for each in STORY]
    bare = [{**each, "officer": None, "region": None} for each in stories]
    score = scored(*[{k: v for k, v in each.items() if v is not None} for each in bare])

    assert (score.points is not None and score.points > 90, score.passed) == (True, False)
