"""The steps of signing in on a browser, each on the trail before it has an effect."""

import msgspec
from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool

from mingjing.services.api.answers import json_answer
from mingjing.services.api.instants import written
from mingjing.services.api.people import DemoAccount, SessionState, Who
from mingjing.services.api.porter import Porter, address_of, cookie_name
from mingjing.services.api.problems import Fault, Problem
from mingjing.services.api.throttle import SIGN_IN_ADDRESS, SIGN_IN_NAME
from mingjing.services.api.trail import Trail
from mingjing.services.auth.caller import ROLE_TITLES
from mingjing.services.auth.gate import caller_of
from mingjing.services.auth.people import PasswordRefused, SignInRefused
from mingjing.services.auth.tickets import Opened
from mingjing.services.registry import Account, Session, Stage

PROVIDER = "统一身份认证"
_NO_STORE = {"Cache-Control": "no-store"}


class Entrance:
    """Lets people in and out."""

    def __init__(self, porter: Porter, trail: Trail) -> None:
        self._porter = porter
        self._gate = porter.gate
        self._trail = trail
        self._provider = None if porter.gate.provider is None else PROVIDER

    async def state(self, request: Request) -> Response:
        """Answer how the browser stands."""
        found = await self._porter.session(request)
        if found is None:
            return json_answer(msgspec.to_builtins(await run_in_threadpool(self._nobody)), headers=_NO_STORE)
        return self._answered(*found)

    async def by_password(self, request: Request, name: str, password: str) -> Response:
        """Take the first step; Problem 401 for a wrong one."""
        _refuse_foreign(request)
        self._porter.throttle.pass_or_refuse(SIGN_IN_ADDRESS, "address", address_of(request))
        account = await self._right(request, name, password, "password")
        return self._with_cookie(await self.opened(request, account, "password"), account)

    async def by_code(self, request: Request, code: str) -> Response:
        """Take the second step, of who has an authenticator; Problem 401 for a wrong code or one used before."""
        gate = self._gate
        session, account = await self._owing(request, "code")
        self._porter.throttle.pass_or_refuse(SIGN_IN_NAME, "name", account.name)
        locked = account.locked_until_ms > gate.now_ms()
        if locked or not await run_in_threadpool(gate.codes.check, account, code, gate.now_ms()):
            await run_in_threadpool(gate.people.miss, account, gate.now_ms())
            await self._trail.record_stranger(request, account.name, "session.refused", by="code")
            raise Problem(401, "code_refused", "动态口令不正确、已用过，或账号已锁定；请等下一个")
        stage = gate.people.stage(account, gate.now_ms(), code_given=True)
        await self._trail.record(request, caller_of(account, session), "session.opened", account.name, stage=stage)
        return self._with_cookie(await run_in_threadpool(gate.tickets.advance, session, stage), account)

    async def change_password(self, request: Request, old: str, new: str) -> Response:
        """Give the account a new password; Problem 401 for a wrong old one, 422 for an unfit new one."""
        gate = self._gate
        session, account = await self._owing(request, "change", "open")
        await self._right(request, account.name, old, "old password")
        try:
            await run_in_threadpool(gate.people.demand_fit, account, new)
        except PasswordRefused as exc:
            raise Problem(422, "password_refused", str(exc), errors=[Fault("/body/new", str(exc))]) from exc
        await self._trail.record(request, caller_of(account, session), "password.changed", account.name)
        change = gate.people.change_password
        changed = await run_in_threadpool(change, account, new, gate.now_ms(), session=session.id)
        return self._with_cookie(await run_in_threadpool(gate.tickets.advance, session, "open"), changed)

    async def leave(self, request: Request) -> Response:
        """End the session of the browser, if it has one."""
        gate = self._gate
        found = await self._porter.session(request)
        if found is not None:
            session, account = found
            await self._trail.record(request, caller_of(account, session), "session.closed", account.name)
            await run_in_threadpool(gate.registry.sessions.end, account.name, session.id)
        answer = Response(status_code=204)
        answer.delete_cookie(cookie_name(gate), path="/", secure=gate.secure, httponly=True, samesite="lax")
        return answer

    async def opened(self, request: Request, account: Account, by: str) -> Opened:
        """Begin a session; who comes from an identity provider has been asked for a second factor there."""
        gate = self._gate
        stage: Stage = "open"
        if by == "password":
            stage = gate.people.stage(account, gate.now_ms(), code_given=False)
        await self._trail.record(request, caller_of(account), "session.opened", account.name, stage=stage, by=by)
        return await run_in_threadpool(
            gate.tickets.give,
            account,
            stage,
            address=address_of(request),
            browser=request.headers.get("user-agent", ""),
            now_ms=gate.now_ms(),
        )

    def set_cookie(self, answer: Response, opened: Opened) -> None:
        """Put what opens the session into the answer."""
        answer.set_cookie(
            cookie_name(self._gate),
            opened.token,
            max_age=self._gate.tickets.longest_ms // 1000,
            path="/",
            secure=self._gate.secure,
            httponly=True,
            samesite="lax",
        )

    async def _right(self, request: Request, name: str, password: str, by: str) -> Account:
        """Return whose name and password these are; Problem 401, and an entry on the trail, for nobody's."""
        gate = self._gate
        self._porter.throttle.pass_or_refuse(SIGN_IN_NAME, "name", name)
        try:
            return await run_in_threadpool(gate.people.sign_in, name, password, gate.now_ms())
        except SignInRefused as exc:
            known = await run_in_threadpool(gate.registry.accounts.of, name)
            # What is nobody's name may be somebody's password, typed into the wrong field.
            stranger = name if known is not None else self._trail.marked(name)
            await self._trail.record_stranger(request, stranger, "session.refused", by=by)
            raise Problem(401, "sign_in_refused", str(exc)) from exc

    async def _owing(self, request: Request, *stages: Stage) -> tuple[Session, Account]:
        found = await self._porter.session(request)
        if found is None:
            raise Problem(401, "no_caller", "登录已失效，请重新登录")
        if found[0].stage not in stages:
            raise Problem(409, "not_due", "本会话现在不需要这一步", errors=[Fault("/session/stage", found[0].stage)])
        return found

    def _nobody(self) -> SessionState:
        demo = [each for each in self._gate.registry.accounts.all() if each.demo] if self._gate.demo else []
        return SessionState(
            stage="none",
            who=None,
            csrf=None,
            ends_at=None,
            demo=self._gate.demo,
            demo_accounts=[_demo_account(each) for each in demo],
            provider=self._provider,
        )

    def _answered(self, session: Session, account: Account) -> Response:
        state = SessionState(
            stage=session.stage,
            who=_who(account, session),
            csrf=session.csrf,
            ends_at=written(self._gate.tickets.ends_ms(session)),
            demo=self._gate.demo,
            demo_accounts=[],
            provider=self._provider,
        )
        return json_answer(msgspec.to_builtins(state), headers=_NO_STORE)

    def _with_cookie(self, opened: Opened, account: Account) -> Response:
        answer = self._answered(opened.session, account)
        self.set_cookie(answer, opened)
        return answer


def _who(account: Account, session: Session) -> Who:
    caller = caller_of(account, session)
    return Who(
        name=caller.name,
        title=caller.title,
        role=caller.role,
        role_title=ROLE_TITLES[caller.role],
        region=caller.region,
        agency=caller.agency,
        actions=caller.actions,
        authenticator=account.totp_confirmed,
        local=account.password_hash is not None,
    )


def _demo_account(account: Account) -> DemoAccount:
    caller = caller_of(account)
    return DemoAccount(name=caller.name, title=caller.title, role=caller.role, role_title=ROLE_TITLES[caller.role])


def _refuse_foreign(request: Request) -> None:
    """Problem 403 for a sign-in another site's page sends: the browser says where it comes from."""
    if request.headers.get("sec-fetch-site", "none") not in {"same-origin", "none"}:
        raise Problem(403, "foreign_page", "登录请求来自其他网站，已拒绝")
