"""Where Kafka is and how it is spoken to, said once, in the words of each client.

Four clients speak to Kafka here, and librdkafka has other names for the same things than
kafka-python and aiokafka, on which Faust stands. All of them are made from a `Broker`, so
that none is left without TLS or a password where the others have them.
"""

import ssl
from pathlib import Path
from typing import Any, Literal

import msgspec

Protocol = Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]
Mechanism = Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]


class Broker(msgspec.Struct, frozen=True, repr_omit_defaults=True):
    """Servers (`HOST:PORT[,HOST:PORT…]`), and by which protocol and as whom.

    `user` and `password` count where the protocol has SASL; the files, PEM all of them,
    where it has TLS: `authority` signs for the servers (None: those the machine trusts),
    `certificate` says who we are, with its `key` in the same file where none is named.
    """

    servers: str
    protocol: Protocol = "PLAINTEXT"
    mechanism: Mechanism = "SCRAM-SHA-512"
    user: str | None = None
    password: str | None = None
    authority: Path | None = None
    certificate: Path | None = None
    key: Path | None = None

    def __repr__(self) -> str:
        """Without the password: tracebacks and logs show this."""
        return f"{type(self).__name__}({self.servers!r}, {self.protocol!r}, user={self.user!r})"

    def __str__(self) -> str:
        """The servers, as messages name them."""
        return self.servers

    @property
    def authenticates(self) -> bool:
        """Whether a user and a password are shown."""
        return self.protocol.startswith("SASL")

    @property
    def encrypts(self) -> bool:
        """Whether TLS is spoken."""
        return self.protocol.endswith("SSL")

    def tls(self) -> ssl.SSLContext | None:
        """Return what TLS is spoken with, None where it is not.

        Raises OSError where a file is not there or is not what it should be, a key
        that is locked by a password among them.
        """
        if not self.encrypts:
            return None
        context = ssl.create_default_context(cafile=self.authority)
        if self.certificate is not None:
            context.load_cert_chain(self.certificate, self.key, password=_no_password)
        return context

    def librdkafka(self) -> dict[str, Any]:
        """Return the settings of a confluent-kafka client, to be joined with its own."""
        spoken: dict[str, Any] = {"bootstrap.servers": self.servers, "security.protocol": self.protocol}
        if self.authenticates:
            spoken |= {
                "sasl.mechanism": self.mechanism,
                "sasl.username": self.user,
                "sasl.password": self.password,
            }
        if self.encrypts:
            files = {
                "ssl.ca.location": self.authority,
                "ssl.certificate.location": self.certificate,
                "ssl.key.location": self.certificate and (self.key or self.certificate),
            }
            spoken |= {name: str(file) for name, file in files.items() if file is not None}
        return spoken

    def keywords(self) -> dict[str, Any]:
        """Return the keywords of a client of kafka-python or aiokafka, to be joined with its own."""
        spoken: dict[str, Any] = {
            "bootstrap_servers": self.servers.split(","),
            "security_protocol": self.protocol,
            "ssl_context": self.tls(),
        }
        if self.authenticates:
            spoken |= {
                "sasl_mechanism": self.mechanism,
                "sasl_plain_username": self.user,
                "sasl_plain_password": self.password,
            }
        return spoken


def _no_password() -> str:
    """Stand in for OpenSSL's question at the terminal, which nobody is there to answer."""
    raise ssl.SSLError("the key is locked by a password; give one that is not, readable by this process alone")
