"""What the ledger refuses and why, told by what the caller may do next.

LedgerError
├── LedgerUnavailable   try again: the server is away, busy, full or not yet migrated
├── LedgerRefused       never again with these values: the statement or a row does not fit
└── CursorRefused       the cursor was not made by this ledger for this list
"""


class LedgerError(Exception):
    """Any answer of the ledger that is not what was asked for."""


class LedgerUnavailable(LedgerError):
    """The same call may succeed later; nothing of it needs to change."""


class LedgerRefused(LedgerError):
    """The same call will be refused for ever; it must be changed or set aside."""


class CursorRefused(LedgerError):
    """A page was asked for with a cursor that no page of this list has given."""
