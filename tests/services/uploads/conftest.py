from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import orjson
import pytest
import xlsxwriter


class Drawer:
    """An intake that keeps what it is given and refuses cases of one number."""

    def __init__(self, refused_subject: str = "") -> None:
        self.events: list[dict[str, Any]] = []
        self._refused = refused_subject

    def judge(self, raw_events: Sequence[bytes]) -> Sequence[str | None]:
        return ["此办件不在受理范围" if orjson.loads(raw)["subject"] == self._refused else None for raw in raw_events]

    async def pass_on(self, raw_events: Sequence[bytes]) -> None:
        self.events += [orjson.loads(raw) for raw in raw_events]


@pytest.fixture
def drawer() -> Drawer:
    return Drawer()


@pytest.fixture
def write_csv(tmp_path: Path) -> Callable[..., Path]:
    def write(text: str, encoding: str = "utf-8") -> Path:
        path = tmp_path / "upload.csv"
        path.write_bytes(text.encode(encoding))
        return path

    return write


@pytest.fixture
def write_xlsx(tmp_path: Path) -> Callable[..., Path]:
    def write(*rows: Sequence[object]) -> Path:
        path = tmp_path / "upload.xlsx"
        with xlsxwriter.Workbook(str(path)) as book:
            sheet = book.add_worksheet()
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
        return path

    return write
