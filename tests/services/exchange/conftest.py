from collections.abc import Sequence
from typing import Any

import orjson
import pytest

from mingjing.services.agencies import Agencies, Agency
from mingjing.services.standards.rows import Remark


class Tray:
    """An intake that keeps what it is given."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.aside: list[tuple[bytes, Remark]] = []

    def judge(self, raw_events: Sequence[bytes]) -> Sequence[str | None]:
        return ["不在受理范围" if orjson.loads(raw)["subject"] == "拒" else None for raw in raw_events]

    async def pass_on(self, raw_events: Sequence[bytes]) -> None:
        self.events += [orjson.loads(raw) for raw in raw_events]

    async def put_aside(self, originals: Sequence[tuple[bytes, Remark]]) -> None:
        self.aside += originals


class Notebook:
    """Marks kept in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def get(self, source: str) -> str | None:
        return self.kept.get(source)

    def set(self, source: str, mark: str) -> None:
        self.kept[source] = mark


@pytest.fixture
def tray() -> Tray:
    return Tray()


@pytest.fixture
def notebook() -> Notebook:
    return Notebook()


@pytest.fixture
def agencies() -> Agencies:
    bureau = Agency(
        code="91330100MA00000001",
        title="云州市市场监督管理局",
        region="330100000000",
        kind="window",
        sources=("urn:a",),
        delay_s=0,
        key_sha256=None,
        types=None,
    )
    return Agencies([bureau], [])
