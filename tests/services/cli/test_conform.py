from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner

from mingjing.services.cli.conform import conform

AGENCIES = "deploy/local/agencies.yaml"
CODE = "11990100MB0000019L"


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    told = "2026-03-06T10:00:00+08:00"
    event = {
        "specversion": "1.0",
        "id": "1",
        "source": "urn:yunzhou:scjg",
        "type": "case.accepted",
        "subject": "浙A1",
        "time": told,
        "recordedtime": told,
        "item": "11990100MB0000035A3000131004000",
        "region": "990100000000",
        "officer": "007",
    }
    path = tmp_path / "feed.jsonl"
    path.write_bytes(orjson.dumps(event) + b"\n")
    return path


def test_a_feed_that_passes_ends_with_0_and_says_so(feed: Path) -> None:
    ended = CliRunner().invoke(conform, [str(feed), "--agency", CODE, "--agencies", AGENCIES])

    assert (ended.exit_code, "可以接入" in ended.output) == (0, True)


def test_a_feed_that_fails_ends_with_1_and_explains(feed: Path) -> None:
    feed.write_bytes(b"{}\n")
    ended = CliRunner().invoke(conform, [str(feed), "--agency", CODE, "--agencies", AGENCIES])

    assert (ended.exit_code, "暂不能接入" in ended.output, "第1条" in ended.output) == (1, True, True)


def test_a_feed_with_points_enough_is_told_which_measure_keeps_it_out(feed: Path) -> None:
    event = orjson.loads(feed.read_bytes())
    event.pop("recordedtime")
    feed.write_bytes(orjson.dumps(event) + b"\n")
    ended = CliRunner().invoke(conform, [str(feed), "--agency", CODE, "--agencies", AGENCIES])

    assert ended.exit_code == 1
    assert "须满 90 分，且每项不低于 80%；低于 80% 的项：录入可查" in "".join(ended.output.split("\n"))


def test_a_type_that_no_rule_will_ever_read_is_named(feed: Path) -> None:
    feed.write_bytes(feed.read_bytes().replace(b"case.accepted", b"case.acceptd"))
    asked = [str(feed), "--agency", CODE, "--agencies", AGENCIES]
    said, told = (CliRunner().invoke(conform, [*asked, *more]).output for more in ([], ["--json"]))

    assert "注意 1 条：词汇表没有事件类型 case.acceptd，没有规则会读; did you mean 'case.accepted'" in said
    assert orjson.loads(told)["unread_types"] == {"case.acceptd": 1}


def test_an_agency_that_is_not_known_is_refused_with_those_that_are(feed: Path) -> None:
    ended = CliRunner().invoke(conform, [str(feed), "--agency", "91", "--agencies", AGENCIES])

    assert (ended.exit_code, CODE in ended.output) == (2, True)


def test_a_feed_that_is_not_there_ends_with_2() -> None:
    ended = CliRunner().invoke(conform, ["absent.jsonl", "--agency", CODE, "--agencies", AGENCIES])

    assert ended.exit_code == 2


def test_the_score_is_told_to_programs_as_json(feed: Path) -> None:
    ended = CliRunner().invoke(conform, [str(feed), "--agency", CODE, "--agencies", AGENCIES, "--json"])

    assert orjson.loads(ended.output)["points"] == 100.0
