"""Anchors: signed notes of how far the chain had come, to be kept where its keeper cannot reach.

Who holds an anchor and the public key can tell whether the chain up to it has been
rewritten since, even by who owns the database and the auditor.
"""

import os
from pathlib import Path
from typing import Final

import msgspec
import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from mingjing.services.settings import Settings

EVERY_MS: Final = 3_600_000


class AnchorRefused(Exception):
    """A key or a file of anchors is not one; the text names it and the fault."""


class Anchor(msgspec.Struct, frozen=True):
    """At `at_ms` link `seq` had this `hash`; `signature` (Ed25519, hex) is over the three, as JSON with sorted keys."""

    seq: int
    hash: str
    at_ms: int
    signature: str


def sign(key: Ed25519PrivateKey, seq: int, hash_: str, at_ms: int) -> Anchor:
    """Return the anchor of a link."""
    return Anchor(seq, hash_, at_ms, key.sign(_told(seq, hash_, at_ms)).hex())


def genuine(key: Ed25519PublicKey, anchor: Anchor) -> bool:
    """Return whether the holder of `key` signed this anchor."""
    try:
        key.verify(bytes.fromhex(anchor.signature), _told(anchor.seq, anchor.hash, anchor.at_ms))
    except (InvalidSignature, ValueError):
        return False
    return True


def append(path: Path, anchor: Anchor) -> None:
    """Append an anchor to the file, on the disk when this returns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        file.write(orjson.dumps(msgspec.to_builtins(anchor)) + b"\n")
        file.flush()
        os.fsync(file.fileno())


def read_anchors(path: Path) -> list[Anchor]:
    """Return the anchors of a file, in its order; AnchorRefused with the line that is none."""
    anchors = []
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        try:
            anchors.append(msgspec.json.decode(line, type=Anchor))
        except msgspec.DecodeError as exc:
            raise AnchorRefused(f"{path} 第 {number} 行不是锚点：{exc}") from exc
    return anchors


def private_key(path: Path) -> Ed25519PrivateKey:
    """Return the key in a PEM file, made there, for its owner alone to read, when the file does not exist."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = Ed25519PrivateKey.generate()
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return made
    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except (ValueError, TypeError) as exc:
        raise AnchorRefused(f"{path} 不是未加密的 PEM 私钥：{exc}") from exc
    if not isinstance(key, Ed25519PrivateKey):
        raise AnchorRefused(f"{path} 不是 Ed25519 私钥")
    return key


def public_key(path: Path) -> Ed25519PublicKey:
    """Return the key in a PEM file; AnchorRefused when it holds no Ed25519 public key."""
    try:
        key = load_pem_public_key(path.read_bytes())
    except ValueError as exc:
        raise AnchorRefused(f"{path} 不是 PEM 公钥：{exc}") from exc
    if not isinstance(key, Ed25519PublicKey):
        raise AnchorRefused(f"{path} 不是 Ed25519 公钥")
    return key


def written(key: Ed25519PublicKey) -> str:
    """Return a public key as PEM."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def key_path(settings: Settings) -> Path:
    """Return where the private key lies."""
    return settings.audit_key or settings.data_dir / "audit" / "anchor-key.pem"


def anchors_path(settings: Settings) -> Path:
    """Return the file anchors are appended to."""
    return settings.audit_anchors or settings.data_dir / "audit" / "anchors.jsonl"


def _told(seq: int, hash_: str, at_ms: int) -> bytes:
    return orjson.dumps({"seq": seq, "hash": hash_, "at_ms": at_ms}, option=orjson.OPT_SORT_KEYS)
