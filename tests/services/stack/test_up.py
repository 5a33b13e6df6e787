import socket
from pathlib import Path

import pytest
from clickhouse_driver import Client
from confluent_kafka.admin import AdminClient

from mingjing.services.settings import Settings
from mingjing.services.stack.addresses import Address, free_ports, taken
from mingjing.services.stack.clickhouse import Choice
from mingjing.services.stack.components import COMPONENTS, worker_settings
from mingjing.services.stack.refusal import ProgramFailed, StackRefused
from mingjing.services.stack.up import Stack

SERVERS = ("kafka", "clickhouse", "topics", "migrations")
AGENCY = "11330100MB1234567A"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    kafka, clickhouse, api, worker, sink, archive, auditor, press = free_ports(8)
    return Settings(
        kafka=f"127.0.0.1:{kafka}",
        clickhouse=f"127.0.0.1:{clickhouse}",
        data_dir=tmp_path / "data",
        api_port=api,
        worker_metrics_port=worker,
        sink_metrics_port=sink,
        archive_metrics_port=archive,
        auditor_metrics_port=auditor,
        press_metrics_port=press,
    )


class Told:
    """A board that remembers."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def waiting(self, title: str) -> None:
        self.lines.append(f"… {title}")

    def ready(self, title: str, seconds: float) -> None:
        assert seconds >= 0
        self.lines.append(f"✓ {title}")

    def say(self, sentence: str) -> None:
        self.lines.append(sentence)


@pytest.mark.system
@pytest.mark.parametrize("choice", [Choice.DEBIAN, Choice.TRIAL])
def test_topics_and_tables_are_there_when_the_stack_is_and_nothing_is_left_after(
    settings: Settings, choice: Choice
) -> None:
    told = Told()
    with Stack(settings, agencies=[AGENCY], only=SERVERS, choice=choice, board=told) as stack:
        assert set(stack.times) == set(SERVERS)
        topics = AdminClient({"bootstrap.servers": settings.kafka}).list_topics(timeout=30).topics
        assert {"case-events", "cards", f"ingest.{AGENCY}"} <= set(topics)
        at = Address.parse(settings.clickhouse, "")
        with Client(at.host, at.port, database=settings.clickhouse_database) as client:
            assert ("cards",) in client.execute("SHOW TABLES")
        pids = [program.pid for program in stack.programs.values()]
    assert None not in pids
    assert not any(program.pid for program in stack.programs.values())
    assert not any(taken(Address.parse(text, "")) for text in (settings.kafka, settings.clickhouse))
    assert [line for line in told.lines if line.startswith("✓")][-2:] == ["✓ 主题", "✓ 数据表"]


@pytest.mark.parametrize(
    ("component", "setting"),
    [
        ("kafka", "MINGJING_KAFKA"),
        ("clickhouse", "MINGJING_CLICKHOUSE"),
        ("worker", "MINGJING_WORKER_METRICS_PORT"),
        ("sink", "MINGJING_SINK_METRICS_PORT"),
        ("archive", "MINGJING_ARCHIVE_METRICS_PORT"),
        ("api", "MINGJING_API_PORT"),
    ],
)
def test_a_taken_port_stops_everything_before_it_starts(settings: Settings, component: str, setting: str) -> None:
    value = getattr(settings, setting.removeprefix("MINGJING_").lower())
    port = int(str(value).rpartition(":")[2])
    with (
        socket.create_server(("127.0.0.1", port)),
        pytest.raises(StackRefused, match=rf"端口 {port} 已被.*{setting}"),
    ):
        Stack(settings, only=[component]).__enter__()
    assert not settings.data_dir.exists()


def test_an_unknown_component_is_refused_with_those_there_are(settings: Settings) -> None:
    with pytest.raises(StackRefused, match=rf"没有叫 zookeeper 的组件.*{COMPONENTS[0]}"):
        Stack(settings, only=["zookeeper"])


def test_a_clickhouse_that_was_given_must_answer(settings: Settings) -> None:
    silent = settings.clickhouse
    with pytest.raises(StackRefused, match=rf"{silent} 上没有 ClickHouse.*MINGJING_CLICKHOUSE_USER"):
        Stack(settings, only=["clickhouse", "migrations"], given=silent).__enter__()


@pytest.mark.contract
def test_a_clickhouse_that_was_given_is_used_and_not_stopped(settings: Settings, clickhouse26: Address) -> None:
    with Stack(settings, only=["clickhouse", "migrations"], given=str(clickhouse26)) as stack:
        assert stack.programs == {}
        assert stack.settings.clickhouse == str(clickhouse26)
    with Client(clickhouse26.host, clickhouse26.port) as client:
        client.execute(f"DROP DATABASE {settings.clickhouse_database}")


@pytest.mark.contract
def test_a_server_s_end_ends_the_stack(settings: Settings) -> None:
    with Stack(settings, only=["clickhouse"], choice=Choice.DEBIAN) as stack:
        stack.programs["clickhouse"].kill()
        with pytest.raises(ProgramFailed, match=r"ClickHouse.*SIGKILL"):
            stack.wait()


@pytest.mark.contract
def test_what_had_come_up_is_stopped_when_the_rest_does_not(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    half = Stack(settings, only=["clickhouse", "kafka"], choice=Choice.DEBIAN)
    with pytest.raises(StackRefused, match="没有找到 Java"):
        half.__enter__()
    assert half.programs["clickhouse"].starts == 1
    assert half.programs["clickhouse"].pid is None


@pytest.mark.contract
def test_tables_that_cannot_be_brought_up_to_date_are_a_sentence(settings: Settings, clickhouse26: Address) -> None:
    given = settings.model_copy(update={"clickhouse": str(clickhouse26), "clickhouse_database": "edited"})
    with Client(clickhouse26.host, clickhouse26.port) as client:
        client.execute("CREATE DATABASE edited")
        client.execute("CREATE TABLE edited.migrations (name String) ENGINE = Memory")
        with pytest.raises(StackRefused, match="数据表没有就绪"):
            Stack(given, only=["migrations"]).__enter__()
        client.execute("DROP DATABASE edited")


def test_each_worker_has_a_place_and_a_port_of_its_own(settings: Settings) -> None:
    workers = [worker_settings(settings, number) for number in (1, 2, 3)]
    assert len({worker.instance for worker in workers}) == 3
    assert len({worker.worker_metrics_port for worker in workers}) == 3
    assert workers[0].worker_metrics_port == settings.worker_metrics_port
