"""The cards of a replay as CSV and as one page."""

import csv
import gzip
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mingjing.services.cli.replay import replay

LOG = """case_id,activity,timestamp
N1,A,2026-03-06 10:00
N2,A,2026-03-06 10:00
N2,S,2026-03-09 10:00
=N3,A,2026-03-06 10:00
=N3,S,2026-03-16 00:00
N4,A,2050-03-06 10:00
"""
PACK = """pack: p
version: 1
rules:
  - {id: T, title: 办结<时限>, kind: time-limit, start: A, stop: S, limit: 3wd, cards: {yellow: past, red: past by 1wd}}
"""
Run = Callable[..., tuple[Result, bytes]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Return the outcome of a replay and the file it wrote."""

    def make(out: str, *options: str) -> tuple[Result, bytes]:
        for name, text in (
            ("log.csv", LOG),
            ("pack.yaml", PACK),
            ("map.yaml", "case: case_id\nevent: activity\ntime: timestamp\n"),
        ):
            (tmp_path / name).write_text(text, "utf-8")
        path = tmp_path / out
        files = ["--map", str(tmp_path / "map.yaml"), "--pack", str(tmp_path / "pack.yaml"), "--out", str(path)]
        done = CliRunner().invoke(replay, [str(tmp_path / "log.csv"), *files, *options])
        return done, path.read_bytes() if path.exists() else b""

    return make


def _rows(written: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(written.decode("utf-8-sig"))))


def test_a_csv_has_a_row_for_each_card_and_each_case_not_judged(run: Run) -> None:
    rows = _rows(run("cards.csv", "--until", "2026-03-31")[1])

    assert [(row["case"], row["rule"], row["level"], row["status"]) for row in rows] == [
        ("N1", "T", "red", "standing"),
        ("'=N3", "T", "red", "cleared"),
        ("N4", "", "", "parked"),
    ]
    assert rows[-1]["reason"].startswith("T: calendar cn has no year 2050")


def test_a_csv_tells_each_card_in_both_languages(run: Run) -> None:
    row = _rows(run("cards.csv", "--until", "2026-03-31")[1])[0]

    assert row["说明"].startswith("起算：3 月 6 日 10:00")
    assert row["explanation"].startswith("Started 06 Mar 2026 10:00")


def test_a_cell_that_a_spreadsheet_would_run_is_quoted(run: Run) -> None:
    assert not any(cell.startswith("=") for row in _rows(run("cards.csv")[1]) for cell in row.values())


def test_a_spreadsheet_knows_the_encoding_by_its_mark(run: Run) -> None:
    assert run("cards.csv")[1].startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("form", ["csv", "jsonl", "html"])
def test_every_form_may_be_packed_and_says_the_same(run: Run, form: str) -> None:
    assert gzip.decompress(run(f"cards.{form}.gz")[1]) == run(f"cards.{form}")[1]


@pytest.mark.parametrize("form", ["csv.gz", "html"])
def test_the_same_log_gives_the_same_bytes(run: Run, form: str) -> None:
    assert run(f"a.{form}")[1] == run(f"b.{form}", "--jobs", "2")[1]


def test_the_page_counts_and_shows_samples_and_says_what_was_not_judged(run: Run) -> None:
    page = run("cards.html", "--until", "2026-03-31")[1].decode()

    assert "4 件，6 个事件" in page
    assert "<td>T</td><td>办结&lt;时限&gt;</td><td></td><td></td><td></td><td>2</td>" in page
    assert page.count("<section>") == 2
    assert "1 件，规则 T：calendar cn has no year 2050" in page
    assert "<svg" in page


def test_the_page_loads_nothing_from_anywhere(run: Run) -> None:
    page = run("cards.html")[1].decode().replace("http://www.w3.org/2000/svg", "")

    assert [word for word in ("http", "src=", "<script", "<link", "url(") if word in page] == []


def test_a_form_nobody_writes_is_refused_before_anything_is_judged(run: Run) -> None:
    done, written = run("cards.pdf")

    assert (done.exit_code, written) == (2, b"")
    assert "write .jsonl, .csv, .html" in done.output


def test_a_profile_moves_the_levels_of_a_replay(run: Run, tmp_path: Path) -> None:
    profile = tmp_path / "ours.yaml"
    profile.write_text("profile: ours\nversion: 1\ncards: {T: {warning: past}}\n", "utf-8")

    rows = _rows(run("cards.csv", "--profile", str(profile))[1])

    assert {row["level"] for row in rows if row["rule"]} == {"warning"}


def test_a_profile_nobody_knows_is_refused(run: Run) -> None:
    done, _ = run("cards.csv", "--profile", "hunnan")

    assert "did you mean 'hunan'?" in done.output
