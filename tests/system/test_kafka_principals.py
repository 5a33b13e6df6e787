"""Agencies at a real secured broker: SASL/SCRAM and certificates, one principal and its ACLs each."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer
from kafka import KafkaConsumer, TopicPartition

from mingjing.services.agencies_following import principals_in
from mingjing.services.cli import main
from mingjing.services.kafka_principals import BYTES_PER_SECOND, KafkaPrincipals
from mingjing.services.stack.addresses import Address, free_ports
from mingjing.services.stack.certificates import Authority
from mingjing.services.stack.jars import cache_folder
from mingjing.services.stack.kafka import broker
from mingjing.services.stack.kafka_doors import Doors
from mingjing.streams.broker import Broker
from mingjing.streams.intake import Intake
from mingjing.streams.kafka_topics import apply
from mingjing.streams.topics import CASE_EVENTS, DEAD_LETTERS, ingest_topic, sandbox_receipts_topic, sandbox_topic

pytestmark = pytest.mark.system

A, B = "11330100MB1234567A", "11330100MB1234568B"
PATIENCE_S = 20
FILE = f"""\
agencies:
  - {{code: {A}, title: 市场局, region: "330100000000", sources: [urn:a]}}
  - {{code: {B}, title: 水务局, region: "330100000000", sources: [urn:b]}}
regions:
  - {{code: "330100000000", title: 云州市, tier: 市}}
"""


class Secured:
    """A secured broker with the topics of two agencies, and ways to knock at its doors."""

    def __init__(self, inner: Address, doors: Doors) -> None:
        self.inner = inner
        self.doors = doors
        self.principals = KafkaPrincipals(Broker(str(inner)))
        self._authority = Authority(doors.certificates)

    def by_password(self, user: str, password: str) -> dict[str, str | int]:
        return {
            "bootstrap.servers": str(self.doors.sasl),
            "security.protocol": "SASL_SSL",
            "ssl.ca.location": str(self._authority.certificate),
            "sasl.mechanism": "SCRAM-SHA-512",
            "sasl.username": user,
            "sasl.password": password,
            "log_level": 0,
        }

    def by_certificate(self, name: str) -> dict[str, str | int]:
        pem = str(self._authority.issued(name))
        return {
            "bootstrap.servers": str(self.doors.mtls),
            "security.protocol": "SSL",
            "ssl.ca.location": str(self._authority.certificate),
            "ssl.certificate.location": pem,
            "ssl.key.location": pem,
            "log_level": 0,
        }


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    folder = tmp_path_factory.mktemp("secured")
    inner, sasl = (Address("127.0.0.1", port) for port in free_ports(2))
    doors = Doors(sasl, folder / "certificates")
    with broker(inner, folder / "data", folder / "kafka.log", cache=cache_folder(), heap="256m", doors=doors):
        apply(Broker(str(inner)), 2, [A, B])
        yield Secured(inner, doors)


def written(means: dict[str, str | int], topic: str, value: bytes = b"{}") -> str | None:
    """Write one record; return the name of what the broker said against it, None if it took it."""
    faults: list[str] = []
    producer = Producer({**means, "acks": "all", "message.timeout.ms": 5000, "enable.idempotence": True})
    try:
        producer.produce(topic, value, on_delivery=lambda error, _: faults.append(error.name()) if error else None)
    except KafkaException as exc:
        return str(exc.args[0].name())
    producer.flush(PATIENCE_S)
    return faults[0] if faults else None


def read(means: dict[str, str | int], topic: str) -> str | bytes | None:
    """Return the first record of a topic, or the name of what the broker said against reading it."""
    consumer = Consumer({"group.id": "curious", **means, "auto.offset.reset": "earliest"})
    consumer.subscribe([topic])
    try:
        message = consumer.poll(PATIENCE_S)
    finally:
        consumer.close()
    assert message is not None
    fault = message.error()
    return fault.name() if fault else message.value()


REFUSED = KafkaError(KafkaError.TOPIC_AUTHORIZATION_FAILED).name()
UNREACHED = {KafkaError(KafkaError._MSG_TIMED_OUT).name()}  # how the client tells that it was never let in


def test_an_agency_writes_to_its_own_topic_by_password_and_by_certificate(secured: Secured) -> None:
    password = secured.principals.admit(A, ["scjg-front"])

    assert written(secured.by_password(A, password), ingest_topic(A)) is None
    assert written(secured.by_certificate("scjg-front"), ingest_topic(A)) is None


def test_an_agency_writes_nowhere_else(secured: Secured) -> None:
    means = secured.by_password(A, secured.principals.admit(A))

    assert {written(means, topic) for topic in (ingest_topic(B), CASE_EVENTS, DEAD_LETTERS)} == {REFUSED}


def test_an_agency_tries_things_out_and_reads_what_became_of_them(secured: Secured) -> None:
    means = secured.by_password(A, secured.principals.admit(A))
    of_a, of_b = sandbox_receipts_topic(A), sandbox_receipts_topic(B)
    assert written({"bootstrap.servers": str(secured.inner)}, of_a, b"told") is None

    assert written(means, sandbox_topic(A)) is None
    assert {written(means, topic) for topic in (sandbox_topic(B), of_a)} == {REFUSED}
    assert read(means | {"group.id": f"{A}-front"}, of_a) == b"told"
    assert read(means | {"group.id": f"{A}-front"}, of_b) == REFUSED


def test_an_agency_reads_no_case(secured: Secured) -> None:
    means = secured.by_password(A, secured.principals.admit(A))

    assert read(means, CASE_EVENTS) in {
        REFUSED,
        KafkaError(KafkaError.GROUP_AUTHORIZATION_FAILED).name(),
    }


def test_a_certificate_nobody_admitted_may_nothing_whatever_its_name(secured: Secured) -> None:
    secured.principals.admit(A)

    for name in ("stranger", "ANONYMOUS", A):
        assert written(secured.by_certificate(name), ingest_topic(A)) == REFUSED


def test_a_password_that_was_replaced_and_a_certificate_not_named_again_are_refused(secured: Secured) -> None:
    old = secured.principals.admit(A, ["scjg-old"])
    new = secured.principals.admit(A, ["scjg-new"])

    assert written(secured.by_password(A, old), ingest_topic(A)) in UNREACHED
    assert written(secured.by_certificate("scjg-old"), ingest_topic(A)) == REFUSED
    assert written(secured.by_password(A, new), ingest_topic(A)) is None
    assert secured.principals.admitted(A) == [A, "cert-scjg-new"]


def test_renewing_leaves_the_rate_that_was_set_to_password_and_certificate(secured: Secured) -> None:
    secured.principals.admit(A, bytes_per_second=4096)

    secured.principals.admit(A, ["scjg-renewed"])

    assert [secured.principals.rate_of(each) for each in (A, "cert-scjg-renewed")] == [4096, 4096]
    secured.principals.admit(A, bytes_per_second=BYTES_PER_SECOND)


def test_who_was_never_given_a_rate_has_the_usual_one(secured: Secured) -> None:
    assert secured.principals.rate_of("nobody") is None

    secured.principals.admit(B)

    assert secured.principals.rate_of(B) == BYTES_PER_SECOND


def test_a_barred_agency_is_refused_even_on_an_open_connection(secured: Secured) -> None:
    means = secured.by_password(A, secured.principals.admit(A, ["scjg-front"]))
    faults: list[str | None] = []
    producer = Producer({**means, "message.timeout.ms": 5000})
    for suspended in (False, True):
        if suspended:
            secured.principals.bar(A)
        producer.produce(ingest_topic(A), b"{}", on_delivery=lambda error, _: faults.append(error and error.name()))
        producer.flush(PATIENCE_S)

    assert faults == [None, REFUSED]
    assert written(means, ingest_topic(A)) in UNREACHED
    assert written(secured.by_certificate("scjg-front"), ingest_topic(A)) == REFUSED


def test_what_the_broker_cannot_see_intake_refuses(secured: Secured, tmp_path: Path) -> None:
    (tmp_path / "agencies.yaml").write_text(FILE, encoding="utf-8")
    means = secured.by_password(B, secured.principals.admit(B))
    own, others = (an_event("urn:b"), an_event("urn:a"))
    assert [written(means, ingest_topic(B), each) for each in (own, others)] == [None, None]

    intake = Intake(principals_in(tmp_path / "agencies.yaml"), secret=b"s" * 16, partitions=2, wall_clock=None)
    sent = intake.sort(every_record(secured.inner, ingest_topic(B)))

    assert {topic for topic, _ in sent} == {CASE_EVENTS, DEAD_LETTERS}
    [[(_, letter)]] = [letters for (topic, _), letters in sent.items() if topic == DEAD_LETTERS]
    assert orjson.loads(letter)["code"] == "foreign_source"


def every_record(inner: Address, topic: str) -> list[Any]:
    """Return the records of a topic, as our own processes read them."""
    consumer = KafkaConsumer(bootstrap_servers=str(inner), auto_offset_reset="earliest", enable_auto_commit=False)
    try:
        partitions = [TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic)]
        consumer.assign(partitions)
        ends = consumer.end_offsets(partitions)
        found: list[Any] = []
        while len(found) < sum(ends.values()):
            found += [each for batch in consumer.poll(PATIENCE_S * 1000).values() for each in batch]
        return found
    finally:
        consumer.close()


def an_event(source: str) -> bytes:
    return orjson.dumps(
        {
            "specversion": "1.0",
            "id": "e-1",
            "source": source,
            "type": "case.accepted",
            "subject": "X1",
            "time": "2026-03-06T10:00:00+08:00",
        }
    )


def test_the_command_admits_renews_and_bars(secured: Secured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "agencies.yaml").write_text(FILE, encoding="utf-8")
    settings = {
        "KAFKA": secured.inner,
        "PARTITIONS": 2,
        "KAFKA_AGENCIES": secured.doors.sasl,
        "AGENCIES": tmp_path / "agencies.yaml",
        "REGISTRY": f"sqlite:///{tmp_path}/registry",
    }
    for name, value in settings.items():
        monkeypatch.setenv(f"MINGJING_{name}", str(value))

    def agency(*arguments: str) -> str:
        told = CliRunner().invoke(main, ["agency", *arguments])
        assert told.exit_code == 0, told.output
        return told.output

    code = "11330100MB1234569C"
    shown = agency("add", code, "--title", "局", "--region", "330100000000", "--source", "urn:c", "--quota", "6000")
    first = shown.rsplit("：", 1)[1].strip()
    assert written(secured.by_password(code, first), ingest_topic(code)) is None

    second = agency("rotate", code, "--certificate", "front").rsplit("：", 1)[1].strip()
    assert written(secured.by_password(code, first), ingest_topic(code)) in UNREACHED
    assert written(secured.by_password(code, second), ingest_topic(code)) is None
    assert written(secured.by_certificate("front"), ingest_topic(code)) is None
