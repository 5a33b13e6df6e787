"""Mail by SMTP."""

import smtplib
import ssl
from collections.abc import Sequence
from email.message import EmailMessage

import msgspec

from mingjing.services.notices.wording import Message

TIMEOUT_S = 10.0


class MailHost(msgspec.Struct, frozen=True, kw_only=True):
    """An SMTP server; `security` is how it is spoken to."""

    host: str
    port: int
    sender: str
    security: str = "starttls"
    user: str = ""
    password: str = ""


class Enclosure(msgspec.Struct, frozen=True):
    """A file that goes with a message."""

    name: str
    media_type: str
    content: bytes


def letter(
    host: MailHost, to: str, message: Message, delivery_id: str, files: Sequence[Enclosure] = ()
) -> EmailMessage:
    """Return the mail; a repeat has the same Message-ID, so mailboxes show it once."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = host.sender, to, message.title
    mail["Message-ID"] = f"<{delivery_id}@mingjing>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content("\n".join((*message.lines, "", message.link)))
    for each in files:
        kind, _, subtype = each.media_type.partition("/")
        mail.add_attachment(each.content, maintype=kind, subtype=subtype, filename=each.name)
    return mail


def post(host: MailHost, mail: EmailMessage) -> None:
    """Hand the mail over. Blocks; raises OSError or smtplib.SMTPException when it is not taken."""
    trusted = ssl.create_default_context()
    opened = (
        smtplib.SMTP_SSL(host.host, host.port, timeout=TIMEOUT_S, context=trusted)
        if host.security == "tls"
        else smtplib.SMTP(host.host, host.port, timeout=TIMEOUT_S)
    )
    with opened as server:
        if host.security == "starttls":
            server.starttls(context=trusted)
        if host.user:
            server.login(host.user, host.password)
        server.send_message(mail)
