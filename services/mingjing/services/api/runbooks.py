"""docs/runbooks.md as a page, so that the link of an alert opens where the alert is."""

import re
from html import escape
from pathlib import Path

_CODE = re.compile(r"`([^`]+)`")
_LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)")
_HEADING = "## "


def shipped() -> str:
    """Return the text of docs/runbooks.md, from the package or from the tree it is built of."""
    here = Path(__file__).parent / "runbooks.md"
    return (here if here.is_file() else Path(__file__).parents[4] / "docs" / "runbooks.md").read_text("utf-8")


def page_of(text: str) -> str:
    """Return the page: each heading is an anchor by its own words, as alerts name it; other links are words."""
    head, *sections = text.split(f"\n{_HEADING}")
    title, _, opening = head.removeprefix("# ").partition("\n")
    told = [_section(*each.partition("\n")[::2]) for each in sections]
    return (
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
        f"<h1>{escape(title)}</h1>\n{_paragraphs(opening)}{''.join(told)}</html>\n"
    )


def _section(heading: str, body: str) -> str:
    name = escape(heading.strip())
    return f'<h2 id="{name}">{name}</h2>\n{_paragraphs(body)}'


def _paragraphs(text: str) -> str:
    written = [_CODE.sub(r"<code>\1</code>", _LINK.sub(r"\1", escape(each.strip()))) for each in text.split("\n\n")]
    return "".join(f"<p>{each}</p>\n" for each in written if each)
