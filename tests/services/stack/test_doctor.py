import os
import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from mingjing.services.cli.doctor import doctor
from mingjing.services.settings import Settings
from mingjing.services.stack.addresses import free_ports
from mingjing.services.stack.doctor import Row, examine

NOW = datetime.now(UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    kafka, clickhouse, api, worker, sink, archive, auditor, press = free_ports(8)
    return Settings(
        kafka=f"127.0.0.1:{kafka}",
        clickhouse=f"127.0.0.1:{clickhouse}",
        data_dir=tmp_path / "not" / "yet",
        api_port=api,
        worker_metrics_port=worker,
        sink_metrics_port=sink,
        archive_metrics_port=archive,
        auditor_metrics_port=auditor,
        press_metrics_port=press,
    )


def row(rows: list[Row], title: str) -> Row:
    return next(each for each in rows if each.title == title)


def test_whatever_is_not_well_has_a_remedy(settings: Settings) -> None:
    for each in examine(settings, NOW):
        assert each.found
        assert bool(each.remedy) == (each.state != "ok"), each


def test_a_bare_machine_fails_where_it_must_and_warns_where_it_may(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    rows = examine(settings, NOW)
    assert {each.title for each in rows if each.state == "fail"} >= {"Java", "Kafka 程序包"}
    assert {row(rows, "中文字体").state, row(rows, "浏览器").state} == {"warn"}
    assert "openjdk-17-jre-headless" in row(rows, "Java").remedy


def test_a_taken_port_is_named_with_its_setting(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", settings.api_port)):
        ports = row(examine(settings, NOW), "端口")
    assert ports.state == "warn"
    assert str(settings.api_port) in ports.found
    assert "MINGJING_API_PORT" in ports.remedy


@pytest.mark.parametrize(
    ("day", "state"),
    [(datetime(2026, 1, 5, tzinfo=UTC), "ok"), (datetime(2099, 1, 5, tzinfo=UTC), "fail")],
)
def test_a_year_without_a_calendar_fails(settings: Settings, day: datetime, state: str) -> None:
    assert row(examine(settings, day), "工作日历").state == state


def test_a_calendar_that_cannot_be_read_fails(settings: Settings, tmp_path: Path) -> None:
    lost = settings.model_copy(update={"calendars": tmp_path / "absent"})
    assert row(examine(lost, NOW), "工作日历").state == "fail"


def test_a_clock_before_the_installation_fails(settings: Settings) -> None:
    assert row(examine(settings, datetime(2020, 1, 1, tzinfo=UTC)), "时钟").state == "fail"


def test_the_command_fails_when_a_row_does(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("MINGJING_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("MINGJING_CALENDARS", str(tmp_path / "absent"))
    result = CliRunner().invoke(doctor)
    assert result.exit_code == 1
    assert "✗ 工作日历" in result.output
    assert "→" in result.output
