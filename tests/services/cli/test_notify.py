from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.services.notices.conftest import Receiver, receiver

from mingjing.services.cli.notify import notify

__all__ = ["receiver"]

AGENCIES = """
agencies: [{code: 91330100MA2XXXXX01, title: 市场监管局, region: "330106000000", sources: ['urn:s']}]
regions: [{code: "330106000000", title: 西湖区, tier: 县}]
"""


@pytest.fixture
def plan(tmp_path: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "agencies.yaml").write_text(AGENCIES, "utf-8")
    path = tmp_path / "notices.yaml"
    path.write_text(
        f"hosts: ['127.0.0.1:{receiver.server_port}']\n"
        f"channels: [{{name: duty, kind: webhook, url: '{receiver.url}/duty', secret: {{env: DUTY_SECRET}}}}]\n"
        "routes: []\n"
    )
    monkeypatch.setenv("DUTY_SECRET", "s")
    monkeypatch.setenv("MINGJING_AGENCIES", str(tmp_path / "agencies.yaml"))
    monkeypatch.setenv("MINGJING_NOTICES", str(path))
    return path


def said(*arguments: str) -> Result:
    return CliRunner().invoke(notify, arguments)


@pytest.mark.usefixtures("plan")
def test_a_channel_that_takes_the_trial_is_said_to_have(receiver: Receiver) -> None:
    result = said("test", "duty")

    assert (result.exit_code, result.output) == (0, "duty 已收下。\n")
    assert [path for path, _, _ in receiver.requests] == ["/duty"]


@pytest.mark.usefixtures("plan")
def test_a_channel_that_does_not_is_said_to_have_refused_and_why(receiver: Receiver) -> None:
    receiver.status = 502

    result = said("test", "duty")

    assert result.exit_code == 1
    assert "duty 没有收下：HTTP 502" in result.output


@pytest.mark.usefixtures("plan")
def test_a_channel_that_is_not_planned_is_refused_with_those_that_are() -> None:
    assert "通知计划中没有通道 pager；已有的是 duty" in said("test", "pager").output


@pytest.mark.parametrize("arguments", [(), ("test", "duty")])
def test_without_a_plan_nothing_runs_and_the_setting_is_named(
    monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.delenv("MINGJING_NOTICES", raising=False)

    result = said(*arguments)

    assert result.exit_code == 1
    assert "MINGJING_NOTICES" in result.output


def test_a_plan_with_a_fault_is_refused_at_its_place(plan: Path) -> None:
    plan.write_text(plan.read_text() + "route: []\n")

    result = said()

    assert result.exit_code == 1
    assert "notices.yaml:4:1: key 'route' is not known here" in result.output
