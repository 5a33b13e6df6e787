"""People signed in by an OpenID Connect provider: authorisation code with PKCE (RFC 7636).

The provider says who somebody is; what they may do is the account's here. An
account made for the provider is bound to its subject at the first sign-in, by the
name the provider gives (`preferred_username`); after that by the subject alone.
"""

import asyncio
import base64
import hashlib
import secrets
import time
from collections.abc import Callable
from typing import Any, Final, TypeVar
from urllib.parse import urlencode

import httpx
import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from mingjing.services.registry import Account, Accounts, Taken

ALGORITHMS: Final = ["RS256", "ES256", "PS256", "EdDSA"]
LEEWAY_S: Final = 60
KEYS_FOR_S: Final = 3600.0
KEYS_AGAIN_S: Final = 30.0
"""How soon after the keys an unknown one may have them fetched again: nobody shall make us hammer the provider."""
ANSWER_S: Final = 10.0


T = TypeVar("T")


class ProviderRefused(Exception):
    """The provider, or what came in its name, is not believed; the text says why."""


class NoAccount(ProviderRefused):
    """The provider says who it is, and nobody of that name may come in here."""


class ProviderAway(Exception):
    """The provider does not answer."""


class Metadata(msgspec.Struct):
    """What we read of the provider's discovery document (OpenID Connect Discovery 1.0)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None


class Errand(msgspec.Struct, frozen=True):
    """What a browser is sent to the provider with, kept here, sealed, in its cookie until it is back."""

    state: str
    nonce: str
    verifier: str
    onward: str


class Tokens(msgspec.Struct):
    """What the provider gives for a code."""

    id_token: str
    access_token: str = ""


class Provider:
    """One OpenID Connect provider; `redirect_uri` is where it sends browsers back to.

    Its keys are fetched again every hour, and as soon as a token names one that is not among them.
    """

    def __init__(
        self,
        issuer: str,
        client_id: str,
        client_secret: str,
        redirect_uri: str,
        accounts: Accounts,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.issuer = issuer
        self._client_id = client_id
        self._client_secret = client_secret
        self._redirect_uri = redirect_uri
        self._accounts = accounts
        self._clock = clock
        self._http = httpx.AsyncClient(timeout=ANSWER_S)
        self._metadata: Metadata | None = None
        self._keys: KeySet | None = None
        self._fetched = 0.0

    async def stop(self) -> None:
        """Let go of every connection."""
        await self._http.aclose()

    async def begin(self, onward: str) -> tuple[str, Errand]:
        """Return where to send the browser, and what must be known again when it is back."""
        errand = Errand(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48), onward)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(errand.verifier.encode()).digest()).rstrip(b"=").decode()
        query = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": self._redirect_uri,
            "scope": "openid profile",
            "state": errand.state,
            "nonce": errand.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        metadata = await self._known()
        joint = "&" if "?" in metadata.authorization_endpoint else "?"
        return f"{metadata.authorization_endpoint}{joint}{urlencode(query)}", errand

    async def finish(self, errand: Errand, state: str | None, code: str | None, iss: str | None = None) -> Account:
        """Return whose account the browser that is back with `code` may use; `iss` is who says to send it (RFC 9207).

        ProviderRefused for another state or issuer, a token that is not for us, not from the
        provider, not of this errand or no longer good, and for who has no account.
        """
        if code is None:
            raise ProviderRefused("统一身份认证没有给出授权码，可能已取消登录")
        if not secrets.compare_digest(errand.state.encode(), (state or "").encode()):
            raise ProviderRefused("登录请求与返回不是同一次（state 不符），请重新登录")
        metadata = await self._known()
        if iss is not None and iss != metadata.issuer:
            raise ProviderRefused("返回来自另一认证方（iss 不符），请重新登录")
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._redirect_uri,
            "client_id": self._client_id,
            "code_verifier": errand.verifier,
        }
        auth = httpx.BasicAuth(self._client_id, self._client_secret) if self._client_secret else None
        answer = await self._asked("POST", metadata.token_endpoint, data=form, auth=auth)
        if answer.status_code != httpx.codes.OK:
            raise ProviderRefused("统一身份认证没有接受授权码，请重新登录")
        tokens = _decoded(answer, Tokens)
        claims = await self._claims(tokens.id_token)
        if claims.get("nonce") != errand.nonce:
            raise ProviderRefused("身份令牌不属于本次登录（nonce 不符），请重新登录")
        if "preferred_username" not in claims:
            claims = await self._told_of_them(tokens.access_token, claims["sub"]) | claims
        return await asyncio.to_thread(self._account, claims)

    async def _told_of_them(self, access_token: str, subject: str) -> dict[str, Any]:
        """Return what the provider says of who signed in, apart from the token (OpenID Connect Core 5.3, 5.4).

        Where an access token is given too, the name need not be in the ID token.
        """
        endpoint = (await self._known()).userinfo_endpoint
        if endpoint is None or not access_token:
            return {}
        answer = await self._asked("GET", endpoint, headers={"Authorization": f"Bearer {access_token}"})
        if answer.status_code != httpx.codes.OK:
            raise ProviderRefused(f"统一身份认证没有给出用户信息（{answer.status_code}），请重新登录")
        told = _decoded(answer, dict[str, Any])
        if told.get("sub") != subject:
            raise ProviderRefused("用户信息说的不是登录的人（sub 不符），请重新登录")
        return told

    async def believe(self, token: str) -> Account:
        """Return whose account a program's bearer token stands for; ProviderRefused when it is not believed."""
        return await asyncio.to_thread(self._account, await self._claims(token))

    def _account(self, claims: dict[str, Any]) -> Account:
        subject, name = str(claims["sub"]), str(claims.get("preferred_username", ""))
        bound = self._accounts.of_subject(self.issuer, subject)
        if bound is not None:
            return bound
        meant = self._accounts.of(name) if name else None
        if meant is None or meant.password_hash is not None or meant.oidc_subject is not None:
            raise NoAccount(f"{name or subject} 在本系统没有可用的账号，请联系系统管理员")
        try:
            return self._accounts.change(meant.name, oidc_issuer=self.issuer, oidc_subject=subject)
        except Taken as exc:
            raise NoAccount(str(exc)) from exc

    async def _claims(self, token: str) -> dict[str, Any]:
        try:
            decoded = await self._verified(token)
            required = jwt.JWTClaimsRegistry(
                leeway=LEEWAY_S,
                iss={"essential": True, "value": (await self._known()).issuer},
                aud={"essential": True, "value": self._client_id},
                exp={"essential": True},
                sub={"essential": True},
            )
            required.validate(decoded.claims)
        except (JoseError, ValueError) as exc:
            raise ProviderRefused(f"身份令牌无效：{exc}") from exc
        several = isinstance(decoded.claims["aud"], list) and len(decoded.claims["aud"]) > 1
        if several and decoded.claims.get("azp") != self._client_id:
            raise ProviderRefused("身份令牌是发给另一应用的（azp 不符）")
        return decoded.claims

    async def _verified(self, token: str) -> jwt.Token:
        """Return a token signed with one of the provider's keys; keys it has changed since are fetched once more."""
        try:
            return jwt.decode(token, await self._key_set(), algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            if self._clock() - self._fetched < KEYS_AGAIN_S:
                raise
            self._keys = None
            return jwt.decode(token, await self._key_set(), algorithms=ALGORITHMS)

    async def _key_set(self) -> KeySet:
        if self._keys is None or self._clock() - self._fetched > KEYS_FOR_S:
            answer = await self._asked("GET", (await self._known()).jwks_uri)
            try:
                self._keys = KeySet.import_key_set(answer.json())
            except (JoseError, ValueError, KeyError) as exc:
                raise ProviderRefused(f"{self.issuer} 的公钥无法解读：{exc}") from exc
            self._fetched = self._clock()
        return self._keys

    async def _known(self) -> Metadata:
        if self._metadata is None:
            answer = await self._asked("GET", f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
            metadata = _decoded(answer, Metadata)
            if metadata.issuer.rstrip("/") != self.issuer.rstrip("/"):
                raise ProviderRefused(f"{self.issuer} 自称 {metadata.issuer}；请核对 MINGJING_OIDC_ISSUER")
            self._metadata = metadata
        return self._metadata

    async def _asked(self, method: str, url: str, **more: Any) -> httpx.Response:
        try:
            return await self._http.request(method, url, **more)
        except httpx.HTTPError as exc:
            raise ProviderAway(f"统一身份认证（{self.issuer}）没有应答：{exc!r}") from exc


def _decoded(answer: httpx.Response, shape: type[T]) -> T:
    try:
        return msgspec.json.decode(answer.content, type=shape)
    except msgspec.DecodeError as exc:
        raise ProviderRefused(f"{answer.url} 的应答无法解读（{answer.status_code}）：{exc}") from exc
