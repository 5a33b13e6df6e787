"""Knowing callers from what their requests carry: a cookie, a signature, a bearer token."""

import hashlib
import hmac
import re

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from mingjing.services.agencies import Agencies
from mingjing.services.api.gateway.bodies import MAX_BODY
from mingjing.services.api.problems import Problem, unavailable
from mingjing.services.api.throttle import CALLER, STRANGER, Throttle
from mingjing.services.auth import signature
from mingjing.services.auth.caller import Caller, Via
from mingjing.services.auth.gate import Gate, caller_of
from mingjing.services.auth.provider import ProviderAway, ProviderRefused
from mingjing.services.auth.sealed import SealBroken
from mingjing.services.registry import Account, Session
from mingjing.streams.ports import Principal

COOKIE = "mingjing_session"
CSRF = "X-CSRF-Token"
UNATTENDED = "X-Mingjing-Unattended"
"""Sent by pages that refresh themselves: such a request keeps no session alive."""
BEARER = "bearer "
DIGEST = "X-Content-SHA256"
"""Sent with a file: what its content must be."""

_DOTS_OF_JWT = 2
_FILES = ("POST", "/v1/uploads")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_SANDBOX = ("/v1/events", "/v1/sandbox")
_SAFE = frozenset(("GET", "HEAD", "OPTIONS"))
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="mingjing", MJ-HMAC-SHA256, MJ-HMAC-SM3'}


class Porter:
    """Knows callers; one for an application, kept as `app.state.porter`."""

    def __init__(self, gate: Gate, agencies: Agencies, throttle: Throttle) -> None:
        self.gate = gate
        self.throttle = throttle
        self._agencies = agencies

    async def caller(self, request: Request) -> Caller:
        """Return who makes the request.

        Problem 401, or 403 for a write without its CSRF token and for a sandbox key at any door but the sandbox's.
        """
        address = address_of(request)
        self.throttle.refuse_spent(STRANGER, address)
        try:
            caller = await self._known(request)
        except Problem:
            self.throttle.pass_or_refuse(STRANGER, address)
            raise
        if caller.via == "sandbox_key" and not request.url.path.startswith(_SANDBOX):
            raise Problem(403, "sandbox_key", "试投密钥只能试投：POST /v1/events 与 /v1/sandbox；其余请用正式的密钥")
        if caller.via not in ("agency_key", "sandbox_key"):  # its share is a quota of events, not of requests
            self.throttle.pass_or_refuse(CALLER, caller.name)
        return caller

    async def session(self, request: Request) -> tuple[Session, Account] | None:
        """Return the session of the request, whatever it may be used for yet; None when there is none."""
        token = request.cookies.get(cookie_name(self.gate))
        if token is None:
            return None
        attended = UNATTENDED not in request.headers
        found = await run_in_threadpool(self.gate.session, token, attended=attended)
        if found is not None:
            refuse_forged(request, found[0])
        return found

    async def still(self, caller: Caller) -> bool:
        """Return whether who was let in before still would be: for what goes on for hours."""
        return await run_in_threadpool(self._still, caller)

    def _still(self, caller: Caller) -> bool:
        gate, now = self.gate, self.gate.now_ms()
        match caller.via:
            case "agency_key" | "sandbox_key":
                holder = self._agencies.of_key if caller.via == "agency_key" else self._agencies.of_sandbox_key
                found = holder(caller.digest or "")
                return found is not None and found.agency == caller.agency
            case "key":
                key = gate.registry.keys.of(caller.name.removeprefix("key:"))
                return key is not None and key.good(now)
            case "token":
                return gate.people.admits(gate.registry.accounts.of(caller.name))
        sessions = gate.registry.sessions.of_account(caller.name)
        return gate.people.admits(gate.registry.accounts.of(caller.name)) and any(
            each.id == caller.session and each.began_ms + gate.tickets.longest_ms > now for each in sessions
        )

    async def _known(self, request: Request) -> Caller:
        said = request.headers.get("authorization")
        if said is None:
            return await self._of_session(request)
        try:
            signed = signature.parse(said)
            if signed is not None:
                return await self._of_signature(request, signed)
        except (signature.SignatureRefused, SealBroken) as exc:
            raise _stranger("bad_signature", str(exc)) from exc
        if said.lower().startswith(BEARER):
            return await self._of_bearer(said[len(BEARER) :].strip())
        raise _stranger("unknown_scheme", "Authorization 只接受 Bearer、MJ-HMAC-SHA256、MJ-HMAC-SM3")

    async def _of_session(self, request: Request) -> Caller:
        found = await self.session(request)
        if found is None:
            raise _stranger("no_caller", "请先登录；程序请用密钥签名")
        session, account = found
        if session.stage == "code":
            raise _stranger("code_due", "请先输入动态口令")
        if session.stage == "change":
            raise _stranger("change_due", "请先更换口令")
        return caller_of(account, session)

    async def _of_signature(self, request: Request, signed: signature.Signed) -> Caller:
        # As sent: decoding and encoding again need not give the same text.
        query: bytes = request.scope["query_string"]
        target = (request.scope["raw_path"] + (b"?" + query if query else b"")).decode("latin-1")
        digest = _declared_digest(request)
        if digest is None:
            digest = hashlib.sha256(await _signed_body(request)).hexdigest()
        believe = self.gate.signatures.believe_digest
        return await run_in_threadpool(believe, signed, request.method, target, digest, self.gate.now_ms())

    async def _of_bearer(self, token: str) -> Caller:
        digest = hashlib.sha256(token.encode()).hexdigest()
        principal = self._agencies.of_key(digest)
        if principal is not None:
            return self._program_of(principal, "agency", "agency_key", digest)
        principal = self._agencies.of_sandbox_key(digest)
        if principal is not None:
            return self._program_of(principal, "sandbox", "sandbox_key", digest)
        return await self._of_token(token)

    def _program_of(self, principal: Principal, kind: str, via: Via, digest: str) -> Caller:
        code = principal.agency
        agency = self._agencies.of_code(code)
        title = agency.title if agency is not None else code
        return Caller(name=f"{kind}:{code}", title=title, role="clerk", agency=code, via=via, digest=digest)

    async def _of_token(self, token: str) -> Caller:
        provider = self.gate.provider
        if provider is None or token.count(".") != _DOTS_OF_JWT:
            raise _stranger("unknown_key", "密钥无效：可能已更换或停用，请向系统管理员核对")
        try:
            account = await provider.believe(token)
        except ProviderRefused as exc:
            raise _stranger("bad_token", str(exc)) from exc
        except ProviderAway as exc:
            raise unavailable("统一身份认证暂时没有应答，无法核对令牌，请稍后重试") from exc
        if not self.gate.people.admits(account):
            raise _stranger("bad_token", "账号已停用")
        return caller_of(account)


def address_of(request: Request) -> str:
    """Return where the request comes from, as the server believes it."""
    return request.client.host if request.client is not None else "-"


def cookie_name(gate: Gate) -> str:
    """Return the session cookie's name; over https it is bound to the host (RFC 6265bis)."""
    return f"__Host-{COOKIE}" if gate.secure else COOKIE


def refuse_forged(request: Request, session: Session) -> None:
    """Problem 403 for a write that carries the cookie but not the session's CSRF token."""
    if request.method in _SAFE:
        return
    if not hmac.compare_digest(request.headers.get(CSRF, "").encode(), session.csrf.encode()):
        raise Problem(403, "no_csrf_token", f"写操作请在 {CSRF} 请求头带上本会话的令牌（GET /v1/session 的 csrf）")


def _declared_digest(request: Request) -> str | None:
    """Return the digest a file was sent with; None for any other request, whose body is read and digested here.

    The route that takes files answers for it: see `demanded_digest`.
    """
    return demanded_digest(request) if (request.method, request.url.path) == _FILES else None


def demanded_digest(request: Request) -> str | None:
    """Return which SHA-256 the body of this request must have, None where it was not told; Problem 400."""
    told = request.headers.get(DIGEST)
    if told is not None and not _SHA256.fullmatch(told):
        raise Problem(400, "bad_digest", f"{DIGEST} 应为内容的 SHA-256，64 位小写十六进制")
    return told


async def _signed_body(request: Request) -> bytes:
    """Return the bytes as sent, which the route can read again."""
    declared = request.headers.get("content-length", "0")
    if "transfer-encoding" in request.headers or not declared.isdigit():
        raise Problem(411, "length_required", "签名的请求请给出 Content-Length")
    if int(declared) > MAX_BODY:
        raise Problem(413, "body_too_large", f"请求内容超过 {MAX_BODY // 1024 // 1024} MiB；请分批")
    return await request.body()


def _stranger(code: str, detail: str) -> Problem:
    return Problem(401, code, detail, headers=_CHALLENGE)
