"""What may be published, short of writing it to Kafka."""

from collections.abc import Callable
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result

from mingjing.rules.publication import digest_of
from mingjing.services.cli.rules import rules

Law = Callable[..., Path]
LATER = "2099-01-01"


def _publish(*arguments: str, in_force: str = LATER) -> Result:
    return CliRunner().invoke(
        rules, ["publish", *arguments, "--in-force", in_force, "--by", "李四", "--dry-run"], catch_exceptions=False
    )


@pytest.fixture
def tried(law: Law, log: list[str], tmp_path: Path) -> tuple[Path, Path]:
    """Return a second version and its back-test against the first."""
    new, out = law("2", limit="4wd", drawn="2026-03-13"), tmp_path / "tried.json"
    CliRunner().invoke(rules, ["backtest", str(law("1")), str(new), *log, "--out", str(out)])
    return new, out


def test_a_pack_is_published_whole_with_the_digest_of_its_text(law: Law) -> None:
    path = law("1")
    done = _publish(str(path))

    assert done.exit_code == 0
    assert done.output.startswith("pack/p/1  自 ")
    assert digest_of(path.read_text("utf-8"))[:16] in done.output


def test_a_pack_that_check_refuses_is_not_published(law: Law) -> None:
    done = _publish(str(law("1", limit="9wd")))

    assert done.exit_code == 1
    assert "example '逾期'" in done.output


def test_a_back_test_of_the_file_goes_with_it(tried: tuple[Path, Path]) -> None:
    new, out = tried

    assert _publish(str(new), "--backtest", str(out)).exit_code == 0


def test_a_back_test_of_another_text_does_not(tried: tuple[Path, Path]) -> None:
    new, out = tried
    new.write_text(new.read_text("utf-8") + "# 又改了一处\n", "utf-8")

    assert "is not the file that was back-tested" in _publish(str(new), "--backtest", str(out)).output


def test_a_back_test_somebody_changed_is_refused(tried: tuple[Path, Path]) -> None:
    new, out = tried
    record = orjson.loads(out.read_bytes())
    out.write_bytes(orjson.dumps(record | {"cases": 1}))

    assert "has been changed since" in _publish(str(new), "--backtest", str(out)).output


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"digest": "x", "files": {"new": {}}}'])
def test_a_file_that_is_no_back_test_is_refused(law: Law, tmp_path: Path, text: str) -> None:
    path = tmp_path / "tried.json"
    path.write_text(text, "utf-8")

    done = _publish(str(law("1")), "--backtest", str(path))

    assert done.exit_code == 1
    assert "tried.json" in done.output


def test_an_instant_nobody_can_read_is_refused(law: Law) -> None:
    assert "--in-force: 'soon' is neither" in _publish(str(law("1")), in_force="soon").output


def test_a_version_must_be_published_before_it_comes_into_force(law: Law) -> None:
    assert "at least 10 minutes before" in _publish(str(law("1")), in_force="2020-01-01").output
