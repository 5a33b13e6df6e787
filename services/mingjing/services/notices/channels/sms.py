"""短信 through an HTTP gateway: every province has its own, so the request is a template."""

from collections.abc import Mapping
from urllib.parse import quote

from mingjing.services.notices.channels.outbound import Outbound, any_success
from mingjing.services.notices.wording import Message

BLANKS = ("phone", "text")
MAX_TEXT = 280
"""Characters: four segments of a Chinese short message."""


def sms(url: str, headers: Mapping[str, str], body: str, phone: str, message: Message) -> Outbound:
    """Return the request; {phone} and {text} in `url` and `body` are filled in, each in that place's own quoting.

    A body that begins with a brace is JSON; any other is a form. Braces stand for nothing else.
    """
    text = "，".join((message.title, *message.lines))[:MAX_TEXT]
    json_like = body.lstrip().startswith(("{", "["))
    return Outbound(
        _filled(url, quote(phone, safe=""), quote(text, safe="")),
        {"Content-Type": "application/json" if json_like else "application/x-www-form-urlencoded", **headers},
        (
            _filled(body, _json(phone), _json(text))
            if json_like
            else _filled(body, quote(phone, safe=""), quote(text, safe=""))
        ).encode(),
        any_success,
    )


def _filled(template: str, phone: str, text: str) -> str:
    return template.replace("{phone}", phone).replace("{text}", text)


def _json(text: str) -> str:
    """Return a text as it stands between the quotes of JSON."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
