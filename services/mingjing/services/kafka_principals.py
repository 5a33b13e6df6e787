"""Agencies at Kafka: a principal each, who may report on `ingest.<agency>`, try on `sandbox.<agency>`, and no more.

An agency's principal is `User:<code>`, known by a SCRAM password. Where it comes
with a certificate, it is `User:cert-<CN>`, with the same right: a certificate taken
off the list is refused at once, whatever its term. The broker maps names so by
`ssl.principal.mapping.rules=RULE:^CN=([A-Za-z0-9._-]+)(,.*)?$/cert-$1/,DEFAULT`.

Our own processes have a principal too, where the broker asks everybody for one: what it
may do is what they do, on the topics and groups of the installation and nowhere else.
Topics are made and agencies admitted by whoever administers the cluster.

The broker cannot look into records: that an event on `ingest.<agency>` names only
that agency and its sources is asked by intake.
"""

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from kafka import KafkaAdminClient
from kafka.admin import (
    ACL,
    ACLFilter,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    ResourcePattern,
    ResourceType,
    ScramMechanism,
    UserScramCredentialDeletion,
    UserScramCredentialUpsertion,
)
from kafka.errors import KafkaError
from kafka.protocol.admin import AlterClientQuotasRequest, DescribeClientQuotasRequest

from mingjing.streams.broker import Broker
from mingjing.streams.topics import ingest_topic, sandbox_receipts_topic, sandbox_topic, topics_of

ITERATIONS = 8192
BYTES_PER_SECOND = 2 * 1024 * 1024
"""What an agency may write if nothing else was said: about a thousand events a second."""

_OPERATIONS = (ACLOperation.WRITE, ACLOperation.DESCRIBE)  # all an idempotent producer needs
_OF_PROCESSES = (ACLOperation.READ, ACLOperation.WRITE, ACLOperation.DESCRIBE, ACLOperation.DESCRIBE_CONFIGS)
_READING = (ACLOperation.READ, ACLOperation.DESCRIBE)
_GROUPS = "mingjing-"
"""How the names of our consumer groups begin; that of the workers may be set otherwise."""
_SCRAM = ScramMechanism.SCRAM_SHA_512
_CERTIFICATE = "cert-"
_RATE = "producer_byte_rate"
_EXACTLY = 0
"""How a name is to match, in a question about quotas."""


class PrincipalsUnchanged(Exception):
    """Kafka did not do what was asked; the text says what, and what may be done."""


class KafkaPrincipals:
    """Makes, renews and bars principals on the cluster of `broker`; each may be repeated without harm."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    def admit(self, agency: str, certificates: Iterable[str] = (), bytes_per_second: int | None = None) -> str:
        """Let the agency write, and return its new password: an older one, and every other certificate, is refused.

        `certificates` are CNs. The rate is the agency's share per broker; what is
        beyond it waits at the broker and holds nobody else up. None leaves it as it was set,
        and is `BYTES_PER_SECOND` for who has none. Raises PrincipalsUnchanged.
        """
        password = secrets.token_urlsafe(32)
        principals = [agency, *(f"{_CERTIFICATE}{name}" for name in certificates)]
        with self._administering() as admin:
            self._alter_scram(admin, UserScramCredentialUpsertion(agency, _SCRAM, password, iterations=ITERATIONS))
            for pattern, operations in _rights(agency).items():
                self._allow(admin, principals, pattern, operations)
            self._withdraw(admin, {each for each in _admitted(admin, agency) if each not in principals}, agency)
            rate = bytes_per_second or _rate_of(admin, agency) or BYTES_PER_SECOND
            for principal in principals:
                _limit(admin, principal, rate)
        return password

    def admit_processes(self, user: str, group: str, certificates: Iterable[str] = ()) -> str:
        """Let our processes do their work as `user`, or with a certificate of these CNs; return the new password.

        `group` is the workers'. Raises PrincipalsUnchanged.
        """
        password = secrets.token_urlsafe(32)
        principals = [user, *(f"{_CERTIFICATE}{name}" for name in certificates)]
        prefixed = ACLResourcePatternType.PREFIXED
        topics = [
            *(ResourcePattern(ResourceType.TOPIC, each.name) for each in topics_of(1, [])),
            *(ResourcePattern(ResourceType.TOPIC, each(""), prefixed) for each in (ingest_topic, sandbox_topic)),
        ]
        groups = [
            ResourcePattern(ResourceType.GROUP, group),
            ResourcePattern(ResourceType.GROUP, _GROUPS, prefixed),
        ]
        with self._administering() as admin:
            self._alter_scram(admin, UserScramCredentialUpsertion(user, _SCRAM, password, iterations=ITERATIONS))
            for each in topics:
                self._allow(admin, principals, each, _OF_PROCESSES)
            for each in groups:
                self._allow(admin, principals, each, _READING)
        return password

    def bar(self, agency: str) -> None:
        """Let nobody write for the agency any more: not by password, not by certificate, not on an open connection."""
        with self._administering() as admin:
            self._withdraw(admin, _admitted(admin, agency), agency)
            if agency in self._with_password(admin):
                self._alter_scram(admin, UserScramCredentialDeletion(agency, _SCRAM))

    def admitted(self, agency: str) -> list[str]:
        """Return who may write for the agency: its code, which has a password, and `cert-<CN>` of certificates."""
        with self._administering() as admin:
            return sorted(_admitted(admin, agency))

    def rate_of(self, principal: str) -> int | None:
        """Return how many bytes a second a principal may write to each broker; None where nothing limits it."""
        with self._administering() as admin:
            return _rate_of(admin, principal)

    @staticmethod
    def _with_password(admin: KafkaAdminClient) -> set[str]:
        return set(admin.describe_user_scram_credentials())

    @staticmethod
    def _alter_scram(
        admin: KafkaAdminClient, change: UserScramCredentialUpsertion | UserScramCredentialDeletion
    ) -> None:
        for user, fault in admin.alter_user_scram_credentials([change]).items():
            if fault is not None:
                raise PrincipalsUnchanged(f"Kafka 没有改动 {user} 的口令：{fault}")

    @staticmethod
    def _allow(
        admin: KafkaAdminClient,
        principals: Iterable[str],
        pattern: ResourcePattern,
        operations: Iterable[ACLOperation],
    ) -> None:
        """Allow each principal each operation there."""
        allowed = ACLPermissionType.ALLOW
        wanted = [ACL(f"User:{each}", "*", one, allowed, pattern) for each in principals for one in operations]
        failed = admin.create_acls(wanted)["failed"]
        if failed:
            raise PrincipalsUnchanged(f"Kafka 没有接受 ACL：{failed[0].__name__}")

    @staticmethod
    def _withdraw(admin: KafkaAdminClient, principals: Iterable[str], agency: str) -> None:
        gone = [_filter(pattern, principal) for principal in principals for pattern in _rights(agency)]
        for _, _, fault in admin.delete_acls(gone) if gone else ():
            if fault.errno != 0:
                raise PrincipalsUnchanged(f"Kafka 没有撤销 {agency} 的 ACL：{fault.__name__}")

    @contextmanager
    def _administering(self) -> Iterator[KafkaAdminClient]:
        try:
            admin = KafkaAdminClient(**self._broker.keywords(), client_id="mingjing-principals")
            try:
                yield admin
            finally:
                admin.close()
        except KafkaError as exc:
            raise PrincipalsUnchanged(
                f"Kafka {self._broker} 没有完成（{exc}）；该 Kafka 须启用 StandardAuthorizer，恢复后请重做一遍"
            ) from exc


def _rights(agency: str) -> dict[ResourcePattern, tuple[ACLOperation, ...]]:
    """Return what an agency may do, where: report, try things out, and read what became of what it tried."""
    return {
        ResourcePattern(ResourceType.TOPIC, ingest_topic(agency)): _OPERATIONS,
        ResourcePattern(ResourceType.TOPIC, sandbox_topic(agency)): _OPERATIONS,
        ResourcePattern(ResourceType.TOPIC, sandbox_receipts_topic(agency)): _READING,
        ResourcePattern(ResourceType.GROUP, f"{agency}-", ACLResourcePatternType.PREFIXED): _READING,
    }


def _filter(pattern: ResourcePattern, principal: str | None) -> ACLFilter:
    said = None if principal is None else f"User:{principal}"
    return ACLFilter(said, None, ACLOperation.ANY, ACLPermissionType.ANY, pattern)


def _admitted(admin: KafkaAdminClient, agency: str) -> set[str]:
    found, _ = admin.describe_acls(_filter(ResourcePattern(ResourceType.TOPIC, ingest_topic(agency)), None))
    return {each.principal.removeprefix("User:") for each in found}


def _asked(admin: KafkaAdminClient, request: Any) -> Any:
    """Return the answer to a request of the protocol that neither of our clients offers by name."""
    return admin._manager.run(admin._manager.send, request)  # noqa: SLF001  # as the admin client's own requests go


def _rate_of(admin: KafkaAdminClient, principal: str) -> int | None:
    """Return a principal's share."""
    wanted = DescribeClientQuotasRequest.ComponentData(entity_type="user", match_type=_EXACTLY, match=principal)
    answer = _asked(admin, DescribeClientQuotasRequest(components=[wanted], strict=True))
    if answer.error_code != 0:
        raise PrincipalsUnchanged(f"Kafka 没有告知 {principal} 的流量：{answer.error_message}")
    set_here = [value for entry in answer.entries or () for value in entry.values if value.key == _RATE]
    return int(set_here[0].value) if set_here else None


def _limit(admin: KafkaAdminClient, principal: str, bytes_per_second: int) -> None:
    """Set a principal's share."""
    entry = AlterClientQuotasRequest.EntryData
    request = AlterClientQuotasRequest(
        entries=[
            entry(
                entity=[entry.EntityData(entity_type="user", entity_name=principal)],
                ops=[entry.OpData(key=_RATE, value=float(bytes_per_second), remove=False)],
            )
        ],
        validate_only=False,
    )
    answer = _asked(admin, request)
    for each in answer.entries:
        if each.error_code != 0:
            raise PrincipalsUnchanged(f"Kafka 没有设定 {principal} 的流量：{each.error_message}")
