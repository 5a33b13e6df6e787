"""What the API answers about sandboxes; an instant is RFC 3339."""

from typing import Any, Literal

import msgspec

from mingjing.services.api.documents import Receipt


class TriedReceipt(Receipt, kw_only=True):
    """The answer to a post with a sandbox key: nothing was passed on. `cards` are those that the cases would have."""

    sandbox: Literal[True] = True
    cards: list[dict[str, Any]]


class NotTried(msgspec.Struct, kw_only=True):
    """Why events that came over Kafka did not go into the sandbox, none of them: `code` and what to do."""

    sandbox: Literal[True] = True
    events: int
    code: str
    detail: str


class TriedFile(msgspec.Struct, kw_only=True):
    """What became of the rows of a file that was tried; nothing was passed on.

    `errors` is the spreadsheet of the rows returned, in base64, null where there are none; `cards` are those that
    the cases of the sandbox would have.
    """

    sandbox: Literal[True] = True
    rows: int
    accepted: int
    returned: int
    events: int
    remarks: dict[str, int]
    errors: str | None
    cards: list[dict[str, Any]]


class WouldBeCards(msgspec.Struct, kw_only=True):
    """The cards of a sandbox as of `until`, in the form of `mingjing replay`.

    `cases` and `events` are how many the sandbox holds.
    """

    until: str
    cases: int
    events: int
    cards: list[dict[str, Any]]
