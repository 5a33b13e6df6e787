"""The shape of the project itself: rooms, sizes, words."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("rules", "streams", "services")
LONGEST = 300
BANNED = re.compile(r"^class \w+(Manager|Helper|Util|Handler|Processor|Service|Base|Info|Data)\b", re.MULTILINE)
SOURCES = sorted(
    path for room in ROOMS for path in (ROOT / room / "mingjing").rglob("*.py") if "node_modules" not in path.parts
)


@pytest.mark.parametrize("room", ROOMS)
def test_the_namespace_has_no_init_of_its_own(room: str) -> None:
    assert not (ROOT / room / "mingjing" / "__init__.py").exists()


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_fits_in_the_head(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= LONGEST


def test_there_is_no_drawer() -> None:
    drawers = {"utils", "util", "helpers", "common", "misc", "base"}

    assert [path for path in SOURCES if drawers & {path.stem, *path.parent.parts[-3:]}] == []


def test_no_class_is_named_for_its_vagueness() -> None:
    assert [(path.name, found.group()) for path in SOURCES if (found := BANNED.search(path.read_text("utf-8")))] == []


def test_nothing_is_left_open_in_the_source() -> None:
    words = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")

    assert [path for path in SOURCES if words.search(path.read_text("utf-8"))] == []
