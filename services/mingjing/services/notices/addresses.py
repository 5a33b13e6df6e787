"""Reading one channel of a plan: where it leads, and the secrets it needs, which stand elsewhere."""

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from mingjing.rules.yaml_page import Node, YamlPage
from mingjing.services.notices.channel import Address, Mailbox, Phone, Robot, Webhook
from mingjing.services.notices.channels.mail import MailHost
from mingjing.services.settings import PREFIX

_ENV = re.compile(r"[A-Z][A-Z0-9_]*")

SHAPES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "webhook": (("url", "secret"), ("url", "secret")),
    "wecom": (("url", "key"), ("url", "key")),
    "dingtalk": (("url", "token", "secret"), ("url", "token", "secret")),
    "feishu": (("url", "token", "secret"), ("url", "token", "secret")),
    "sms": (("url", "headers", "body", "to"), ("url", "body", "to")),
    "mail": (("host", "port", "sender", "security", "user", "password", "to"), ("host", "port", "sender", "to")),
}
"""What a channel of each kind has beside name and kind, and what it must have."""


class Addresses:
    """Reads addresses of `page`; secrets come from `environ` or from files beside the plan in `folder`."""

    def __init__(self, page: YamlPage, folder: Path, environ: Mapping[str, str] = os.environ) -> None:
        self._page = page
        self._folder = folder
        self._environ = environ

    def read(self, kind: str, fields: Mapping[str, Node]) -> Address:
        """Return the address of a channel of `kind`; what is wrong with it is noted on the page."""
        readers: dict[str, Callable[[Mapping[str, Node]], Address]] = {
            "webhook": lambda it: Webhook(self._text(it, "url"), self._secret(it, "secret")),
            "wecom": lambda it: Robot("wecom", self._text(it, "url"), self._secret(it, "key"), ""),
            "dingtalk": lambda it: Robot(
                "dingtalk", self._text(it, "url"), self._secret(it, "token"), self._secret(it, "secret")
            ),
            "feishu": lambda it: Robot(
                "feishu", self._text(it, "url"), self._secret(it, "token"), self._secret(it, "secret")
            ),
            "sms": self._phone,
            "mail": self._mailbox,
        }
        return readers[kind](fields)

    def _phone(self, fields: Mapping[str, Node]) -> Phone:
        if "body" in fields and "{text}" not in self._text(fields, "body") + self._text(fields, "url"):
            self._page.fault(fields["body"], "neither `url` nor `body` has {text}, so nothing would be said")
        headers = self._page.entries(fields["headers"]) if "headers" in fields else {}
        return Phone(
            self._text(fields, "url"),
            {name: self._secret(headers, name) for name in headers},
            self._text(fields, "body"),
            self._text(fields, "to"),
        )

    def _mailbox(self, fields: Mapping[str, Node]) -> Mailbox:
        security = self._page.word(fields.get("security"), ("starttls", "tls", "none"), "starttls")
        user = self._text(fields, "user")
        if ("user" in fields) != ("password" in fields):
            self._page.fault(fields.get("user", fields.get("password")), "`user` and `password` go together")
        if user and security == "none":
            self._page.fault(fields["user"], "a password is not sent in the clear; set `security` to starttls or tls")
        host = MailHost(
            host=self._text(fields, "host"),
            port=self._page.number(fields.get("port"), 587),
            sender=self._text(fields, "sender"),
            security=security,
            user=user,
            password=self._secret(fields, "password") if "password" in fields else "",
        )
        return Mailbox(host, self._text(fields, "to"))

    def _text(self, fields: Mapping[str, Node], name: str) -> str:
        return self._page.text(fields.get(name))

    def _secret(self, fields: Mapping[str, Node], name: str) -> str:
        """Return a secret that is named as {env: NAME} or {file: PATH}; a value in the plan itself is a fault."""
        node = fields.get(name)
        if node is None:
            return ""
        plain: Any = self._page.plain(node)
        if not isinstance(plain, dict) or len(plain) != 1:
            self._page.fault(node, f"a secret does not stand here; write {name}: {{env: NAME}} or {{file: PATH}}")
            return ""
        named = self._page.mapping(node, ("env", "file"))
        source = self._text(named, "env") or self._text(named, "file")
        if "env" in named and (not _ENV.fullmatch(source) or source.startswith(PREFIX)):
            self._page.fault(
                named["env"], f"{source!r} is not a name for a secret: capitals, not beginning with {PREFIX}"
            )
            return ""
        value = self._environ.get(source, "") if "env" in named else self._file(named.get("file"), source)
        if not value and named:
            self._page.fault(node, f"there is no secret in {source}; set it before starting")
        return value

    def _file(self, node: Node | None, name: str) -> str:
        try:
            return (self._folder / name).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as exc:
            self._page.fault(node, f"{name} cannot be read: {type(exc).__name__}")
            return ""
