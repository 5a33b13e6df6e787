"""Typesetting with typst: a template of ours, data beside it, nothing from outside."""

import tempfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson
import typst


class TypesettingFailed(Exception):
    """The template and its data do not make a document; the text is the typesetter's."""


def typeset(template: Path, files: Mapping[str, Any], fonts: Path | None = None) -> bytes:
    """Return the PDF that `template` makes of `files`: text for `.svg`, JSON values for `.json`.

    Data reaches the template only through these files, never as markup: nothing an
    agency writes can become a command. Equal input gives equal bytes.

    It is PDF/A-2a, fonts inside, no outside reference, every word readable as tagged text for as long as there are
    archives, and PDF/UA-1: a document without a title, a table without a header or a picture without words is refused.
    """
    with tempfile.TemporaryDirectory(prefix="mingjing-typeset-") as name:
        folder = Path(name)
        (folder / "main.typ").write_text(template.read_text("utf-8"), "utf-8")
        for file, content in files.items():
            packed = content.encode() if isinstance(content, str) else orjson.dumps(content)
            (folder / file).write_bytes(packed)
        paths = (str(fonts),) if fonts is not None else ()
        try:
            return bytes(
                typst.compile(
                    folder / "main.typ", root=folder, font_paths=_fonts(paths), pdf_standards=["a-2a", "ua-1"]
                )
            )
        except RuntimeError as exc:
            raise TypesettingFailed(str(exc)) from exc


@lru_cache(maxsize=4)
def _fonts(paths: tuple[str, ...]) -> typst.Fonts:
    """Return the fonts of these folders and of the machine; looking for them takes most of a small document's time."""
    return typst.Fonts(include_system_fonts=True, font_paths=list(paths))
