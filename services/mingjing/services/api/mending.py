"""What the API takes and answers when dead letters are mended many at a time."""

import msgspec


class MendedLine(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """One letter to be handed in again: `original` is the event as it should have been, None as it is."""

    letter: str
    original: str | None = None


class MendedEntry(msgspec.Struct, kw_only=True):
    """What became of one letter: the receipt of what was handed in, or why it was not."""

    letter: str
    receipt: str | None = None
    code: str | None = None
    message: str | None = None


class MendedList(msgspec.Struct):
    """What became of each letter, in the order asked."""

    items: list[MendedEntry]
