"""Who is asking, and what they may see: the one dependency of every route that is not open to all.

    caller: CurrentCaller        somebody known; 401 for anybody else
    scope: CallerScope           what they may see of the ledger; 403 for who may see nothing
    Depends(may("account.manage"))   403 for who may not

A caller is known by a session cookie, by a signature (HMAC), by a bearer token of
the identity provider, or, for an agency's feed, by its bearer key.
"""

from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyCookie, APIKeyHeader, HTTPBearer

from mingjing.services.api.idempotency import answer_again
from mingjing.services.api.porter import COOKIE, Porter
from mingjing.services.api.problems import Problem
from mingjing.services.auth import signature
from mingjing.services.auth.caller import ROLE_TITLES, Action, Caller
from mingjing.services.ledger.scope import Scope, region_prefix

# What follows is read by OpenAPI alone; the porter reads the request itself.
_cookie = APIKeyCookie(
    name=COOKIE, scheme_name="session", auto_error=False, description="登录后的会话；写操作另带 X-CSRF-Token"
)
_hmac = APIKeyHeader(name="Authorization", scheme_name="hmac", auto_error=False, description=signature.__doc__)
_bearer = HTTPBearer(scheme_name="bearer", auto_error=False, description="部门密钥，或统一身份认证签发给程序的 JWT")


async def current_caller(
    request: Request,
    _cookie: Annotated[str | None, Security(_cookie)],
    _hmac: Annotated[str | None, Security(_hmac)],
    _bearer: Annotated[object, Security(_bearer)],
) -> Caller:
    """Return who makes this request; Problem 401 for nobody known.

    Raises Repeated for a write that they were given an answer to before.
    """
    porter = porter_of(request)
    caller = await porter.caller(request)
    await answer_again(request, porter.gate, caller)
    return caller


CurrentCaller = Annotated[Caller, Depends(current_caller)]


def may(action: Action) -> Callable[[Caller], Awaitable[Caller]]:
    """Return a dependency that yields the caller, and refuses with 403 one whose role does no such thing."""

    async def permitted(caller: CurrentCaller) -> Caller:
        return demand(caller, action)

    return permitted


def demand(caller: Caller, action: Action) -> Caller:
    """Return the caller; Problem 403 when their role does no such thing."""
    if not caller.may(action):
        title = ROLE_TITLES[caller.role]
        raise Problem(403, "not_permitted", f"您的角色“{title}”无权进行此操作（{action}）；如需要请联系系统管理员")
    return caller


async def caller_scope(caller: Annotated[Caller, Depends(may("case.read"))]) -> Scope:
    """Return what the caller of this request may see; Problem 403 for who may see no case."""
    return caller.scope


CallerScope = Annotated[Scope, Depends(caller_scope)]


@lru_cache(maxsize=4096)
def permits(scope: Scope) -> Callable[[str | None, str | None], bool]:
    """Return whether a card of (agency, region) lies in `scope`, decided as the ledger decides it.

    Of equal scopes it is the same function, so that those who may see the same are known to.
    """
    prefixes = None if scope.regions is None else tuple(map(region_prefix, scope.regions))
    agencies = scope.agencies

    def permitted(agency: str | None, region: str | None) -> bool:
        return (agencies is None or agency in agencies) and (
            prefixes is None or (region is not None and region.startswith(prefixes))
        )

    return permitted


def porter_of(request: Request) -> Porter:
    """Return the porter of the application that serves this request."""
    porter: Porter = request.app.state.porter
    return porter
