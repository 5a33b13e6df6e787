"""Carrying a request to its receiver: only to hosts that are allowed, within a time, without following it elsewhere."""

from collections.abc import Collection
from urllib.parse import urlsplit

import httpx
import msgspec

from mingjing.services.notices.channels.outbound import Outbound

TIMEOUT_S = 10.0
_MAX_ANSWER = 64 * 1024


class HostRefused(ValueError):
    """An address is not one that this installation may send to."""


class Delivered(msgspec.Struct, frozen=True):
    """What came of it: the status (None = no answer), and why it failed (None = it was taken).

    `unknown`: it failed after the receiver may have taken it.
    """

    status: int | None
    failure: str | None
    unknown: bool = False


def demand_allowed(url: str, hosts: Collection[str]) -> None:
    """Raise HostRefused unless the address is http(s) without a user, and `hosts` has its host (or host:port)."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or parts.username is not None or parts.hostname is None:
        raise HostRefused(f"{url} 不是可发送的地址；请用不含用户名的 http 或 https 地址")
    if parts.netloc.lower() not in hosts and parts.hostname not in hosts:
        raise HostRefused(f"主机 {parts.netloc} 不在允许名单内；名单：{'、'.join(sorted(hosts)) or '（空）'}")


class Courier:
    """Makes requests over one pool of connections; a receiver has `timeout_s` for each step of its answer."""

    def __init__(self, hosts: Collection[str], timeout_s: float = TIMEOUT_S) -> None:
        self._hosts = frozenset(each.lower() for each in hosts)
        self._client = httpx.AsyncClient(timeout=timeout_s, follow_redirects=False, trust_env=False)

    async def carry(self, outbound: Outbound) -> Delivered:
        """Return what became of the request; a refused host, a slow or a strange answer is a failure, never raised."""
        try:
            demand_allowed(outbound.url, self._hosts)
            request = self._client.stream("POST", outbound.url, headers=dict(outbound.headers), content=outbound.body)
            async with request as answer:
                body = b""
                async for piece in answer.aiter_bytes():
                    body += piece
                    if len(body) > _MAX_ANSWER:
                        return Delivered(answer.status_code, "回应过大", unknown=answer.is_success)
        except HostRefused as exc:
            return Delivered(None, str(exc))
        except httpx.HTTPError as exc:
            unsent = isinstance(exc, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
            return Delivered(None, f"{type(exc).__name__}：{exc}", unknown=not unsent)
        if not answer.is_success:
            return Delivered(answer.status_code, f"HTTP {answer.status_code}：{body[:200].decode(errors='replace')}")
        return Delivered(answer.status_code, outbound.taken(body))

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()
