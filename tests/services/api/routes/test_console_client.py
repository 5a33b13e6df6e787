"""The console is typed by the API's own OpenAPI document, as it is."""

import os
from pathlib import Path
from typing import Any

import orjson
from fastapi import FastAPI

PROMISE = Path(__file__).parents[4] / "services/mingjing/services/console/app/openapi.json"
WORDS = ("description", "example", "examples", "summary", "title", "headers")
"""What is said about shapes and does not change them."""


def test_the_console_is_typed_by_the_interface_as_it_is(app: FastAPI) -> None:
    """`WRITE_OPENAPI=1 pytest` of this file writes the document anew."""
    promised = app.openapi()
    shapes = {"openapi": promised["openapi"], "info": {"title": "明镜", "version": "1"}} | _without_words(
        {"paths": promised["paths"], "components": {"schemas": promised["components"]["schemas"]}}
    )
    written = orjson.dumps(shapes, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)
    if "WRITE_OPENAPI" in os.environ:
        PROMISE.write_bytes(written)

    assert PROMISE.read_bytes() == written, "run this test with WRITE_OPENAPI=1, then `npm run check` in the console"


def _without_words(node: Any, *, named: bool = False) -> Any:
    """Return a part of the document without words and refusals; under `properties` every name is a field's."""
    if isinstance(node, list):
        return [_without_words(each) for each in node]
    if not isinstance(node, dict):
        return node
    return {
        name: _without_words(part, named=name == "properties")
        for name, part in node.items()
        if named or (name not in WORDS and not (name.isdigit() and name >= "300"))
    }
