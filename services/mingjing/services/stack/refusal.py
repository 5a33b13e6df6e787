"""Why the local stack will not start or go on: always a sentence that names the way out.

StackRefused
└── ProgramFailed    a child process that did not come up, or ended by itself
"""


class StackRefused(Exception):
    """The local stack cannot start here; the text says what is missing and how to mend it."""


class ProgramFailed(StackRefused):
    """A supervised program did not become ready or ended unasked; the text ends with its last log lines."""
