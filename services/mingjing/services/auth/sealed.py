"""Secrets that must be read again: sealed with the installation's key (MINGJING_SECRET)."""

import base64
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
        derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"mingjing sealed secrets").derive(
            secret.encode()
        )
        self._cipher = AESGCM(derived)

    def close(self, text: str, owner: str) -> str:
        """Return `text` sealed for `owner`."""
        nonce = os.urandom(_NONCE)
        return base64.urlsafe_b64encode(nonce + self._cipher.encrypt(nonce, text.encode(), owner.encode())).decode()

    def open(self, sealed: str, owner: str) -> str:
        """Return what was sealed for `owner`; SealBroken when it does not open."""
        packed = base64.urlsafe_b64decode(sealed)
        try:
            return self._cipher.decrypt(packed[:_NONCE], packed[_NONCE:], owner.encode()).decode()
        except InvalidTag as exc:
            raise SealBroken(f"{owner} 的密钥无法解封：MINGJING_SECRET 是否已更换？请重新发放") from exc
