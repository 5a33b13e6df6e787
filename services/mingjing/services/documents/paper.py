"""A letter on paper: PDF/A-2a and PDF/UA-1, laid out as GB/T 9704—2012 says."""

from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import msgspec
import orjson
import typst

from mingjing.services.documents.letter import Letter

MEDIA_TYPE = "application/pdf"


def pdf_of(letter: Letter, fonts: Path | None = None) -> bytes:
    """Return the letter as PDF; equal letters give equal bytes.

    `fonts` is a folder with the office's licensed fonts (仿宋_GB2312 and the like);
    what it lacks, rare characters of names above all, comes from the system's.
    """
    layout = files("mingjing.services.documents").joinpath("letter.typ").read_bytes()
    said = {**msgspec.to_builtins(letter), "chinese_date": letter.chinese_date}
    return typst.compile(
        layout,
        font_paths=_fonts(fonts),
        sys_inputs={"letter": orjson.dumps(said).decode()},
        pdf_standards=["a-2a", "ua-1"],
        timestamp=0,
    )


@lru_cache(maxsize=4)
def _fonts(own: Path | None) -> typst.Fonts:
    """Return the office's fonts and the system's, looked through once a process."""
    return typst.Fonts(font_paths=[own] if own else [])
