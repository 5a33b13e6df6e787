"""飞书群机器人, with its signature check."""

import base64
import hashlib
import hmac

import orjson

from mingjing.services.notices.channels.outbound import Outbound, code_is_zero
from mingjing.services.notices.wording import Message


def feishu(base: str, token: str, secret: str, message: Message, at: int) -> Outbound:
    """Return the request; `at` is seconds since 1970, which the platform takes within an hour."""
    digest = hmac.digest(f"{at}\n{secret}".encode(), b"", hashlib.sha256)
    content = [[{"tag": "text", "text": line}] for line in message.lines]
    content.append([{"tag": "a", "text": "查看", "href": message.link}])
    body = {
        "timestamp": str(at),
        "sign": base64.b64encode(digest).decode(),
        "msg_type": "post",
        "content": {"post": {"zh_cn": {"title": message.title, "content": content}}},
    }
    return Outbound(
        f"{base.rstrip('/')}/open-apis/bot/v2/hook/{token}",
        {"Content-Type": "application/json"},
        orjson.dumps(body),
        code_is_zero("code", "msg"),
    )
