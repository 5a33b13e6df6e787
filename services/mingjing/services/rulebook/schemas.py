"""JSON Schema (draft 2020-12) of every kind of file, so that editors complete and check what is typed.

It is generated: the readers read what ships and a sample of every form, and what
they ask for is the grammar. A schema says which keys and words there are and
which are needed; what they must mean to each other only the readers know.
"""

from collections import UserDict
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

from mingjing.rules.assessment_text import parse_assessment
from mingjing.rules.witness import witnessed
from mingjing.services.agencies import parse_agencies
from mingjing.services.log_mapping import read_mapping
from mingjing.services.notices.plan import parse_plan
from mingjing.services.rulebook.checking import readers
from mingjing.services.rulebook.grammar import BY_KIND, Place, places
from mingjing.services.rulebook.meanings import meaning
from mingjing.services.rulebook_files import shipped

DIALECT = "https://json-schema.org/draft/2020-12/schema"
SAMPLES = Path(__file__).parent / "samples"
SCALAR: dict[str, Any] = {"type": ["string", "number", "boolean", "null"]}
NUMBER: dict[str, Any] = {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "string", "pattern": "^[0-9]+$"}]}
TITLES = {
    "pack": "规则包",
    "catalogue": "事项目录",
    "calendar": "日历",
    "overlay": "地区与部门的日历叠加",
    "vocabulary": "词汇表",
    "table": "表",
    "profile": "门槛方案",
    "map": "日志的字段映射",
    "agencies": "部门与区划",
    "assessment": "绩效考评的计分办法",
    "notices": "通知计划",
}
ROOTS = {"map": {"case", "event", "time"}, "notices": {"channels", "routes"}}
"""The keys by which a file is known that has none of its kind's name."""

DECLARED_BY_THE_FILE = frozenset({".rows[]"})
"""Mappings whose keys the file itself declares: a row has the columns of its table."""

FOLDERS = {
    "pack": "packs",
    "catalogue": "catalogue",
    "calendar": "calendars",
    "vocabulary": "vocabularies",
    "table": "tables",
    "profile": "profiles",
    "assessment": "assessments",
}


class _AnySecret(UserDict[str, str]):
    """An environment that has every secret a plan names: what it is, no schema asks."""

    def __missing__(self, key: str) -> str:
        return key


def _plan(text: str, name: str) -> object:
    return parse_plan(text, name, SAMPLES, _AnySecret())


LAID_DOWN_ELSEWHERE: dict[str, Callable[[str, str], object]] = {
    "agencies": parse_agencies,
    "assessment": parse_assessment,
    "notices": _plan,
}
"""Readers of files that are no law and are published by nobody."""


@cache
def schemas() -> dict[str, dict[str, Any]]:
    """Return the schema of each kind of file by its name; the same for the same readers and files."""
    return {name: _schema(name) for name in TITLES}


def corpus(name: str) -> list[Path]:
    """Return the files whose reading makes the schema: those that ship, and the sample of every form."""
    found = sorted(shipped(FOLDERS[name]).rglob("*.yaml")) if name in FOLDERS else []
    sample = SAMPLES / f"{name}.yaml"
    return [*found, sample] if sample.is_file() else found


def read(name: str, path: Path) -> object:
    """Read a file as one of its kind; PackRefused with every fault."""
    if name == "map":
        return read_mapping(path)
    reader = LAID_DOWN_ELSEWHERE.get(name) or readers()[name]
    return reader(path.read_text("utf-8"), path.name)


def _schema(name: str) -> dict[str, Any]:
    files = corpus(name)
    readers()  # what they need of their own is read before anyone watches
    with witnessed() as readings:
        for path in files:
            read(name, path)
    of_these = {id(each.root) for each in readings if _kind_key(name, each.root)}
    found = places(each for each in readings if id(each.root) in of_these)
    shared = sorted(path for path in found if path.startswith("#") and "." not in path and "[" not in path)
    return {
        "$schema": DIALECT,
        "title": f"{TITLES[name]} · {name}",
        **_Written(name, found).value(""),
        "$defs": {path.removeprefix("#"): _Written(name, found).value(path) for path in shared},
    }


def _kind_key(name: str, root: Any) -> bool:
    """Whether a root is a file of this kind, and not one read on the way."""
    keys = {str(key.value) for key, _ in root.value}
    return ROOTS.get(name, {name}) <= keys


class _Written:
    """Writes places as schemas."""

    def __init__(self, name: str, found: dict[str, Place]) -> None:
        self._name = name
        self._found = found

    def value(self, path: str) -> dict[str, Any]:
        """Return the schema of what may stand at a place; anything where no reader asks for it."""
        place = self._found.get(path)
        if place is None:
            return {}
        if place.shared:
            return (
                self._by_kind(place) if path in BY_KIND else _any([self._own(path), *map(_ref, sorted(place.shared))])
            )
        return self._own(path)

    def _own(self, path: str) -> dict[str, Any]:
        place = self._found[path]
        single = self._single(path)
        if not place.read("items"):
            if "plain" in place.hows.get("list", ()):
                single.append({"type": "array"})
            return _any(single)
        element = self._found.get(f"{path}[]")
        if element is not None and element.shared and f"{path}[]" in BY_KIND:
            one = self._by_kind(element)
        else:
            shared = [_ref(each) for each in sorted(element.shared)] if element else []
            one = _any([*single, *(self._single(f"{path}[]") if element else []), *shared])
        return _any([one, {"type": "array", "items": one}])

    def _single(self, path: str) -> list[dict[str, Any]]:
        place = self._found[path]
        found: list[dict[str, Any]] = []
        if hows := place.hows.get("scalar", set()) - {"items"}:
            found.append(_scalar(place, hows))
        mapped = place.hows.get("mapping", set())
        if "mapping" in mapped:
            found.append(self._object(path, place))
        elif "plain" in mapped:
            found.append({"type": "object"})
        return found

    def _object(self, path: str, place: Place) -> dict[str, Any]:
        if not place.keys:
            return {"type": "object", "additionalProperties": self.value(f"{path}.*")}
        if path in DECLARED_BY_THE_FILE:
            return {"type": "object"}
        return _any(
            [
                {
                    "type": "object",
                    "properties": {key: self._under(path, key) for key in keys},
                    "required": sorted(needed),
                    "additionalProperties": False,
                }
                for keys, needed in sorted(place.keys.items())
            ]
        )

    def _under(self, path: str, key: str) -> dict[str, Any]:
        """Return what may stand under a key, with what it is for."""
        said = meaning(self._name, path, key)
        return self.value(f"{path}.{key}") | ({"description": said.says} if said else {})

    def _by_kind(self, place: Place) -> dict[str, Any]:
        """Return a rule or a channel: its kind, and by it the keys it may have."""
        parts = {each.partition(":")[2]: each for each in sorted(place.shared)}
        return {
            "type": "object",
            "required": ["kind"],
            "properties": {"kind": {"enum": list(parts)}},
            "allOf": [
                {"if": {"properties": {"kind": {"const": kind}}, "required": ["kind"]}, "then": _ref(part)}
                for kind, part in parts.items()
            ],
        }


def _scalar(place: Place, hows: Iterable[str]) -> dict[str, Any]:
    if "word" in hows:
        words: list[Any] = list(place.words)
        return {"enum": words + [word == "true" for word in words if word in {"true", "false"}]}
    return NUMBER if "number" in hows else SCALAR


def _ref(path: str) -> dict[str, Any]:
    return {"$ref": f"#/$defs/{path.removeprefix('#')}"}


def _any(alternatives: list[dict[str, Any]]) -> dict[str, Any]:
    kept = [each for place, each in enumerate(alternatives) if each and each not in alternatives[:place]]
    return {} if not kept else kept[0] if len(kept) == 1 else {"anyOf": kept}
