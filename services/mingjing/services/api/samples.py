"""Samples of what the API takes and answers, made from the schemas, so that none can be at odds with its own."""

from collections.abc import Mapping
from typing import Any, Final

_INSTANT: Final = "2026-03-06T10:00:00+08:00"

_TEXTS: Final[Mapping[str, str]] = {
    "agency": "11330100MB1234567A",
    "region": "330106000000",
    "enterprise": "91330106MA2ABCDE1X",
    "case_key": "11330100MB1234567A/2026-1",
    "case": "11330100MB1234567A/2026-1",
    "subject": "2026-1",
    "card_id": "0" * 32,
    "letter": "0" * 32,
    "rule": "TL-04",
    "rung": "TL-05",
    "item": "000131001000",
    "item_title": "食品经营许可",
    "title": "办结时限",
    "name": "wang",
    "actor": "wang",
    "type": "case.accepted",
    "source": "urn:yunzhou:scjg",
    "message": "申请已受理",
    "detail": "申请已受理",
    "digest": "0" * 32,
    "hash": "0" * 64,
    "next_cursor": "WzE3NzI3Njk2MDAwMDBd",
    "feed": "AAAB",
    "stage_feed": "AAAB",
}
"""What stands in text of these names; all other text is the sample of text."""

_TEXT: Final = "示例"
_DEEP: Final = 8


def sample(schema: Mapping[str, Any], components: Mapping[str, Any], name: str = "", deep: int = 0) -> Any:
    """Return a value that `schema` allows; `components` are the schemas that it may refer to.

    What the schema itself gives as an example or a default is preferred. Lists have one
    element, none where the schema leads back to itself.
    """
    if "$ref" in schema:
        schema = components[schema["$ref"].rpartition("/")[2]]
    for said in ("example", "const", "default"):
        if said in schema:
            return list(schema[said]) if isinstance(schema[said], tuple) else schema[said]
    for listed in ("examples", "enum"):
        if schema.get(listed):
            return schema[listed][0]
    for choice in ("anyOf", "oneOf"):
        if choice in schema:
            return sample(schema[choice][0], components, name, deep)
    if "allOf" in schema:
        return sample(schema["allOf"][0], components, name, deep)
    return _plain(schema, components, name, deep)


def _plain(schema: Mapping[str, Any], components: Mapping[str, Any], name: str, deep: int) -> Any:
    made: Any = {}
    match schema.get("type"):
        case "object":
            properties = schema.get("properties", {})
            made = {each: sample(properties[each], components, each, deep + 1) for each in properties}
            if len(made) < schema.get("minProperties", 0):
                made[_TEXT] = sample(schema.get("additionalProperties") or {}, components, name, deep + 1)
        case "array":
            made = _list(schema, components, name, deep)
        case "integer" | "number":
            made = max(schema.get("minimum", 1), min(1, schema.get("maximum", 1)))
        case "boolean":
            made = True
        case "null":
            made = None
        case "string":
            made = _text(schema, name)
    return made


def _list(schema: Mapping[str, Any], components: Mapping[str, Any], name: str, deep: int) -> list[Any]:
    if "prefixItems" in schema:
        return [sample(each, components, name, deep + 1) for each in schema["prefixItems"]]
    items = schema.get("items")
    if not items or deep > _DEEP:
        return []
    return [sample(items, components, name, deep + 1) for _ in range(max(1, schema.get("minItems", 1)))]


def _text(schema: Mapping[str, Any], name: str) -> str:
    if schema.get("format") == "date-time" or name == "at" or name.endswith("_at"):
        return _INSTANT
    if schema.get("format") == "date":
        return _INSTANT[:10]
    text = _TEXTS.get(name, _TEXT)
    return text.ljust(schema.get("minLength", 0), "。")[: schema.get("maxLength", len(text) + 999)]
