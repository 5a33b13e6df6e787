"""People: who they are, what they may be asked for at the door, and what they did wrong there."""

from typing import Any

import msgspec
from sqlalchemy import Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from mingjing.services.registry.database import Database
from mingjing.services.registry.errors import Changed, Missing, Taken
from mingjing.services.registry.tables import ACCOUNTS


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """A person's account. Instants are milliseconds since 1970.

    `region` is a 12-digit code or the beginning of one; None is the whole
    installation. `password_hash` is None for who signs in elsewhere.
    `former_hashes` are of the passwords that may not come back, newest first.
    `locked_until_ms` closes the account to passwords until then. `totp_sealed`
    counts once `totp_confirmed`; `totp_last_step` is the last time step a code was
    taken of. `revision` counts what administrators changed.
    """

    name: str
    title: str
    role: str
    region: str | None = None
    agency: str | None = None
    password_hash: str | None = None
    password_set_ms: int = 0
    must_change: bool = False
    former_hashes: tuple[str, ...] = ()
    failures: int = 0
    locked_until_ms: int = 0
    totp_sealed: str | None = None
    totp_last_step: int = 0
    totp_confirmed: bool = False
    oidc_issuer: str | None = None
    oidc_subject: str | None = None
    demo: bool = False
    disabled: bool = False
    revision: int = 1
    created_ms: int = 0


class Accounts:
    """The accounts of an installation."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, account: Account) -> None:
        """Add an account; Taken when there is one of that name."""
        try:
            with self._database.writing() as connection:
                connection.execute(insert(ACCOUNTS).values(_columns(account)))
        except IntegrityError as exc:
            raise Taken(f"已有名为 {account.name} 的账号") from exc

    def of(self, name: str) -> Account | None:
        """Return the account of that name, or None."""
        with self._database.reading() as connection:
            row = connection.execute(select(ACCOUNTS).where(ACCOUNTS.c.name == name)).one_or_none()
        return _account(row) if row is not None else None

    def of_subject(self, issuer: str, subject: str) -> Account | None:
        """Return whose account is bound to `subject` at an OpenID provider, or None."""
        named = (ACCOUNTS.c.oidc_issuer == issuer) & (ACCOUNTS.c.oidc_subject == subject)
        with self._database.reading() as connection:
            row = connection.execute(select(ACCOUNTS).where(named)).one_or_none()
        return _account(row) if row is not None else None

    def all(self) -> list[Account]:
        """Return every account, by name."""
        return self.by_name(None)

    def by_name(self, limit: int | None, after: str | None = None) -> list[Account]:
        """Return at most `limit` accounts by name, of those that come after one."""
        wanted = select(ACCOUNTS) if after is None else select(ACCOUNTS).where(ACCOUNTS.c.name > after)
        with self._database.reading() as connection:
            return [_account(row) for row in connection.execute(wanted.order_by(ACCOUNTS.c.name).limit(limit))]

    def change(self, name: str, *, revision: int | None = None, **values: Any) -> Account:
        """Set `values` of an account and return it.

        With `revision` this is an administrator's change of that revision: Changed
        when the account is past it, and the revision rises. Missing when there is no
        such account; Taken when an OpenID subject is somebody else's.
        """
        ours = ACCOUNTS.c.name == name
        settled = _settled(values)
        if revision is not None:
            settled["revision"] = revision + 1
        try:
            with self._database.writing() as connection:
                held = connection.execute(select(ACCOUNTS.c.revision).where(ours)).scalar_one_or_none()
                if held is None:
                    raise Missing(f"没有名为 {name} 的账号")
                if revision is not None and held != revision:
                    raise Changed(f"账号 {name} 已被他人修改(修订 {held}), 请刷新后再改")
                connection.execute(update(ACCOUNTS).where(ours).values(settled))
                return _account(connection.execute(select(ACCOUNTS).where(ours)).one())
        except IntegrityError as exc:
            raise Taken("该统一身份已绑定另一账号") from exc

    def fail(self, name: str, *, most: int, locked_until_ms: int) -> int:
        """Count a wrong password and return how many in a row; the `most`-th locks the account and begins anew."""
        ours = ACCOUNTS.c.name == name
        with self._database.writing() as connection:
            failures: int = connection.execute(select(ACCOUNTS.c.failures).where(ours)).scalar_one() + 1
            values = {"failures": failures} if failures < most else {"failures": 0, "locked_until_ms": locked_until_ms}
            connection.execute(update(ACCOUNTS).where(ours).values(values))
        return failures

    def take_step(self, name: str, step: int) -> bool:
        """Note that a one-time code of time `step` was used; False when one of it or of a later step was before."""
        fresh = (ACCOUNTS.c.name == name) & (ACCOUNTS.c.totp_last_step < step)
        with self._database.writing() as connection:
            return connection.execute(update(ACCOUNTS).where(fresh).values(totp_last_step=step)).rowcount == 1


def _columns(account: Account) -> dict[str, Any]:
    return _settled(msgspec.structs.asdict(account))


def _settled(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values as the columns hold them: flags as 0 or 1, hashes by line."""
    return {
        name: int(value) if isinstance(value, bool) else "\n".join(value) if isinstance(value, tuple) else value
        for name, value in values.items()
    }


def _account(row: Row[Any]) -> Account:
    held = row._asdict()
    flags = {name: bool(held[name]) for name in ("must_change", "totp_confirmed", "demo", "disabled")}
    return Account(**{**held, **flags, "former_hashes": tuple(held["former_hashes"].splitlines())})
