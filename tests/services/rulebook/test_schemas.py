"""The published schemas agree with the readers on every file, every key nobody knows and every key that is missing."""

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml
from jsonschema import Draft202012Validator

from mingjing.rules.witness import Reading, witnessed
from mingjing.rules.yaml_page import PackRefused, YamlPage
from mingjing.services.rulebook.schemas import SAMPLES, TITLES, corpus, read, schemas

DOCS = Path(__file__).parents[3] / "docs" / "schemas"
FILES = [(name, path) for name in TITLES for path in corpus(name)]
Step = str | int


def _plain(text: str) -> Any:
    page = YamlPage(text, "x")
    return page.plain(page.root)


def _valid(name: str, instance: Any) -> bool:
    return Draft202012Validator(schemas()[name]).is_valid(instance)


def _readable(name: str, instance: Any, folder: Path) -> bool:
    path = folder / "changed.yaml"
    path.write_text(yaml.safe_dump(instance, allow_unicode=True, sort_keys=False), "utf-8")
    try:
        read(name, path)
    except PackRefused:
        return False
    return True


def _places(root: yaml.Node, at: tuple[Step, ...] = ()) -> Iterator[tuple[int, tuple[Step, ...]]]:
    yield id(root), at
    if isinstance(root, yaml.MappingNode):
        for key, value in root.value:
            yield from _places(value, (*at, str(key.value)))
    elif isinstance(root, yaml.SequenceNode):
        for number, each in enumerate(root.value):
            yield from _places(each, (*at, number))


def _sampled(name: str) -> tuple[Any, list[tuple[tuple[Step, ...], Reading]]]:
    """Return the sample of a kind (or the first file that ships), and what its reader asked of which place."""
    sample = SAMPLES / f"{name}.yaml"
    path = sample if sample.is_file() else corpus(name)[0]
    with witnessed() as readings:
        read(name, path)
    instance = _plain(path.read_text("utf-8"))
    root = next(each.root for each in readings if YamlPage(path.read_text("utf-8"), "x").plain(each.root) == instance)
    where = dict(_places(root))
    asked = [(where[id(each.node)], each) for each in readings if id(each.node) in where]
    # of places that differ by their number in a list alone and are read alike, one speaks for all
    alike = {
        (tuple(isinstance(step, int) or step for step in steps), each.how, each.known): (steps, each)
        for steps, each in asked
    }
    return instance, list(alike.values())


def _at(instance: Any, steps: tuple[Step, ...]) -> Any:
    for step in steps:
        instance = instance[step]
    return instance


def _always_needed(name: str) -> dict[tuple[str, ...], set[str]]:
    """Return, by the keys a mapping may have, those that every one of them needs; the others no schema asks for."""
    found: dict[tuple[str, ...], set[str]] = {}
    with witnessed() as readings:
        for path in corpus(name):
            read(name, path)
    for each in readings:
        if each.how == "mapping" and each.known:
            found.setdefault(each.known, set(each.needed)).intersection_update(each.needed)
    return found


def _is_of_a_row(name: str, steps: tuple[Step, ...]) -> bool:
    """Whether a place lies in a row of a table: its columns are the file's own, and no schema knows them."""
    return name == "table" and steps[:1] == ("rows",)


@pytest.mark.parametrize("name", TITLES)
def test_the_committed_schema_is_what_the_readers_say_today(name: str) -> None:
    """If not: `mingjing rules document`."""
    assert orjson.loads((DOCS / f"{name}.json").read_bytes()) == schemas()[name]


@pytest.mark.parametrize("name", TITLES)
def test_a_schema_is_one(name: str) -> None:
    Draft202012Validator.check_schema(schemas()[name])


@pytest.mark.parametrize(("name", "path"), FILES, ids=[path.name for _, path in FILES])
def test_a_file_the_reader_takes_the_schema_takes(name: str, path: Path) -> None:
    errors = list(Draft202012Validator(schemas()[name]).iter_errors(_plain(path.read_text("utf-8"))))

    assert [error.message for error in errors] == []


@pytest.mark.parametrize("name", TITLES)
def test_a_key_nobody_knows_is_refused_by_both_wherever_it_stands(name: str, tmp_path: Path) -> None:
    instance, asked = _sampled(name)
    places = dict.fromkeys(steps for steps, reading in asked if reading.how == "mapping" and reading.known)
    assert places
    for steps in places:
        changed = deepcopy(instance)
        _at(changed, steps)["zzz"] = "1"

        assert not _readable(name, changed, tmp_path), steps
        assert _valid(name, changed) == _is_of_a_row(name, steps), steps


@pytest.mark.parametrize("name", TITLES)
def test_a_key_that_is_needed_is_missed_by_both(name: str, tmp_path: Path) -> None:
    instance, asked = _sampled(name)
    always = _always_needed(name)
    needed = [(steps, key) for steps, each in asked if each.how == "mapping" for key in always.get(each.known, ())]
    for steps, key in dict.fromkeys(needed):
        changed = deepcopy(instance)
        if key in _at(changed, steps) and key != name and len(_at(changed, steps)) > 1:  # {} may be another form
            del _at(changed, steps)[key]

            assert (steps, key, _valid(name, changed), _readable(name, changed, tmp_path)) == (steps, key, False, False)


@pytest.mark.parametrize("name", TITLES)
def test_a_word_outside_the_list_is_refused_by_both(name: str, tmp_path: Path) -> None:
    instance, asked = _sampled(name)
    for steps, reading in asked:
        if reading.how == "word" and steps and not _is_of_a_row(name, steps):
            changed = deepcopy(instance)
            _at(changed, steps[:-1])[steps[-1]] = "zzz"

            assert (steps, _valid(name, changed), _readable(name, changed, tmp_path)) == (steps, False, False)


def test_a_rule_is_offered_the_keys_of_its_kind_alone() -> None:
    rule: dict[str, Any] = {"id": "T", "kind": "separation", "a": "x", "b": "y", "cards": {"yellow": "broken"}}
    pack = {"pack": "p", "version": 1, "rules": [rule]}

    assert _valid("pack", pack)
    assert not _valid("pack", {**pack, "rules": [{**rule, "limit": "3wd"}]})


def test_the_plan_of_notices_that_ships_is_taken() -> None:
    plan = _plain((DOCS.parents[1] / "deploy" / "local" / "notices.yaml").read_text("utf-8"))

    assert _valid("notices", plan)


def test_a_channel_has_any_name_and_the_keys_of_its_kind_alone() -> None:
    channel = {"name": "any-name", "kind": "webhook", "url": "https://oa.example", "secret": {"env": "OA"}}
    plan = {"hosts": ["oa.example"], "channels": [channel], "routes": [{"name": "r", "channels": ["any-name"]}]}

    assert _valid("notices", plan)
    assert not _valid("notices", {**plan, "channels": [{**channel, "kind": "wecom"}]})
    assert not _valid("notices", {**plan, "channels": [{**channel, "to": "13800000000"}]})
    assert not _valid("notices", {**plan, "channels": [{**channel, "secret": "plainly-written"}]})
