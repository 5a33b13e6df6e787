"""Local accounts: signing in with a password, changing it, being locked out."""

import msgspec

from mingjing.services.auth import passwords
from mingjing.services.registry import Account, Accounts, Sessions, Stage

WRONG_AT_MOST = 5
LOCKED_MS = 15 * 60_000
DAY_MS = 24 * 3_600_000

_REFUSED = f"账号或口令不正确；连续输错 {WRONG_AT_MOST} 次，账号锁定 {LOCKED_MS // 60_000} 分钟"


class SignInRefused(Exception):
    """Nobody was signed in; the text says no more than whoever asks may know."""


class PasswordRefused(Exception):
    """This cannot be the new password; the text says why."""


class People:
    """Signs people in against the accounts; `demo` lets the demo's accounts in, `password_days` ages passwords."""

    def __init__(self, accounts: Accounts, sessions: Sessions, *, demo: bool, password_days: int) -> None:
        self._accounts = accounts
        self._sessions = sessions
        self._demo = demo
        self._password_days = password_days

    def admits(self, account: Account | None) -> bool:
        """Return whether the account may be used at all: it is there, not closed, and no demo's elsewhere."""
        return account is not None and not account.disabled and (self._demo or not account.demo)

    def sign_in(self, name: str, password: str, now_ms: int) -> Account:
        """Return whose name and password these are.

        SignInRefused, in the same words and after the same work, for an unknown
        name, a closed or locked account and a wrong password: whoever guesses
        learns nothing, not even that a guess was right while the account was locked.
        """
        account = self._accounts.of(name)
        right = passwords.matches(account.password_hash if account is not None else None, password)
        if account is None or not self.admits(account) or account.locked_until_ms > now_ms:
            raise SignInRefused(_REFUSED)
        if not right:
            self.miss(account, now_ms)
            raise SignInRefused(_REFUSED)
        if account.failures:
            return self._accounts.change(name, failures=0)
        return account

    def miss(self, account: Account, now_ms: int) -> None:
        """Count a wrong password or code; too many in a row lock the account for a while."""
        self._accounts.fail(account.name, most=WRONG_AT_MOST, locked_until_ms=now_ms + LOCKED_MS)

    def stage(self, account: Account, now_ms: int, *, code_given: bool) -> Stage:
        """Return what a session of the account may be used for after the password, and the code if it was given."""
        if account.totp_confirmed and not code_given:
            return "code"
        aged = self._password_days and now_ms - account.password_set_ms >= self._password_days * DAY_MS
        return "change" if account.password_hash is not None and (account.must_change or aged) else "open"

    def demand_fit(self, account: Account, password: str) -> None:
        """Return when this can be the account's next password; PasswordRefused, saying why, when it cannot."""
        fault = passwords.fault_of(password, account.name, _used(account))
        if fault is not None:
            raise PasswordRefused(fault)

    def change_password(
        self, account: Account, password: str, now_ms: int, *, session: str | None, must_change: bool = False
    ) -> Account:
        """Give the account a password that is fit, open it if it was locked, and end its sessions but `session`."""
        changed = self._accounts.change(
            account.name,
            password_hash=passwords.hashed(password),
            password_set_ms=now_ms,
            must_change=must_change,
            former_hashes=_used(account)[: passwords.FORMER - 1],
            failures=0,
            locked_until_ms=0,
        )
        self._sessions.end_all(account.name, but=session)
        return changed

    def add(self, account: Account, password: str | None, now_ms: int) -> Account:
        """Add an account with its first password, which its owner must change unless it is a demo's.

        PasswordRefused as `demand_fit`; the registry's Taken for a name that is in use.
        """
        if password is not None:
            self.demand_fit(account, password)
        complete = msgspec.structs.replace(
            account,
            password_hash=None if password is None else passwords.hashed(password),
            password_set_ms=now_ms,
            must_change=password is not None and not account.demo,
            created_ms=now_ms,
        )
        self._accounts.add(complete)
        return complete


def _used(account: Account) -> tuple[str, ...]:
    """Return the hashes of the passwords the account has had, the present one first."""
    present = () if account.password_hash is None else (account.password_hash,)
    return (*present, *account.former_hashes)
