"""企业微信（政务微信）群机器人. Its private installations have an address of their own."""

import orjson

from mingjing.services.notices.channels.outbound import Outbound, code_is_zero
from mingjing.services.notices.wording import Message

MAX_BYTES = 4_096
"""Of a markdown message, by the platform's own limit."""


def wecom(base: str, key: str, message: Message) -> Outbound:
    """Return the request that puts the message into the group of the robot `key`."""
    content = "\n".join((f"**{message.title}**", *(f"> {line}" for line in message.lines), f"[查看]({message.link})"))
    cut = content.encode()[:MAX_BYTES].decode(errors="ignore")
    body = orjson.dumps({"msgtype": "markdown", "markdown": {"content": cut}})
    return Outbound(
        f"{base.rstrip('/')}/cgi-bin/webhook/send?key={key}",
        {"Content-Type": "application/json"},
        body,
        code_is_zero("errcode", "errmsg"),
    )
