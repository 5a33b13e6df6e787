"""Our own processes at a secured broker: one principal, ACLs and TLS; an event becomes a card, plaintext nothing."""

import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import httpx2
import orjson
import pytest
from click.testing import CliRunner
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient
from tests.installation import AGENCY, KEY, settings_in

from mingjing.services.cli import main
from mingjing.services.settings import Settings
from mingjing.services.stack.addresses import Address, free_ports
from mingjing.services.stack.certificates import Authority
from mingjing.services.stack.environment import environment
from mingjing.services.stack.jars import cache_folder
from mingjing.services.stack.kafka import broker
from mingjing.services.stack.kafka_doors import Doors
from mingjing.services.stack.up import Stack
from mingjing.streams.broker import Broker
from mingjing.streams.kafka_topics import apply

pytestmark = pytest.mark.system

PATIENCE_S = 90.0
USER = "mingjing-processes"
STRUCTURED = "application/cloudevents+json"
OURS = ("clickhouse", "migrations", "worker", "sink", "archive", "auditor", "press", "api")


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Settings, Doors]]:
    """A secured broker with topics, and settings of an administrator, who comes by its inner listener."""
    folder = tmp_path_factory.mktemp("secured-path")
    settings = settings_in(folder)
    doors = Doors(Address("127.0.0.1", free_ports(1)[0]), folder / "certificates")
    inner = Address.parse(settings.kafka, "")
    with broker(inner, folder / "kafka", folder / "kafka.log", cache=cache_folder(), heap="256m", doors=doors):
        apply(settings.broker, settings.partitions, [AGENCY])
        yield settings, doors


@pytest.fixture(scope="module")
def secured(door: tuple[Settings, Doors], tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of our processes: they know the door alone, and the password of the principal made for them."""
    settings, doors = door
    told = CliRunner().invoke(main, ["topics", "admit", USER], env=environment(settings))
    assert told.exit_code == 0, told.output
    password = tmp_path_factory.mktemp("password") / "password"
    password.write_text(told.output.rsplit("：", 1)[1], "utf-8")
    spoken = {
        "kafka": str(doors.sasl),
        "kafka_security": "SASL_SSL",
        "kafka_user": USER,
        "kafka_password_file": password,
        "kafka_ca": Authority(doors.certificates).certificate,
    }
    return settings.model_copy(update=spoken)


def test_an_event_becomes_a_card_though_every_process_is_asked_who_it_is(secured: Settings) -> None:
    with Stack(secured, only=OURS) as stack:
        bearer = {"Authorization": f"Bearer {KEY}"}
        address = f"http://{secured.api_host}:{secured.api_port}"
        with httpx2.Client(base_url=address, headers=bearer, timeout=PATIENCE_S) as client:
            answer = client.post("/v1/events", content=refusal("s-1"), headers={"Content-Type": STRUCTURED})
            assert (answer.status_code, answer.json()["accepted"]) == (202, 1), answer.text
            until = time.monotonic() + PATIENCE_S
            while not (found := client.get("/v1/cards").json()["items"]):
                assert time.monotonic() < until, "no card came to the ledger"
                time.sleep(0.2)

        assert {(card["rule"], card["case_key"]) for card in found} >= {("NTC-03", f"{AGENCY}/S2026-0001")}
        assert {name: program.failure for name, program in stack.programs.items() if program.failure} == {}


@pytest.mark.parametrize(
    ("spoken", "said"),
    [
        ({"kafka_security": "PLAINTEXT", "kafka_user": None, "kafka_password_file": None, "kafka_ca": None}, "Kafka"),
        ({"kafka_user": "stranger"}, "Kafka"),
    ],
    ids=["in the open", "as a stranger"],
)
def test_who_does_not_say_who_it_is_gets_nothing(secured: Settings, spoken: dict[str, object], said: str) -> None:
    theirs = secured.model_copy(update=spoken)
    asking = AdminClient({**theirs.broker.librdkafka(), "log_level": 0})

    with pytest.raises(KafkaException):
        asking.list_topics(timeout=5)

    told = mingjing(theirs, "topics", "list")
    assert told.returncode != 0
    assert said in told.stderr, told.stderr


def test_our_principal_makes_no_topics_and_admits_nobody(secured: Settings) -> None:
    """Whoever gets hold of a process's password cannot let others in, nor touch what is not the installation's."""
    told = mingjing(secured, "topics", "admit", "another")

    assert (told.returncode, "没有改动 another 的口令" in told.stderr) == (1, True), told.stderr


def test_a_certificate_of_ours_serves_as_well(door: tuple[Settings, Doors]) -> None:
    settings, doors = door
    told = CliRunner().invoke(main, ["topics", "admit", USER, "--certificate", "sink-1"], env=environment(settings))
    assert told.exit_code == 0, told.output
    authority = Authority(doors.certificates)
    ours = {"protocol": "SSL", "authority": authority.certificate, "certificate": authority.issued("sink-1")}

    assert "case-events" in AdminClient(Broker(str(doors.mtls), **ours).librdkafka()).list_topics(timeout=30).topics


def mingjing(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mingjing.services.cli", *arguments]
    env = environment(settings)
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=PATIENCE_S)


def refusal(number: str) -> bytes:
    """Return a notice of refusal without its contents, on which a card is drawn at once."""
    return orjson.dumps(
        {
            "specversion": "1.0",
            "id": number,
            "source": "urn:test:agency",
            "type": "case.not_accepted",
            "subject": "S2026-0001",
            "item": "11990100MB0000019L3000131003000",
            "time": datetime.now(ZoneInfo("Asia/Shanghai")).isoformat(),
            "data": {"reason": "材料不符"},
        }
    )
