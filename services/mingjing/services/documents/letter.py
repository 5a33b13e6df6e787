"""A document as its readers see it, before any paper: heading, number, addressee, body, signature.

The parts and their order are those of GB/T 9704—2012《党政机关公文格式》.
"""

from datetime import date
from typing import Literal

import msgspec

BlockKind = Literal["paragraph", "heading", "subheading", "numbered"]


class Block(msgspec.Struct, frozen=True):
    """One piece of the body; `texts` has one element but for a numbered list."""

    kind: BlockKind
    texts: tuple[str, ...]


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """What a document says. `number` is its 发文字号, `addressee` its 主送机关.

    `signer` is given only where the document goes up (上行文); `attachments` are titles.
    """

    issuer: str
    masthead: str
    number: str
    title: str
    addressee: str
    body: tuple[Block, ...]
    date: date
    signer: str | None = None
    attachments: tuple[str, ...] = ()

    @property
    def chinese_date(self) -> str:
        """The date of the document in full, as 成文日期 is written."""
        return chinese_date(self.date)


def chinese_date(day: date) -> str:
    """Return a date in full, without leading zeros: 2026年3月9日."""
    return f"{day.year}年{day.month}月{day.day}日"
