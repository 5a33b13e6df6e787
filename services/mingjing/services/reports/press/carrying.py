"""Handing a parcel over, and how sure we may be of what came of it."""

import asyncio
import os
import smtplib
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import msgspec

from mingjing.services.notices.channel import Channel, Mailbox
from mingjing.services.notices.channels.mail import Enclosure, letter, post
from mingjing.services.notices.courier import Courier
from mingjing.services.notices.telling import Telling

ANSWER_S = 120.0
"""Longer than any receiver may take for a year's report of a province."""

_REFUSALS = (
    *(smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused, smtplib.SMTPNotSupportedError),
    *(ConnectionRefusedError, socket.gaierror),
)
"""What an SMTP server says instead of taking a mail; anything else may have come after it took it."""


class Outcome(msgspec.Struct, frozen=True):
    """What came of it: taken; refused, so certainly not taken; or unknown."""

    state: Literal["taken", "refused", "unknown"]
    failure: str = ""


async def carry(channel: Channel, telling: Telling, courier: Courier, now_ms: int) -> Outcome:
    """Offer the message with its files to a channel."""
    try:
        async with asyncio.timeout(ANSWER_S):
            outcome = await _offered(channel, telling, courier, now_ms)
    except TimeoutError:
        outcome = Outcome("unknown", f"{ANSWER_S:.0f} 秒内没有答复完毕")
    return msgspec.structs.replace(outcome, failure=channel.masked(outcome.failure))


def put(folder: Path, files: Sequence[Enclosure]) -> Outcome:
    """Put the files into `folder`, each whole or not at all; the same files again change nothing."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for each in files:
            unfinished = folder / f".{each.name}.unfinished"
            unfinished.write_bytes(each.content)
            os.replace(unfinished, folder / each.name)  # noqa: PTH105  # atomic, and says so
    except OSError as exc:
        return Outcome("refused", f"{type(exc).__name__}：{exc}")
    return Outcome("taken")


async def _offered(channel: Channel, telling: Telling, courier: Courier, now_ms: int) -> Outcome:
    address = channel.address
    if not isinstance(address, Mailbox):
        delivered = await courier.carry(address.outbound(telling, now_ms))
        if delivered.failure is None:
            return Outcome("taken")
        return Outcome("unknown" if delivered.unknown else "refused", delivered.failure)
    mail = letter(address.host, address.to, telling.message, telling.delivery, telling.files)
    try:
        await asyncio.to_thread(post, address.host, mail)
    except _REFUSALS as exc:
        return Outcome("refused", f"{type(exc).__name__}：{exc}")
    except (OSError, smtplib.SMTPException) as exc:
        return Outcome("unknown", f"{type(exc).__name__}：{exc}")
    return Outcome("taken")
