"""Programs known by what they sign: HMAC with SHA-256 or SM3 (GM/T 0004) over the request.

    Authorization: MJ-HMAC-SHA256 key=<id>,timestamp=<unix s>,nonce=<text>,signature=<hex>

The signature is over five lines joined by line feeds: METHOD, the path with its query
exactly as sent, TIMESTAMP, NONCE, and SHA-256(body) in lower-case hex, of the bytes
as sent. A timestamp more than 300 s off is refused; a nonce is taken once.

A file may be too large to be held until its signature is known: its digest is then
sent beside it (`X-Content-SHA256`), signed in its place, and compared as the file comes.
"""

import hashlib
import hmac
import re
import secrets
from typing import Any, Final

import msgspec

from mingjing.services.auth.caller import Caller, Role
from mingjing.services.auth.sealed import Seal
from mingjing.services.registry import ApiKey, ApiKeys, Nonces

AROUND_S: Final = 300
USED_EVERY_MS: Final = 60_000
SCHEMES: Final = {"MJ-HMAC-SHA256": "sha256", "MJ-HMAC-SM3": "sm3"}

_FIELD = re.compile(r"\s*(key|timestamp|nonce|signature)=([A-Za-z0-9_\-]{1,64})\s*")
_FIELDS = ("key", "timestamp", "nonce", "signature")


class SignatureRefused(Exception):
    """A signed request was not believed; the text says why, so that its program can be mended."""


class Signed(msgspec.Struct, frozen=True):
    """What a program said of itself; nothing of it is believed yet."""

    scheme: str
    key: str
    timestamp: str
    nonce: str
    signature: str


class Issued(msgspec.Struct, frozen=True):
    """A new key with its secret, which is shown this once."""

    key: ApiKey
    secret: str


def parse(authorization: str) -> Signed | None:
    """Return what an Authorization header says of a signature; None when it is of another scheme.

    SignatureRefused when it is ours and ill-formed.
    """
    scheme, _, rest = authorization.partition(" ")
    if scheme not in SCHEMES:
        return None
    parts = rest.split(",")
    found = [_FIELD.fullmatch(each) for each in parts]
    fields = {each[1]: each[2] for each in found if each is not None}
    if len(found) != len(_FIELDS) or len(fields) != len(_FIELDS):
        lacking = "、".join(each for each in _FIELDS if each not in fields) or "各项只写一次"
        raise SignatureRefused(
            f"Authorization 应为 {scheme} key=…,timestamp=…,nonce=…,signature=…，"
            f"各项 1 至 64 位，只用字母、数字、- 和 _；缺少或写得不对：{lacking}"
        )
    return Signed(scheme, **fields)


def sign(secret: str, scheme: str, method: str, target: str, timestamp: str, nonce: str, body: bytes) -> str:
    """Return the signature of a request; `target` is the path with its query as sent."""
    return signed_digest(secret, scheme, method, target, timestamp, nonce, hashlib.sha256(body).hexdigest())


def signed_digest(secret: str, scheme: str, method: str, target: str, timestamp: str, nonce: str, digest: str) -> str:
    """Return the signature of a request whose body has this SHA-256 (lower-case hex)."""
    lines = f"{method}\n{target}\n{timestamp}\n{nonce}\n{digest}"
    return hmac.new(secret.encode(), lines.encode(), SCHEMES[scheme]).hexdigest()


def authorization(key: str, secret: str, method: str, target: str, body: bytes, now_s: int) -> str:
    """Return the Authorization header of a request by the program that holds `key`."""
    nonce, timestamp = secrets.token_hex(16), str(now_s)
    signature = sign(secret, "MJ-HMAC-SHA256", method, target, timestamp, nonce, body)
    return f"MJ-HMAC-SHA256 key={key},timestamp={timestamp},nonce={nonce},signature={signature}"


class Signatures:
    """Issues keys to programs and believes what they sign."""

    def __init__(self, keys: ApiKeys, nonces: Nonces, seal: Seal) -> None:
        self._keys = keys
        self._nonces = nonces
        self._seal = seal

    def issue(
        self,
        *,
        title: str,
        role: Role,
        region: str | None,
        agency: str | None,
        made_by: str,
        now_ms: int,
        expires_ms: int | None = None,
    ) -> Issued:
        """Make and keep a new key."""
        issued = self._made(
            title=title, role=role, region=region, agency=agency, made_by=made_by, now_ms=now_ms, expires_ms=expires_ms
        )
        self._keys.add(issued.key)
        return issued

    def rotate(self, key: ApiKey, *, made_by: str, now_ms: int, overlap_ms: int) -> Issued:
        """Make and keep a key in the place of another, which goes on for `overlap_ms` at the most.

        The new one lasts as long as the other was meant to, from now on.
        """
        issued = self._made(
            title=key.title,
            role=msgspec.convert(key.role, Role),
            region=key.region,
            agency=key.agency,
            made_by=made_by,
            now_ms=now_ms,
            expires_ms=None if key.expires_ms is None else now_ms + key.expires_ms - key.made_ms,
            replaces=key.id,
        )
        self._keys.rotate(issued.key, now_ms + overlap_ms)
        return issued

    def _made(self, *, role: Role, now_ms: int, **said: Any) -> Issued:
        name, secret = f"mk_{secrets.token_hex(8)}", secrets.token_urlsafe(32)
        sealed = self._seal.close(secret, _owner(name))
        return Issued(ApiKey(id=name, role=role, made_ms=now_ms, secret_sealed=sealed, **said), secret)

    def believe(self, signed: Signed, method: str, target: str, body: bytes, now_ms: int) -> Caller:
        """Return whose program signed this request with this body; see `believe_digest`."""
        return self.believe_digest(signed, method, target, hashlib.sha256(body).hexdigest(), now_ms)

    def believe_digest(self, signed: Signed, method: str, target: str, digest: str, now_ms: int) -> Caller:
        """Return whose program signed this request; SignatureRefused when nobody's did.

        The nonce is used only once the signature is right: whoever does not hold
        the secret can neither use up nonces nor fill the table.
        """
        _refuse_skewed(signed.timestamp, now_ms // 1000)
        key = self._keys.of(signed.key)
        if key is None or not key.good(now_ms):
            raise SignatureRefused(f"密钥 {signed.key} 无效：可能已停用或到期，请向系统管理员核对")
        secret = self._seal.open(key.secret_sealed, _owner(key.id))
        due = signed_digest(secret, signed.scheme, method, target, signed.timestamp, signed.nonce, digest)
        if not hmac.compare_digest(due, signed.signature):
            raise SignatureRefused("签名不符：请按 METHOD、路径与查询、TIMESTAMP、NONCE、SHA256(内容) 五行逐字核对")
        expires_ms = (int(signed.timestamp) + AROUND_S) * 1000
        if not self._nonces.take(key.id, signed.nonce, expires_ms=expires_ms, now_ms=now_ms):
            raise SignatureRefused(f"nonce={signed.nonce} 已用过；每个请求请用新的随机值")
        if now_ms - (key.last_used_ms or 0) >= USED_EVERY_MS:
            self._keys.used(key.id, now_ms)
        return caller_of(key)


def _refuse_skewed(timestamp: str, now_s: int) -> None:
    """Raise SignatureRefused for what is no time in Unix seconds, or one too far off."""
    if not timestamp.isdecimal():
        raise SignatureRefused(f"timestamp={timestamp} 不是 Unix 秒；请写成十进制整数，如 {now_s}")
    if abs(int(timestamp) - now_s) <= AROUND_S:
        return
    if abs(int(timestamp) // 1000 - now_s) <= AROUND_S:
        raise SignatureRefused(f"timestamp={timestamp} 是毫秒；请写成 Unix 秒，如 {now_s}")
    raise SignatureRefused(f"timestamp={timestamp} 与服务器时间 {now_s} 相差超过 {AROUND_S} 秒；请校准时钟")


def caller_of(key: ApiKey) -> Caller:
    """Return the caller a good key stands for."""
    return Caller(
        name=f"key:{key.id}",
        title=key.title,
        role=msgspec.convert(key.role, Role),
        region=key.region,
        agency=key.agency,
        via="key",
    )


def _owner(key: str) -> str:
    return f"key:{key}"
