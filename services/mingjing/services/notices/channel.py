"""An address somebody reads at, of one kind, with what is needed to write to it."""

from collections.abc import Mapping
from typing import Literal

import msgspec

from mingjing.services.notices.channels.dingtalk import dingtalk
from mingjing.services.notices.channels.feishu import feishu
from mingjing.services.notices.channels.mail import MailHost
from mingjing.services.notices.channels.outbound import Outbound
from mingjing.services.notices.channels.sms import sms
from mingjing.services.notices.channels.webhook import webhook
from mingjing.services.notices.channels.wecom import wecom
from mingjing.services.notices.telling import Telling


class Webhook(msgspec.Struct, frozen=True):
    """A program of somebody else's; `secret` is what it knows us by."""

    url: str
    secret: str

    def outbound(self, telling: Telling, at_ms: int) -> Outbound:
        """Return the request that tells it at `at_ms`, milliseconds since 1970."""
        return webhook(self.url, self.secret, telling.delivery, telling.body, at_ms // 1000)

    @property
    def kept(self) -> tuple[str, ...]:
        """What must not stand in a log."""
        return (self.secret,)


class Robot(msgspec.Struct, frozen=True):
    """A robot in a group; `url` is the platform's, `secret` empty where it signs nothing."""

    platform: Literal["wecom", "dingtalk", "feishu"]
    url: str
    token: str
    secret: str

    def outbound(self, telling: Telling, at_ms: int) -> Outbound:
        """See `Webhook`."""
        match self.platform:
            case "wecom":
                return wecom(self.url, self.token, telling.message)
            case "dingtalk":
                return dingtalk(self.url, self.token, self.secret, telling.message, at_ms)
            case "feishu":
                return feishu(self.url, self.token, self.secret, telling.message, at_ms // 1000)

    @property
    def kept(self) -> tuple[str, ...]:
        """See `Webhook`."""
        return (self.token, self.secret)

    @property
    def most_a_minute(self) -> int:
        """How many messages the platform takes from one robot in a minute; DingTalk shuts out who sends more."""
        return 100 if self.platform == "feishu" else 20


class Phone(msgspec.Struct, frozen=True):
    """A telephone behind an HTTP gateway; `headers` are the gateway's own, with its secrets filled in."""

    url: str
    headers: Mapping[str, str]
    body: str
    number: str

    def outbound(self, telling: Telling, _at_ms: int) -> Outbound:
        """See `Webhook`."""
        return sms(self.url, self.headers, self.body, self.number, telling.message)

    @property
    def kept(self) -> tuple[str, ...]:
        """See `Webhook`."""
        return (self.number, *self.headers.values())


class Mailbox(msgspec.Struct, frozen=True):
    """A mailbox behind an SMTP server."""

    host: MailHost
    to: str

    @property
    def url(self) -> str:
        """The server, in the form in which hosts are allowed."""
        return f"https://{self.host.host}:{self.host.port}"

    @property
    def kept(self) -> tuple[str, ...]:
        """See `Webhook`."""
        return (self.to, self.host.password)


Address = Webhook | Robot | Phone | Mailbox


class Channel(msgspec.Struct, frozen=True):
    """A name that routes speak of, and where it leads."""

    name: str
    address: Address

    @property
    def most_a_minute(self) -> int | None:
        """How many messages may go this way in a minute, None for any number."""
        return self.address.most_a_minute if isinstance(self.address, Robot) else None

    def masked(self, text: str) -> str:
        """Return `text` without the secrets and the numbers of people that this channel knows."""
        for each in self.address.kept:
            if each:
                text = text.replace(each, "***")
        return text
