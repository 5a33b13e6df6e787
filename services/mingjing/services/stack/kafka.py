"""A real Kafka broker on one machine: KRaft, one node, loopback only, no topic made by accident."""

import base64
import subprocess
import uuid
from collections.abc import Callable
from pathlib import Path

from mingjing.services.stack.addresses import Address, Claim
from mingjing.services.stack.jars import find_java, kafka_jars
from mingjing.services.stack.kafka_doors import PROTOCOLS, Doors
from mingjing.services.stack.probes import kafka_answers
from mingjing.services.stack.program import Program
from mingjing.services.stack.refusal import StackRefused

SETTING = "MINGJING_KAFKA"


def claims(address: Address) -> list[Claim]:
    """Return the ports a broker at `address` takes: its own and, one above, its controller's."""
    remedy = f"用 {SETTING}=127.0.0.1:<别的端口> 换一个"
    return [
        Claim("Kafka ", address, remedy),
        Claim("Kafka 控制器", _controller(address), f"{remedy}(控制器用它的下一个)"),
    ]


BRIEF = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""Options of Java for what does not live long enough to earn its compiler's and collector's pains."""


def broker(
    address: Address,
    folder: Path,
    log: Path,
    *,
    cache: Path,
    heap: str = "512m",
    brief: bool = False,
    doors: Doors | None = None,
    echo: Callable[[str], None] | None = None,
) -> Program:
    """Return the broker as a program, not yet started, with its jars fetched and `folder` formatted.

    `folder` is formatted the first time only; what it holds is found again by
    the next start, on whatever port. A `brief` one starts with a third less work, and is
    slower at length: it is for a test. `doors` let agencies in as well, who are known
    there and may do what ACLs allow. Raises StackRefused where Java, Maven or
    the network is missing.
    """
    if not address.local:
        raise StackRefused(f"{SETTING}={address} 不是本机回环地址；本机栈只在 127.0.0.1 上启动 Kafka。")
    java = find_java()
    classpath = f"{kafka_jars(cache)}/*"
    folder.mkdir(parents=True, exist_ok=True)
    properties = folder / "server.properties"
    properties.write_text(_properties(address, folder / "log", doors), encoding="utf-8")
    if not (folder / "log" / "meta.properties").exists():
        _format(java, classpath, properties)
    return Program(
        "kafka",
        [
            java,
            *(BRIEF if brief else ()),
            f"-Xms{heap}",
            f"-Xmx{heap}",
            "-XX:+ExitOnOutOfMemoryError",
            "-Djava.awt.headless=true",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
            "-Dorg.slf4j.simpleLogger.showDateTime=true",
            "-cp",
            classpath,
            "kafka.Kafka",
            str(properties),
        ],
        title="Kafka",
        log=log,
        ready=kafka_answers(address),
        stop_within=30.0,  # it hands over and writes its last segments
        echo=echo,
    )


def _controller(address: Address) -> Address:
    return Address(address.host, address.port + 1)


def _properties(address: Address, data: Path, doors: Doors | None) -> str:
    controller = _controller(address)
    more = doors.listeners if doors else ""
    return f"""\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@{controller}
listeners=PLAINTEXT://{address},CONTROLLER://{controller}{more}
advertised.listeners=PLAINTEXT://{address}{more}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT{PROTOCOLS if doors else ""}
log.dirs={data.absolute()}
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
log.cleaner.dedupe.buffer.size=33554432
num.network.threads=2
num.io.threads=2
{doors.properties() if doors else ""}"""


def _format(java: str, classpath: str, properties: Path) -> None:
    run = subprocess.run(
        [
            java,
            *BRIEF,
            "-cp",
            classpath,
            "kafka.tools.StorageTool",
            "format",
            "-t",
            _cluster_id(),
            "-c",
            str(properties),
        ],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode != 0:
        raise StackRefused(f"Kafka 的数据目录 {properties.parent} 没有格式化成功:{(run.stderr or run.stdout).strip()}")


def _cluster_id() -> str:
    """Return a new cluster id; never one that a command line would take for an option."""
    while True:
        name = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        if not name.startswith("-"):
            return name
