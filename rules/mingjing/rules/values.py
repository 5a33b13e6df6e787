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
    if found is None and room == "data":
        find = _finding(rest)
        return lambda fact, _case, _item: find(fact.data)
    if found is None:
        return lambda fact, case, item: value_at(path, data=fact.data, case=case, item=item)
    listed, under, inner_path = found["list"], reading(found["under"]), found["rest"]

    def look_up(fact: Fact, case: Mapping[str, Any], item: Mapping[str, Any]) -> Any:
        name, here = under(fact, case, item), value_at(listed, data=fact.data, case=case, item=item)
        inner = here.get(str(name)) if isinstance(here, Mapping) and name is not None else None
        if inner_path is None or not isinstance(inner, Mapping):
            return inner if inner_path is None else None
        return value_at(f"item.{inner_path}", data={}, case={}, item=inner)

    return look_up


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
