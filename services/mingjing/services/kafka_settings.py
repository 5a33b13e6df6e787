"""How our own processes speak to Kafka: settings that fit each other, or are refused by name.

One reading makes the `Broker` that every client of every process is made from.
"""

from pathlib import Path
from typing import Self

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings

from mingjing.streams.broker import Broker, Mechanism, Protocol

_SECURITY = "MINGJING_KAFKA_SECURITY"


class KafkaSettings(BaseSettings):
    """Where Kafka is, by which protocol it is spoken to, and as whom."""

    kafka: str = Field("127.0.0.1:19092", description="Kafka bootstrap servers, HOST:PORT[,HOST:PORT…]")
    kafka_agencies: str | None = Field(
        None, description="Kafka listener agencies write to, HOST:PORT: SASL/SCRAM there, certificates one port above"
    )
    kafka_security: Protocol = Field(
        "PLAINTEXT", description="How our processes speak to Kafka: PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL"
    )
    kafka_mechanism: Mechanism = Field(
        "SCRAM-SHA-512", description="SASL mechanism of our processes: SCRAM-SHA-512, SCRAM-SHA-256 or PLAIN"
    )
    kafka_user: str | None = Field(None, min_length=1, description="SASL user of our processes")
    kafka_password: str | None = Field(None, min_length=1, description="Their SASL password; better in a file")
    kafka_password_file: Path | None = Field(None, description="File that holds the SASL password and nothing else")
    kafka_ca: Path | None = Field(
        None, description="PEM of who signs for the Kafka servers; absent = whom the machine trusts"
    )
    kafka_certificate: Path | None = Field(None, description="PEM of our processes' client certificate; absent = none")
    kafka_key: Path | None = Field(None, description="PEM of its key; absent = in the certificate's file")

    @property
    def broker(self) -> Broker:
        """What every client of Kafka is made from; the password is read from its file."""
        file = self.kafka_password_file
        return Broker(
            self.kafka,
            self.kafka_security,
            self.kafka_mechanism,
            self.kafka_user,
            self.kafka_password if file is None else file.read_text("utf-8").strip(),
            self.kafka_ca,
            self.kafka_certificate,
            self.kafka_key,
        )

    @model_validator(mode="after")
    def _speaks_to_kafka(self) -> Self:
        faults = [*self._misplaced(), *self._missing()] or self._unreadable()
        if faults:
            raise ValueError("\n".join(faults))
        return self

    def _misplaced(self) -> list[str]:
        """Return what is said of a password or of TLS where the protocol has none."""
        spoken = f"{_SECURITY}={self.kafka_security}"
        faults = []
        if not self.kafka_security.startswith("SASL"):
            given = self._given("kafka_user", "kafka_password", "kafka_password_file")
            faults += [f"{name} is set, but {spoken} shows no password; take SASL_SSL" for name in given]
        if not self.kafka_security.endswith("SSL"):
            given = self._given("kafka_ca", "kafka_certificate", "kafka_key")
            faults += [f"{name} is set, but {spoken} speaks no TLS; take SASL_SSL or SSL" for name in given]
        return faults

    def _missing(self) -> list[str]:
        """Return what the protocol asks for and is not there, or is there twice."""
        protocol = self.kafka_security
        faults = []
        if protocol.startswith("SASL"):
            if self.kafka_user is None:
                faults.append(f"{_SECURITY}={protocol} needs MINGJING_KAFKA_USER")
            if len(self._given("kafka_password", "kafka_password_file")) != 1:
                faults.append(
                    f"{_SECURITY}={protocol} needs one of MINGJING_KAFKA_PASSWORD_FILE and MINGJING_KAFKA_PASSWORD"
                )
            if protocol == "SASL_PLAINTEXT" and self.kafka_mechanism == "PLAIN":
                faults.append(
                    "MINGJING_KAFKA_MECHANISM=PLAIN would send the password in the open; "
                    f"take SCRAM-SHA-512, or {_SECURITY}=SASL_SSL"
                )
        if self.kafka_key is not None and self.kafka_certificate is None:
            faults.append("MINGJING_KAFKA_KEY is set without MINGJING_KAFKA_CERTIFICATE")
        return faults

    def _unreadable(self) -> list[str]:
        """Return why the password or what TLS needs cannot be read from the files named."""
        try:
            broker = self.broker
        except (OSError, UnicodeDecodeError) as exc:
            return [f"MINGJING_KAFKA_PASSWORD_FILE={self.kafka_password_file}: {exc}"]
        if broker.authenticates and not broker.password:
            return [f"MINGJING_KAFKA_PASSWORD_FILE={self.kafka_password_file}: the file is empty"]
        try:
            broker.tls()
        except OSError as exc:
            files = ", ".join(
                f"{name}={getattr(self, name.removeprefix('MINGJING_').lower())}"
                for name in self._given("kafka_ca", "kafka_certificate", "kafka_key")
            )
            return [f"{files}: {exc}; PEM is asked for, a certificate with the key that belongs to it"]
        return []

    def _given(self, *names: str) -> list[str]:
        return [f"MINGJING_{name.upper()}" for name in names if getattr(self, name) is not None]
