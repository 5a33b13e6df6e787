"""What stands at a path that a pack names: in an event, the attributes of its case, or its item."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from mingjing.rules.events import Fact

_LOOKED_UP = re.compile(r"(?P<list>\w+\.[^\[\]]+)\[(?P<under>[^\[\]]+)\](?:\.(?P<rest>.+))?")

Read = Callable[[Fact, Mapping[str, Any], Mapping[str, Any]], Any]
"""What a fact, the attributes of its case and its item have at one path."""


def value_for(path: str, fact: Fact, *, case: Mapping[str, Any], item: Mapping[str, Any]) -> Any:
    """Return what stands at a path as `fact` sees it, or None when it is absent.

    Besides the paths of `value_at` these may be `event.…`, an attribute of the
    envelope, and `item.steps[event.step].limit`, which looks a name up.
    """
    return reading(path)(fact, case, item)


@lru_cache(maxsize=4096)
def reading(path: str) -> Read:
    """Return what reads a path of `value_for`; packs name few, and events are asked for them again and again."""
    room, _, rest = path.partition(".")
    if room == "event":
        return lambda fact, _case, _item: getattr(fact, rest, None)
    found = _LOOKED_UP.fullmatch(path)
    if found is None:
        return _straight(path)
    here, under, inner_path = _straight(found["list"]), reading(found["under"]), found["rest"]
    find = None if inner_path is None else _finding(inner_path)

    def look_up(fact: Fact, case: Mapping[str, Any], item: Mapping[str, Any]) -> Any:
        name, listed = under(fact, case, item), here(fact, case, item)
        if name is None or not _is_mapping(listed):
            return None
        inner = listed.get(str(name))
        if find is None:
            return inner
        return find(inner) if _is_mapping(inner) else None

    return look_up


def _straight(path: str) -> Read:
    """Return what reads a path in which nothing is looked up."""
    room, _, rest = path.partition(".")
    find = _finding(rest)
    match room:
        case "data":
            return lambda fact, _case, _item: find(fact.data)
        case "case":
            return lambda _fact, case, _item: find(case)
        case "item":
            return lambda _fact, _case, item: find(item)
    raise KeyError(room)


def _is_mapping(value: Any) -> bool:
    return type(value) is dict or isinstance(value, Mapping)


def value_at(path: str, *, data: Mapping[str, Any], case: Mapping[str, Any], item: Mapping[str, Any]) -> Any:
    """Return what stands at `data.…`, `case.…` or `item.…`, or None when it is absent.

    An empty text is absent. A dotted rest is tried as one key first, with its dots
    and with colons for them, so that columns such as `done.date` and `org:group` are
    found: `case.org.group` and `case.org:group` are one.
    """
    room, _, rest = path.partition(".")
    return _finding(rest)({"data": data, "case": case, "item": item}[room])


@lru_cache(maxsize=4096)
def _finding(rest: str) -> Callable[[Mapping[str, Any]], Any]:
    """Return what finds the rest of a path in what its first word means."""
    if "." not in rest:

        def find_word(here: Mapping[str, Any]) -> Any:
            value = here.get(rest)
            return None if value == "" else value

        return find_word
    coloned, keys = rest.replace(".", ":"), rest.split(".")

    def find(here: Any) -> Any:
        if rest in here:
            here = here[rest]
        elif coloned in here:
            here = here[coloned]
        else:
            for key in keys:
                if not isinstance(here, Mapping) or key not in here:
                    return None
                here = here[key]
        return None if here == "" else here

    return find
