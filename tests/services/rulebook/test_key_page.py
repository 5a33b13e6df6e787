"""docs/keys.md names every key that the published schemas allow, and nothing else."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from mingjing.services.rulebook.key_page import key_page, keys_of
from mingjing.services.rulebook.meanings import explained_at, meaning, meanings
from mingjing.services.rulebook.schemas import TITLES, schemas

DOCS = Path(__file__).parents[3] / "docs"
PAGE = (DOCS / "keys.md").read_text("utf-8")


def _allowed(schema: Any) -> Iterator[str]:
    """Yield every key anywhere in a schema."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        for part in (*schema.get("properties", {}).values(), *schema.get("$defs", {}).values()):
            yield from _allowed(part)
        for where in ("anyOf", "allOf"):
            for part in schema.get(where, ()):
                yield from _allowed(part)
        for where in ("then", "items", "additionalProperties"):
            yield from _allowed(schema.get(where))


def test_the_page_is_what_the_readers_say_today() -> None:
    """If not: `mingjing rules document`."""
    assert key_page() == PAGE


@pytest.mark.parametrize("name", sorted(path.stem for path in (DOCS / "schemas").glob("*.json")))
def test_every_key_of_a_schema_stands_in_the_section_of_its_file(name: str) -> None:
    keys = set(_allowed(orjson.loads((DOCS / "schemas" / f"{name}.json").read_bytes())))
    section = PAGE.split(f" · {name}\n", 1)[1].split("\n## ", 1)[0]

    assert keys
    assert sorted(key for key in keys if f"\n| `{key}` |" not in section) == []


@pytest.mark.parametrize("name", TITLES)
def test_every_key_is_explained_at_each_of_its_places(name: str) -> None:
    found = {(key.place, key.name) for key in keys_of(schemas()[name])}

    assert sorted(each for each in found if meaning(name, *each) is None) == []


@pytest.mark.parametrize("name", TITLES)
def test_nothing_is_explained_that_no_reader_knows(name: str) -> None:
    known = {(explained_at(name, key.place, key.name), key.name) for key in keys_of(schemas()[name])}
    said = {(place, key) for place, keys in meanings(name).items() for key in keys}

    assert sorted(said - known) == []


@pytest.mark.parametrize("name", TITLES)
def test_a_key_that_may_be_left_out_says_what_holds_then(name: str) -> None:
    optional = [key for key in keys_of(schemas()[name]) if not key.needed]
    mute = {
        (key.place, key.name) for key in optional if (said := meaning(name, key.place, key.name)) and not said.absent
    }

    assert sorted(mute) == []
