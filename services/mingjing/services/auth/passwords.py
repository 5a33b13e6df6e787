"""What a password must be, and how it is kept: argon2id (RFC 9106), never the password itself."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 10
LONGEST = 128
KINDS = 3
"""Of small letters, capitals, digits and the rest (GB/T 22239 8.1.4.1 asks for complexity)."""
FORMER = 5
"""How many passwords may not come back, the present one included."""
TELLING = 3
"""A name shorter than this is in too many passwords by chance."""

_hasher = PasswordHasher()

_NOBODY = _hasher.hash("nobody has this one")
"""Checked where there is no account, so that its absence takes as long as a wrong password."""


def hashed(password: str) -> str:
    """Return what is kept of a password."""
    return _hasher.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Return whether the password is the one hashed; as slowly where there is none."""
    try:
        return _hasher.verify(password_hash or _NOBODY, password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def fault_of(password: str, name: str, former_hashes: tuple[str, ...]) -> str | None:
    """Return why `name` cannot have this password, as a sentence; None when they can."""
    if not SHORTEST <= len(password) <= LONGEST:
        return f"口令应为 {SHORTEST} 至 {LONGEST} 个字符"
    kinds = (str.islower, str.isupper, str.isdigit, lambda each: not each.isalnum())
    if sum(any(map(kind, password)) for kind in kinds) < KINDS:
        return "口令应包含大写字母、小写字母、数字、符号中的至少三种"
    if len(name) >= TELLING and name.lower() in password.lower():
        return "口令不得包含账号名"
    if any(matches(each, password) for each in former_hashes):
        return f"不得使用最近 {FORMER} 次用过的口令"
    return None
