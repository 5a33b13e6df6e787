"""The law that a process goes by while it is at work."""

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from mingjing.rules.publication import Publication
from mingjing.services.agencies import Agencies, parse_agencies
from mingjing.services.rulebook import following
from mingjing.services.rulebook.following import RulebookFollower
from mingjing.services.rulebook.history import Installed
from mingjing.services.settings import read_settings
from mingjing.streams.broker import Broker
from mingjing.streams.ports import Heard

PACK = "pack: q\nversion: '1'\nrules:\n  - {id: Q, kind: sequence, step: S, requires: A, cards: {yellow: broken}}\n"
ANSWER_S = 30


class Silent:
    """A topic on which nothing was published."""

    refused: Sequence[str] = ()

    def __init__(self, _: Broker) -> None: ...

    def catch_up(self) -> list[Publication]:
        return []

    def close(self) -> None: ...


def register(delay_s: int) -> Agencies:
    return parse_agencies(
        f"""agencies:
  - {{code: 11990100MB0000019L, title: 甲局, region: "990100000000", sources: [urn:a], delay_s: {delay_s}}}
regions: [{{code: "990100000000", title: 云州市, tier: 市}}]
""",
        "agencies.yaml",
    )


@pytest.fixture
def agencies() -> Agencies:
    return register(0)


@pytest.fixture
def laws(tmp_path: Path, agencies: Agencies, monkeypatch: pytest.MonkeyPatch) -> Iterator[RulebookFollower]:
    monkeypatch.setattr(following, "RulebookReader", Silent)
    monkeypatch.setattr(following, "ASK_EVERY_S", 0.01)
    (tmp_path / "q.yaml").write_text(PACK, "utf-8")
    follower = RulebookFollower(Broker("x:9"), Installed(read_settings(packs=[tmp_path / "q.yaml"]), agencies))
    yield follower
    follower.close()


def told(laws: RulebookFollower) -> Heard:
    """Return the next news, waited for."""
    while (news := laws.news()) is None:
        assert not threading.Event().wait(0.01)
    return news


@pytest.mark.timeout(ANSWER_S)
def test_a_delay_that_is_declared_is_news_of_the_law(laws: RulebookFollower, agencies: Agencies) -> None:
    assert told(laws).rulebook.delays == {}

    agencies.take(register(86400))

    assert told(laws).rulebook.delays == {"urn:a": 86_400_000_000}
    assert laws.heard.rulebook.delays == {"urn:a": 86_400_000_000}
