"""Secrets that must be read again, and words that need only be recognised: under the installation's key.

The key is MINGJING_SECRET.
"""

import base64
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE = 12


class SealBroken(Exception):
    """What was sealed cannot be opened: with another key, for another owner, or damaged."""


class Seal:
    """AES-256-GCM under keys derived from the installation's.

    What is sealed is bound to its owner: moved to another row it does not open.
    """

    def __init__(self, secret: str) -> None:
        self._cipher = AESGCM(_derived(secret, b"mingjing sealed secrets"))
        self._marking = _derived(secret, b"mingjing marked words")

    def close(self, text: str, owner: str) -> str:
        """Return `text` sealed for `owner`."""
        nonce = os.urandom(_NONCE)
        return base64.urlsafe_b64encode(nonce + self._cipher.encrypt(nonce, text.encode(), owner.encode())).decode()

    def mark(self, text: str) -> str:
        """Return 32 hex digits that stand for `text`: always the same, and nothing of it without the key."""
        return hmac.digest(self._marking, text.encode(), "sha256").hex()[:32]

    def open(self, sealed: str, owner: str) -> str:
        """Return what was sealed for `owner`; SealBroken when it does not open."""
        packed = base64.urlsafe_b64decode(sealed)
        try:
            return self._cipher.decrypt(packed[:_NONCE], packed[_NONCE:], owner.encode()).decode()
        except InvalidTag as exc:
            raise SealBroken(f"{owner} 的密钥无法解封：MINGJING_SECRET 是否已更换？请重新发放") from exc


def _derived(secret: str, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret.encode())
