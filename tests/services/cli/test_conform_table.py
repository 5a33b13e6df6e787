from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result

from mingjing.services.cli.conform import conform

AGENCIES = "deploy/local/agencies.yaml"
CODE = "11990100MB0000019L"
TABLE = ("--standard", "up-pro", "--object", "up_pro_accept")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "受理.csv"
    path.write_text("流水号,受理时间\n浙1,2026-03-06 10:00:00\n浙2,三月\n", encoding="utf-8")
    return path


def asked(table: Path, *more: str) -> Result:
    return CliRunner().invoke(conform, [str(table), "--agency", CODE, "--agencies", AGENCIES, *more])


def test_a_table_is_scored_and_each_fault_told_by_row_and_column(table: Path) -> None:
    ended = asked(table, *TABLE, "--column", "流水号=办件编号")

    assert ended.exit_code == 1
    assert "2 行：可收 1 行，退回 1 行" in ended.output
    assert "第3行 受理时间（accept_date） “三月”：受理时间：时间 '三月' 无法识别" in ended.output


def test_a_table_is_told_to_programs_as_json(table: Path) -> None:
    told = orjson.loads(asked(table, *TABLE, "--column", "流水号=办件编号", "--json").output)

    assert (told["rows"], told["faults"][0]["row"], told["score"]["events"]) == (2, 3, 2)


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        (TABLE, "流水号"),
        (("--standard", "up-pro"), "请以 --object 写明"),
        (("--standard", "up-pro", "--object", "up_pro_acept"), "did you mean 'up_pro_accept'"),
        ((*TABLE, "--column", "流水号=编号"), "不是办件受理信息的列"),
        ((*TABLE, "--source", "urn:other"), "不是"),
        (("--object", "up_pro_accept"), "give --standard"),
    ],
)
def test_what_was_asked_wrongly_ends_with_2_and_says_how(table: Path, said: tuple[str, ...], answer: str) -> None:
    ended = asked(table, *said)

    assert (ended.exit_code, answer in ended.output) == (2, True)
