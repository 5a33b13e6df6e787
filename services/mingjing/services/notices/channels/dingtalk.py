"""钉钉（政务钉钉）群机器人, with its signature (加签)."""

import base64
import hashlib
import hmac
from urllib.parse import urlencode

import orjson

from mingjing.services.notices.channels.outbound import Outbound, code_is_zero
from mingjing.services.notices.wording import Message


def dingtalk(base: str, token: str, secret: str, message: Message, at_ms: int) -> Outbound:
    """Return the request; `at_ms` is milliseconds since 1970, which the platform takes within an hour."""
    digest = hmac.digest(secret.encode(), f"{at_ms}\n{secret}".encode(), hashlib.sha256)
    query = urlencode({"access_token": token, "timestamp": at_ms, "sign": base64.b64encode(digest).decode()})
    text = "\n\n".join((f"### {message.title}", *message.lines, f"[查看]({message.link})"))
    return Outbound(
        f"{base.rstrip('/')}/robot/send?{query}",
        {"Content-Type": "application/json"},
        orjson.dumps({"msgtype": "markdown", "markdown": {"title": message.title, "text": text}}),
        code_is_zero("errcode", "errmsg"),
    )
