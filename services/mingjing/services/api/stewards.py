"""What administrators do to accounts and keys, each on the trail before it is done."""

from typing import Any

import msgspec
from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool

from mingjing.services.api.answers import json_answer
from mingjing.services.api.instants import written, written_or_none
from mingjing.services.api.people import AccountEntry, IssuedKey, KeyEntry
from mingjing.services.api.problems import Fault, Problem
from mingjing.services.api.trail import Trail
from mingjing.services.auth.caller import ROLE_TITLES, Caller, Role, fault_of_reach
from mingjing.services.auth.gate import Gate, caller_of
from mingjing.services.auth.people import PasswordRefused
from mingjing.services.auth.signature import Issued
from mingjing.services.registry import Account, ApiKey, Changed, Taken

_NO_STORE = {"Cache-Control": "no-store"}


class Stewards:
    """Keeps the accounts of people and the keys of programs."""

    def __init__(self, gate: Gate, trail: Trail) -> None:
        self._gate = gate
        self._trail = trail

    async def add(self, request: Request, caller: Caller, given: dict[str, Any]) -> Response:
        """Add an account; Problem 409 for a name in use, 422 for what nobody can have."""
        password = given.pop("password")
        _demand_reach(given["role"], given["region"], given["agency"])
        account = Account(**given)
        if password is not None:
            await self._demand_fit(account, password)
        if await run_in_threadpool(self._gate.registry.accounts.of, account.name) is not None:
            raise Problem(409, "name_taken", f"已有名为 {account.name} 的账号")
        await self._trail.record(request, caller, "account.added", account.name, **given)
        try:
            added = await run_in_threadpool(self._gate.people.add, account, password, self._gate.now_ms())
        except Taken as exc:
            raise Problem(409, "name_taken", str(exc)) from exc
        return self._answered(added, 201)

    async def change(
        self, request: Request, caller: Caller, name: str, revision: int, values: dict[str, Any]
    ) -> Response:
        """Change an account of `revision`; Problem 412 when it is past it, 409 for closing one's own."""
        held = await self._held(name)
        named = {key: value for key, value in values.items() if value is not None or key in {"region", "agency"}}
        _demand_reach(named.get("role", held.role), named.get("region", held.region), named.get("agency", held.agency))
        if name == caller.name and (named.get("disabled") or named.get("role", held.role) != held.role):
            raise Problem(409, "own_account", "不能停用自己或更改自己的角色；请由另一位系统管理员操作")
        await self._trail.record(request, caller, "account.changed", name, **named)
        try:
            changed = await run_in_threadpool(
                lambda: self._gate.registry.accounts.change(name, revision=revision, **named)
            )
        except Changed as exc:
            current = account_entry(await self._held(name), self._gate.now_ms())
            raise Problem(412, "changed_meanwhile", str(exc), current=msgspec.to_builtins(current)) from exc
        if changed.disabled:
            await run_in_threadpool(self._gate.registry.sessions.end_all, name)
        return self._answered(changed, 200)

    async def reset(self, request: Request, caller: Caller, name: str, password: str) -> Response:
        """Give an account a password its owner must change."""
        held = await self._held(name)
        await self._demand_fit(held, password)
        await self._trail.record(request, caller, "password.changed", name)
        change = self._gate.people.change_password
        await run_in_threadpool(change, held, password, self._gate.now_ms(), session=None, must_change=True)
        return Response(status_code=204)

    async def forget_authenticator(self, request: Request, caller: Caller, name: str) -> Response:
        """Ask an account for no one-time codes any more."""
        held = await self._held(name)
        await self._trail.record(request, caller, "authenticator.removed", name)
        await run_in_threadpool(self._gate.codes.remove, held)
        return Response(status_code=204)

    async def issue(
        self,
        request: Request,
        caller: Caller,
        *,
        title: str,
        role: Role,
        region: str | None,
        agency: str | None,
        expires_ms: int | None,
    ) -> Response:
        """Issue a key; its secret is in this answer alone."""
        _demand_reach(role, region, agency)
        await self._trail.record(
            request, caller, "key.issued", title, agency=agency, region=region, role=role, expires_ms=expires_ms
        )
        issued = await run_in_threadpool(
            self._gate.signatures.issue,
            title=title,
            role=role,
            region=region,
            agency=agency,
            made_by=caller.name,
            now_ms=self._gate.now_ms(),
            expires_ms=expires_ms,
        )
        return _issued(issued)

    async def rotate(self, request: Request, caller: Caller, name: str, *, overlap_ms: int) -> Response:
        """Issue a key in the place of another; Problem 404 when there is none good of that id."""
        now = self._gate.now_ms()
        key = await run_in_threadpool(self._gate.registry.keys.of, name)
        if key is None or not key.good(now):
            raise Problem(404, "no_such_key", f"没有密钥 {name}，或已经停用、到期")
        await self._trail.record(
            request, caller, "key.rotated", name, agency=key.agency, region=key.region, overlap_ms=overlap_ms
        )
        rotate = self._gate.signatures.rotate
        return _issued(await run_in_threadpool(rotate, key, made_by=caller.name, now_ms=now, overlap_ms=overlap_ms))

    async def end_sessions(self, request: Request, caller: Caller, name: str) -> Response:
        """End every session of an account."""
        held = await self._held(name)
        await self._trail.record(request, caller, "session.revoked", name, session="*")
        await run_in_threadpool(self._gate.registry.sessions.end_all, held.name)
        return Response(status_code=204)

    async def revoke(self, request: Request, caller: Caller, key: str) -> Response:
        """Close a key for ever; Problem 404 when there is none open of that id."""
        await self._trail.record(request, caller, "key.revoked", key)
        if not await run_in_threadpool(self._gate.registry.keys.revoke, key, self._gate.now_ms()):
            raise Problem(404, "no_such_key", f"没有密钥 {key}，或已经停用")
        return Response(status_code=204)

    async def _held(self, name: str) -> Account:
        found = await run_in_threadpool(self._gate.registry.accounts.of, name)
        if found is None:
            raise Problem(404, "no_such_account", f"没有名为 {name} 的账号")
        return found

    async def _demand_fit(self, account: Account, password: str) -> None:
        try:
            await run_in_threadpool(self._gate.people.demand_fit, account, password)
        except PasswordRefused as exc:
            raise Problem(422, "password_refused", str(exc), errors=[Fault("/body/password", str(exc))]) from exc

    def _answered(self, account: Account, status: int) -> Response:
        entry = account_entry(account, self._gate.now_ms())
        return json_answer(msgspec.to_builtins(entry), status, _NO_STORE | {"ETag": f'"r{account.revision}"'})


def _issued(issued: Issued) -> Response:
    entry = msgspec.to_builtins(key_entry(issued.key))
    return json_answer(msgspec.to_builtins(IssuedKey(**entry, secret=issued.secret)), 201, _NO_STORE)


def account_entry(account: Account, now_ms: int) -> AccountEntry:
    """Return an account as administrators see it."""
    role = caller_of(account).role
    return AccountEntry(
        name=account.name,
        title=account.title,
        role=role,
        role_title=ROLE_TITLES[role],
        region=account.region,
        agency=account.agency,
        local=account.password_hash is not None,
        authenticator=account.totp_confirmed,
        must_change=account.must_change,
        locked_until=written(account.locked_until_ms) if account.locked_until_ms > now_ms else None,
        disabled=account.disabled,
        demo=account.demo,
        revision=account.revision,
        created_at=written(account.created_ms),
    )


def key_entry(key: ApiKey) -> KeyEntry:
    """Return a key as administrators see it."""
    return KeyEntry(
        id=key.id,
        title=key.title,
        role=msgspec.convert(key.role, Role),
        region=key.region,
        agency=key.agency,
        made_by=key.made_by,
        made_at=written(key.made_ms),
        expires_at=written_or_none(key.expires_ms),
        revoked_at=written_or_none(key.revoked_ms),
        replaces=key.replaces,
        last_used_at=written_or_none(key.last_used_ms),
    )


def _demand_reach(role: str, region: str | None, agency: str | None) -> None:
    fault = fault_of_reach(role, region, agency)
    if fault is not None:
        raise Problem(422, "no_such_reach", fault, errors=[Fault("/body/role", fault)])
