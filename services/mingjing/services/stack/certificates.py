"""Certificates of one machine's Kafka: an authority of its own, made once, that signs for the broker and for agencies.

An installation has its own authority; this one vouches for nothing beyond the
folder it lies in.
"""

import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

_NAME = "mingjing local authority"
_VALID = timedelta(days=365)
_AUTHORITY_VALID = timedelta(days=3650)
_THIS_MACHINE = x509.SubjectAlternativeName(
    [x509.IPAddress(ipaddress.ip_address("127.0.0.1")), x509.DNSName("localhost")]
)
_CLOCKS_APART = timedelta(minutes=5)


class Authority:
    """An authority that lies in `folder`: `ca.pem` for all to read, `ca.key` for nobody else."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.certificate = folder / "ca.pem"
        folder.mkdir(parents=True, exist_ok=True)
        if not self.certificate.exists():
            self._found()

    def issued(self, name: str, *, serves: bool = False) -> Path:
        """Return a PEM file with the key (PKCS#8) and the certificate of `name`; made anew if it is not there.

        `name` becomes the CN, by which Kafka knows its bearer. Who `serves` is believed
        to be this machine.
        """
        path = self._folder / f"{name}.pem"
        if not path.exists():
            authority = x509.load_pem_x509_certificate(self.certificate.read_bytes())
            key = generate_private_key(SECP256R1())
            builder = _builder(name, authority.subject, key, _VALID)
            if serves:
                builder = builder.add_extension(_THIS_MACHINE, critical=False)
            signed = builder.sign(self._key(), SHA256())
            _keep_secret(path, _pem(key) + signed.public_bytes(Encoding.PEM))
        return path

    def _found(self) -> None:
        key = generate_private_key(SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, _NAME)])
        limits = x509.BasicConstraints(ca=True, path_length=0)
        builder = _builder(_NAME, name, key, _AUTHORITY_VALID).add_extension(limits, critical=True)
        _keep_secret(self._folder / "ca.key", _pem(key))
        self.certificate.write_bytes(builder.sign(key, SHA256()).public_bytes(Encoding.PEM))

    def _key(self) -> EllipticCurvePrivateKey:
        key = load_pem_private_key((self._folder / "ca.key").read_bytes(), password=None)
        assert isinstance(key, EllipticCurvePrivateKey), "the authority was founded with such a key"  # noqa: S101
        return key


def _builder(name: str, issuer: x509.Name, key: EllipticCurvePrivateKey, valid: timedelta) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCKS_APART)
        .not_valid_after(now + valid)
    )


def _pem(key: EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _keep_secret(path: Path, content: bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(content)
