"""The doors by which agencies come to Kafka: SASL/SCRAM over TLS, and TLS with a certificate of theirs.

Our own processes use the inner listener, which nobody else may reach: who comes
by it is `User:ANONYMOUS`, and may do everything. Nobody is anonymous at these
two doors, whatever name a certificate bears, and what no ACL allows is refused there.
"""

from pathlib import Path
from typing import NamedTuple

from mingjing.services.settings import Settings
from mingjing.services.stack.addresses import Address, Claim
from mingjing.services.stack.certificates import Authority
from mingjing.services.stack.folder import Folder
from mingjing.services.stack.refusal import StackRefused

SETTING = "MINGJING_KAFKA_AGENCIES"
PROTOCOLS = ",SASL:SASL_SSL,MTLS:SSL"
"""Which protocol each door speaks, to be put behind others."""
REAUTHENTICATE_S = 300
"""A password that was replaced is good on an open connection for at most as long; an ACL that is gone, not at all."""


class Doors(NamedTuple):
    """Where agencies knock: with a password at `sasl`, with a certificate one port above.

    `certificates` is the folder of the authority that signs for the broker and for agencies.
    """

    sasl: Address
    certificates: Path

    @property
    def mtls(self) -> Address:
        """Where agencies with a certificate knock."""
        return Address(self.sasl.host, self.sasl.port + 1)

    @property
    def listeners(self) -> str:
        """The listeners as Kafka lists them, to be put behind others."""
        return f",SASL://{self.sasl},MTLS://{self.mtls}"

    @property
    def claims(self) -> list[Claim]:
        """The ports they take."""
        remedy = f"用 {SETTING}=127.0.0.1:<别的端口> 换一个（证书入口用它的下一个）"
        return [Claim("Kafka 部门入口", self.sasl, remedy), Claim("Kafka 部门证书入口", self.mtls, remedy)]

    def properties(self) -> str:
        """Return the broker's properties for both doors, with certificates in place."""
        authority = Authority(self.certificates)
        broker = authority.issued("broker", serves=True)
        return f"""\
inter.broker.listener.name=PLAINTEXT
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS
allow.everyone.if.no.acl.found=false
sasl.enabled.mechanisms=SCRAM-SHA-512
connections.max.reauth.ms={REAUTHENTICATE_S * 1000}
listener.name.sasl.scram-sha-512.sasl.jaas.config=\
org.apache.kafka.common.security.scram.ScramLoginModule required;
{_tls("sasl", broker, None)}{_tls("mtls", broker, authority.certificate)}\
ssl.principal.mapping.rules=RULE:^CN=([A-Za-z0-9._-]+)(,.*)?$/cert-$1/,DEFAULT
"""


def doors_of(settings: Settings) -> Doors | None:
    """Return the doors that the settings ask for on this machine, None where they ask for none; StackRefused."""
    if settings.kafka_agencies is None:
        return None
    address = Address.parse(settings.kafka_agencies, SETTING)
    if not address.local:
        raise StackRefused(f"{SETTING}={address} 不是本机回环地址；本机栈只在 127.0.0.1 上启动 Kafka。")
    return Doors(address, Folder(settings.data_dir).certificates)


def _tls(listener: str, broker: Path, trusted: Path | None) -> str:
    said = (
        f"listener.name.{listener}.ssl.keystore.type=PEM\n"
        f"listener.name.{listener}.ssl.keystore.location={broker.absolute()}\n"
    )
    if trusted is None:
        return said
    return (
        f"{said}listener.name.{listener}.ssl.truststore.type=PEM\n"
        f"listener.name.{listener}.ssl.truststore.location={trusted.absolute()}\n"
        f"listener.name.{listener}.ssl.client.auth=required\n"
    )
