"""`mingjing rules propose` and `approve` at an API that is served: the same gate, by command."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
import uvicorn
from click.testing import CliRunner, Result
from fastapi import FastAPI

from mingjing.services.auth.gate import Gate
from mingjing.services.cli.rules import rules
from mingjing.services.registry import Account

from .test_law import PACK, tried

PASSWORD = "Correct-horse-1"  # noqa: S105  # of accounts that live as long as a test


@pytest.fixture
def url(app: FastAPI) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error"))
    serving = threading.Thread(target=server.run, daemon=True)
    serving.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    serving.join()


@pytest.fixture
def run(url: str, gate: Gate) -> Callable[..., Result]:
    """Return what runs a command as the account of that name."""
    for name, role in (("chen", "rule_admin"), ("li", "supervisor")):
        gate.people.add(Account(name=name, title=name, role=role), PASSWORD, gate.now_ms())
        held = gate.registry.accounts.of(name)
        assert held is not None
        gate.people.change_password(held, PASSWORD + "!", gate.now_ms(), session=None, must_change=False)

    def make(name: str, *arguments: str) -> Result:
        given = [*arguments, "--url", url, "--as", name, "--password", PASSWORD + "!"]
        return CliRunner().invoke(rules, given, input="y\n", catch_exceptions=False)

    return make


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    text = PACK.format(version="1")
    (pack := tmp_path / "p.yaml").write_text(text, "utf-8")
    (backtest := tmp_path / "tried.json").write_bytes(orjson.dumps(tried(text)))
    return pack, backtest


def test_one_proposes_and_another_approves_by_command(
    run: Callable[..., Result], files: tuple[Path, Path], instant: Any, published: Any
) -> None:
    in_force = (datetime.fromtimestamp(instant.ms / 1000, UTC) + timedelta(hours=1)).isoformat()
    pack, backtest = files
    asked = ("propose", str(pack), "--title", "试验", "--in-force", in_force, "--backtest", str(backtest))
    made = run("chen", *asked)
    assert made.exit_code == 0, made.output
    ident = made.output.split()[1].partition("：")[0]

    assert "您的角色“规则管理员”无权进行此操作" in run("chen", "approve", ident).output
    assert "已发布" in run("li", "approve", ident).output
    assert published.versions["pack/trial-of-law/1"].approved_by == "li"


def test_what_is_wrong_with_a_file_is_said_at_its_place(run: Callable[..., Result], files: tuple[Path, Path]) -> None:
    pack, _ = files
    pack.write_text("pack: p\n", "utf-8")
    done = run("chen", "propose", str(pack), "--title", "试验", "--in-force", "2099-01-01T00:00:00+08:00")

    assert done.exit_code == 1
    assert "/body/files/p.yaml 1:1" in done.output
