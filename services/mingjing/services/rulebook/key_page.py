"""The page of keys: every key of every kind of file, read off the schemas, with what it means."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from mingjing.services.rulebook.meanings import CHANNEL, RULE, TOP, explained_at, meanings
from mingjing.services.rulebook.schemas import TITLES, schemas

HEAD = """# 文件的各键 · Every key of every file

规则室的每一种文件有哪些键、各写什么、不写时怎样。由读取程序的声明生成
（`mingjing rules document`），与[JSON Schema](rulebook.md)同源，
编辑器里悬停所见即是此处的话；怎样用见[怎样写一条规则](rules.md)。没有列在这里的键一律拒绝。

Generated from the readers themselves: what may be written under each key, what holds where it is left out, and what
it is for. A key that is not listed here is refused.

`a.b` 是 `a` 之下的 `b`，`<名称>` 是自己起的名称或代码；可写一列的，只有一个时可以直接写它。
“时限”“门槛”“选取”的写法见[规则的共同部分](rules.md)，“路径”如 `item.steps[event.step].limit`。
"""
PARTS = {
    RULE: "每条规则的共同部分 · Every rule",
    f"{RULE}.cards": "`cards`：各级 · Levels",
    CHANNEL: "每个通道的共同部分 · Every channel",
    "#rung": "`cards` 的一级写成 `{at, id}` 时 · One level",
    "#selector": "选取写成 `{event, which, where}` 时 · A selector",
}
"""What the parts that stand in many places are called."""


class Key(NamedTuple):
    """A key that a schema lets stand at a place, whether it must, and the words it takes if only a few."""

    place: str
    name: str
    needed: bool
    words: tuple[str, ...]


def keys_of(schema: Mapping[str, Any]) -> Iterator[Key]:
    """Yield the keys of a kind of file, place by place; one that several forms of a place share, once for each."""
    yield from _walk(schema, "")
    for name, part in schema["$defs"].items():
        yield from _walk(part, f"#{name}")


def key_page() -> str:
    """Return the page, a section for each kind of file, a table for each place."""
    return "\n".join([HEAD, *(line for name in TITLES for line in _section(name))])


def _walk(schema: Any, place: str) -> Iterator[Key]:
    if not isinstance(schema, dict):
        return
    for name, value in schema.get("properties", {}).items():
        yield Key(place, name, name in schema.get("required", ()), tuple(_words(value)))
        yield from _walk(value, f"{place}.{name}")
    for each in schema.get("anyOf", ()):
        yield from _walk(each, place)
    yield from _walk(schema.get("items"), place)
    yield from _walk(schema.get("additionalProperties"), f"{place}.*")


def _words(schema: Mapping[str, Any]) -> dict[str, None]:
    """Return the words that may stand under a key; both ways of writing yes and no are one."""
    found = dict.fromkeys(str(each).lower() if isinstance(each, bool) else each for each in schema.get("enum", ()))
    for each in (*schema.get("anyOf", ()), *([schema["items"]] if "items" in schema else ())):
        found |= _words(each)
    return found


def _section(name: str) -> Iterator[str]:
    found: dict[str, dict[str, Key]] = {}
    for key in keys_of(schemas()[name]):
        rows = found.setdefault(explained_at(name, key.place, key.name), {})
        known = rows.get(key.name)
        rows[key.name] = key._replace(needed=key.needed and (known is None or known.needed))
    yield f"## {TITLES[name]} · {name}\n"
    for place, said in meanings(name).items():
        if place != TOP:
            yield f"### {_called(place)}\n"
        yield "| 键 | 写法 | 不写时 | 含义 |"
        yield "|---|---|---|---|"
        for word, meaning in said.items():
            key = found[place][word]
            form = meaning.form or " ".join(f"`{each}`" for each in key.words)
            absent = "必写" if key.needed else meaning.absent
            yield f"| `{word}` | {_cell(form)} | {_cell(absent)} | {_cell(meaning.says)} |"
        yield ""


def _called(place: str) -> str:
    """Return the heading of a place: what it is called, or how its keys are reached."""
    if place in PARTS:
        return PARTS[place]
    path = place.partition(":")[2] or place.lstrip("#.")
    path = path.replace(".*", ".<名称>")
    return f"`{path}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
