"""A worker asks what was published, tells every owner, and does not judge on by law it has not heard of."""

from typing import Any

import pytest

from mingjing.rules.publication import Publication, digest_of
from mingjing.rules.rulebook import Rulebook
from mingjing.streams import metrics
from mingjing.streams.law import MOST_SILENT_S, Law, LawUnheard, ask
from mingjing.streams.ports import Heard


class Topic:
    """What is published, in memory."""

    def __init__(self, news: Heard | None = None, silent_s: float = 0.0) -> None:
        self._news = news
        self._silent_s = silent_s

    def news(self) -> Heard | None:
        news, self._news = self._news, None
        return news

    def silent_s(self) -> float:
        return self._silent_s


class Owners:
    """Remembers what it was told to judge by."""

    def __init__(self) -> None:
        self.judged_by: list[Rulebook] = []

    def adopt(self, rulebook: Rulebook) -> None:
        self.judged_by.append(rulebook)


@pytest.fixture
def book(engine: Any) -> Rulebook:
    found: Rulebook = engine.rulebook
    return found


def test_what_was_published_is_told_to_every_owner_once(book: Rulebook) -> None:
    version = Publication(
        room="pack", id="law", version="7", text="", digest=digest_of(""), in_force=5_000_000, published=0, by="chen"
    )
    law, cases, subjects = Law(book), Owners(), Owners()
    newer = book.part(book.packs, "newer")
    topic = Topic(Heard(newer, [version]))
    for _ in range(3):
        ask(topic, law, cases, subjects)

    assert cases.judged_by == [newer]
    assert subjects.judged_by == [law.of_subjects]
    assert law.rulebook is newer
    assert metrics.PUBLISHED_IN_FORCE.labels("pack/law/7")._value.get() == 5.0


def test_the_law_that_the_owners_began_with_is_not_taken_over_again(book: Rulebook) -> None:
    law, cases, subjects = Law(book), Owners(), Owners()
    ask(Topic(Heard(book, [])), law, cases, subjects)

    assert cases.judged_by == subjects.judged_by == []


def test_a_worker_that_has_not_heard_for_long_does_not_judge_on(book: Rulebook) -> None:
    with pytest.raises(LawUnheard, match="could not be read for 241 s"):
        ask(Topic(silent_s=MOST_SILENT_S + 1), Law(book), Owners(), Owners())
