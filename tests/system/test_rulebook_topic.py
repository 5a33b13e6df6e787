"""Versions of the law on a real broker: what was published once is there for ever, as it was."""

from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from mingjing.rules.publication import Publication, PublicationRefused, digest_of
from mingjing.services.cli.rules import rules
from mingjing.services.rulebook.topic import RulebookTopic
from mingjing.services.stack.addresses import Address
from mingjing.streams.broker import Broker
from mingjing.streams.kafka_topics import apply

pytestmark = pytest.mark.system

HOUR = 3_600_000_000
NOON = 1_800_000_000_000_000


@pytest.fixture
def topic(kafka: Address) -> RulebookTopic:
    apply(Broker(str(kafka)), 1, [])
    return RulebookTopic(Broker(str(kafka)))


def _published(version: str, hours: int) -> Publication:
    text = f"pack: p\nversion: {version}\n"
    return Publication(
        room="pack",
        id="p",
        version=version,
        text=text,
        digest=digest_of(text),
        in_force=NOON + hours * HOUR,
        published=NOON,
        by="李四",
        backtest="ab" * 32,
    )


def test_a_version_is_published_once_and_a_batch_is_whole_or_not_at_all(topic: RulebookTopic) -> None:
    first, second = _published("1", 1), _published("2", 2)
    assert topic.known() == {}

    topic.publish([first])
    with pytest.raises(PublicationRefused, match="never overwritten"):
        topic.publish([second, msgspec.structs.replace(first, in_force=NOON + 9 * HOUR)])
    assert topic.known() == {first.key: first}

    topic.publish([second])
    assert list(topic.known().values()) == [first, second]


def test_the_command_begins_an_installation_and_then_asks_for_a_second_person(
    topic: RulebookTopic, kafka: Address, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not topic.known():
        topic.publish([_published("1", 1)])
    before = topic.known()
    monkeypatch.setenv("MINGJING_KAFKA", str(kafka))
    (tmp_path / "q.yaml").write_text("profile: q\nversion: '1'\ncards: {}\n", "utf-8")
    asked = ["publish", str(tmp_path / "q.yaml"), "--in-force", "2099-01-01", "--by", "李四"]
    done = CliRunner().invoke(rules, asked)

    assert done.exit_code == 1
    assert "此后须由一人提请、另一角色的人批准" in done.output
    assert topic.known() == before
