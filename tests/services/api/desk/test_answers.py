import asyncio

import pytest

from mingjing.rules.card_action import Outcome
from mingjing.services.api.desk.answers import Answers
from mingjing.services.api.feed.entry import StageHead


def told(action_id: str, *, accepted: bool = True) -> StageHead:
    outcome = Outcome(action_id=action_id, card_id="c1", accepted=accepted, revision=2, stage="signed")
    return StageHead(
        card_id="c1", case_key="91/1", ver=(1, 1, 0), agency="91", region=None, outcome=outcome, level="yellow"
    )


@pytest.fixture
def answers() -> Answers:
    return Answers(most=2)


def test_who_waits_is_woken_by_the_answer(answers: Answers) -> None:
    async def wait() -> Outcome | None:
        asyncio.get_running_loop().call_soon(answers.hear, told("a1"))
        return await answers.wait("a1", 5.0)

    outcome = asyncio.run(wait())
    assert outcome is not None
    assert outcome.accepted


def test_an_answer_that_came_first_is_not_waited_for(answers: Answers) -> None:
    answers.hear(told("a1", accepted=False))

    outcome = asyncio.run(answers.wait("a1", 0.0))
    assert outcome is not None
    assert not outcome.accepted


def test_without_an_answer_there_is_none(answers: Answers) -> None:
    assert asyncio.run(answers.wait("a1", 0.0)) is None


def test_an_action_asked_again_waits_for_an_answer_of_its_own(answers: Answers) -> None:
    answers.hear(told("a1", accepted=False))
    answers.forget("a1")

    assert asyncio.run(answers.wait("a1", 0.0)) is None


def test_the_oldest_answer_is_forgotten_first(answers: Answers) -> None:
    for each in ("a1", "a2", "a3"):
        answers.hear(told(each))

    assert [answers.known(each) is not None for each in ("a1", "a2", "a3")] == [False, True, True]


def test_a_record_that_answers_nothing_is_passed_over(answers: Answers) -> None:
    answers.hear(
        StageHead(card_id="c1", case_key="91/1", ver=(1, 1, 0), agency=None, region=None, outcome=None, level=None)
    )

    assert answers.known("c1") is None
