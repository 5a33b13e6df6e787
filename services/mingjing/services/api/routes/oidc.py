"""May I come in as who my identity provider says I am?"""

from typing import Annotated
from urllib.parse import urlencode

import msgspec
import structlog
from fastapi import APIRouter, Query, Request, Response
from starlette.responses import RedirectResponse

from mingjing.services.api import openapi
from mingjing.services.api.porter import Porter, address_of
from mingjing.services.api.routes.console import PREFIX
from mingjing.services.api.sign_in import Entrance
from mingjing.services.api.throttle import SIGN_IN_ADDRESS
from mingjing.services.auth.provider import Errand, NoAccount, Provider, ProviderAway, ProviderRefused
from mingjing.services.auth.sealed import SealBroken
from mingjing.services.registry import Account

ERRAND = "mingjing_oidc"
PATH = "/v1/oidc"
ERRAND_S = 600

Text = Annotated[str | None, Query(max_length=2000)]

_log = structlog.get_logger(__name__)
_SENT: openapi.Responses = {303: {"description": "转往统一身份认证，或回到控制台"}}


def router(porter: Porter, entrance: Entrance, provider: Provider) -> APIRouter:
    """Return the way to the provider and back; what goes wrong on it is told on the page to sign in."""
    routes = APIRouter(prefix=PATH, tags=["登录"])
    gate = porter.gate

    @routes.get(
        "/start",
        summary="经统一身份认证登录",
        description="转往统一身份认证（OpenID Connect 授权码，PKCE），完成后回到 `next`。",
        response_class=Response,
        responses=_SENT | openapi.refused(422, 429, 503),
    )
    async def start(request: Request, onward: Annotated[str, Query(alias="next", max_length=500)] = PREFIX) -> Response:
        porter.throttle.pass_or_refuse(SIGN_IN_ADDRESS, "address", address_of(request))
        try:
            address, errand = await provider.begin(onward if onward.startswith(PREFIX) else PREFIX)
        except (ProviderAway, ProviderRefused) as exc:
            return _refused(exc)
        answer = RedirectResponse(address, 303)
        sealed = gate.seal.close(msgspec.json.encode(errand).decode(), ERRAND)
        answer.set_cookie(
            ERRAND, sealed, max_age=ERRAND_S, path=PATH, secure=gate.secure, httponly=True, samesite="lax"
        )
        return answer

    @routes.get(
        "/callback",
        summary="从统一身份认证返回",
        description="核对 state、iss（RFC 9207）、nonce、签名与受众，建立会话后回到控制台。",
        response_class=Response,
        responses=_SENT | openapi.refused(422, 429, 503),
    )
    async def callback(request: Request, code: Text = None, state: Text = None, iss: Text = None) -> Response:
        porter.throttle.pass_or_refuse(SIGN_IN_ADDRESS, "address", address_of(request))
        try:
            errand = _errand(request)
            account = await provider.finish(errand, state, code, iss)
            _demand_admitted(porter, account)
        except (ProviderAway, ProviderRefused) as exc:
            return _refused(exc)
        opened = await entrance.opened(request, account, "oidc")
        answer = RedirectResponse(errand.onward, 303)
        entrance.set_cookie(answer, opened)
        answer.delete_cookie(ERRAND, path=PATH)
        return answer

    def _errand(request: Request) -> Errand:
        try:
            return msgspec.json.decode(gate.seal.open(request.cookies.get(ERRAND, ""), ERRAND), type=Errand)
        except (SealBroken, ValueError) as exc:
            raise ProviderRefused("登录已超时或不是从本页开始，请重新登录") from exc

    return routes


def _demand_admitted(porter: Porter, account: Account) -> None:
    if not porter.gate.people.admits(account):
        raise NoAccount(f"账号 {account.name} 已停用")


def _refused(exc: ProviderAway | ProviderRefused) -> Response:
    """Return to the page to sign in, which says what happened in words of its own: the address must not carry any."""
    _log.warning("provider_refused", reason=str(exc))
    why = "away" if isinstance(exc, ProviderAway) else "no_account" if isinstance(exc, NoAccount) else "refused"
    return RedirectResponse(f"{PREFIX}?{urlencode({'provider': why})}", 303)
