"""An OpenID Connect provider: real tokens, real keys, real refusals; it asks nobody for a password.

Whoever comes to its page is whoever `who` says. It holds its clients to what the
standards demand of them: registered redirect_uri, one use of a code, PKCE (S256).
"""

import base64
import hashlib
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, urlencode

import uvicorn
from fastapi import FastAPI, Request
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.responses import JSONResponse, RedirectResponse, Response

CLIENT, SECRET = "mingjing", "client-secret"
ACCESS = "access-token"


class OpenIdProvider:
    def __init__(self, issuer: str, redirect_uri: str) -> None:
        self.issuer = issuer
        self.who = {"sub": "u-1", "preferred_username": "wang"}
        self.changes: dict[str, Any] = {}
        """Laid over the claims of the next tokens, to make them wrong."""
        self.told = {"sub": "u-1", "preferred_username": "wang"}
        """What it says of who signed in to whoever holds their access token."""
        self.fetched_keys = 0
        self._redirect_uri = redirect_uri
        self._codes: dict[str, dict[str, str]] = {}
        self.rotate()

    def rotate(self) -> None:
        """Sign with another key from now on, and publish no other."""
        self._key = RSAKey.generate_key(2048, {"kid": secrets.token_hex(4), "alg": "RS256", "use": "sig"})

    def token(self, nonce: str | None = None) -> str:
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce, **self.who}
        return jwt.encode({"alg": "RS256", "kid": self._key.kid}, claims | self.changes, self._key)

    @property
    def app(self) -> FastAPI:
        app = FastAPI()

        @app.get("/.well-known/openid-configuration")
        def discovery() -> dict[str, str]:
            ends = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "jwks"}
            ends["userinfo_endpoint"] = "userinfo"
            return {"issuer": self.issuer} | {name: f"{self.issuer}/{path}" for name, path in ends.items()}

        @app.get("/jwks")
        def jwks() -> dict[str, Any]:
            self.fetched_keys += 1
            return {"keys": [self._key.as_dict(private=False)]}

        @app.get("/authorize")
        def authorize(request: Request) -> Response:
            asked = dict(request.query_params)
            sound = (
                asked["redirect_uri"] == self._redirect_uri
                and asked["client_id"] == CLIENT
                and asked["response_type"] == "code"
                and asked["code_challenge_method"] == "S256"
                and "openid" in asked["scope"].split()
            )
            if not sound:
                return JSONResponse({"error": "invalid_request"}, 400)
            code = secrets.token_urlsafe(16)
            self._codes[code] = asked
            return RedirectResponse(f"{self._redirect_uri}?{urlencode({'code': code, 'state': asked['state']})}", 303)

        @app.post("/token")
        async def token(request: Request) -> Any:
            given = dict(parse_qsl((await request.body()).decode()))
            asked = self._codes.pop(given["code"], None)
            basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
            challenge = (
                base64.urlsafe_b64encode(hashlib.sha256(given["code_verifier"].encode()).digest()).rstrip(b"=").decode()
            )
            if request.headers.get("authorization") != f"Basic {basic}":
                return JSONResponse({"error": "invalid_client"}, 401)
            if asked is None or asked["code_challenge"] != challenge or asked["redirect_uri"] != given["redirect_uri"]:
                return JSONResponse({"error": "invalid_grant"}, 400)
            return {"access_token": ACCESS, "token_type": "Bearer", "id_token": self.token(asked["nonce"])}

        @app.get("/userinfo")
        def userinfo(request: Request) -> Any:
            known = request.headers.get("authorization") == f"Bearer {ACCESS}"
            return self.told if known else JSONResponse({"error": "invalid_token"}, 401)

        return app


@contextmanager
def served(provider: OpenIdProvider, port: int) -> Iterator[None]:
    """Have the provider answer on the port for the time of the block."""
    server = uvicorn.Server(uvicorn.Config(provider.app, port=port, log_level="critical", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()
