"""What `mingjing report` says to who asks for what cannot be."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from mingjing.rules.rulebook import Rulebook
from mingjing.services.cli import report as commands
from mingjing.services.ledger.connection import Pool
from mingjing.services.reports.desk import ReportDesk
from mingjing.services.reports.document import Titles
from mingjing.services.reports.period import Month
from mingjing.services.rulebook_files import load_rulebook
from mingjing.services.settings import Settings

ZONE = ZoneInfo("Asia/Shanghai")
AGENCIES = Path(__file__).parents[3] / "deploy" / "local" / "agencies.yaml"
NOVEMBER_MS = Month(2026, 11).bounds(ZONE)[0]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., tuple[int, str]]:
    """A terminal on the first of November 2026; no ledger and no broker answers."""

    @contextmanager
    def following(*_: Any) -> Iterator[Callable[[], Rulebook]]:
        yield load_rulebook

    def open_desk(settings: Settings, *_: Any) -> ReportDesk:
        titles = Titles("云州市", {}, {}, {}, {})
        return ReportDesk(
            *(Pool(settings, 1), ZONE, lambda: titles, lambda _: {}),
            covered=lambda *_: None,
            now_ms=lambda: NOVEMBER_MS,
        )

    monkeypatch.setattr(commands, "following", following)
    monkeypatch.setattr(commands, "open_desk", open_desk)
    monkeypatch.setenv("MINGJING_CLICKHOUSE", "127.0.0.1:1")
    monkeypatch.setenv("MINGJING_AGENCIES", str(AGENCIES))
    out = tmp_path / "made.pdf"

    def run(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(commands.report, [*words, *(() if words[0] == "revisions" else ("--out", str(out)))])
        assert not out.exists()
        return done.exit_code, done.output

    return run


@pytest.mark.parametrize("words", [("efficiency", "2099-01"), ("notice", "2099-01"), ("assess", "2099-01")])
def test_a_month_that_has_not_begun_is_refused_and_nothing_is_written(
    run: Callable[..., tuple[int, str]], words: tuple[str, ...]
) -> None:
    code, said = run(*words)

    assert code == 1
    assert "统计期 2099-01 尚未开始，没有数可报：现在是 2026-11（Asia/Shanghai），最晚可取 2026-11" in said


def test_a_year_that_has_not_begun_is_refused_with_the_one_that_has(run: Callable[..., tuple[int, str]]) -> None:
    assert "最晚可取 2026；" in run("assess", "2027")[1]


def test_no_revision_is_looked_for_of_a_month_that_has_not_begun(run: Callable[..., tuple[int, str]]) -> None:
    code, said = run("revisions", "--month", "2026-12")

    assert (code, "最晚可取 2026-11" in said) == (1, True)


def test_the_month_that_it_is_has_begun(run: Callable[..., tuple[int, str]]) -> None:
    code, said = run("efficiency", "2026-11")

    assert code == 1
    assert "ClickHouse 127.0.0.1:1" in said
