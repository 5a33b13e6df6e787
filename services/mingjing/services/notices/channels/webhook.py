"""A webhook: the card itself as JSON, signed, so that the receiver knows who sent it and that it is fresh."""

import hashlib
import hmac

from mingjing.services.notices.channels.outbound import Outbound, any_success

SIGNATURE = "Mingjing-Signature"
DELIVERY = "Mingjing-Delivery"


def webhook(url: str, secret: str, delivery_id: str, body: bytes, at: int) -> Outbound:
    """Return the request; `at` is seconds since 1970, `body` the JSON that is told.

    A repeat has the same delivery id: the receiver may drop it.
    """
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "mingjing",
        DELIVERY: delivery_id,
        SIGNATURE: f"t={at},v1={signature(secret, at, body)}",
    }
    return Outbound(url, headers, body, any_success)


def signature(secret: str, at: int, body: bytes) -> str:
    """Return HMAC-SHA-256 over `<at>.<body>`, in hex."""
    return hmac.digest(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hex()
