from pathlib import Path

import pytest

from mingjing.services.stack.debian import install_server, may_install
from mingjing.services.stack.refusal import StackRefused


@pytest.fixture
def bin_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The only folder on the PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def install(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def test_the_package_is_installed_without_its_service_ever_starting(bin_folder: Path, tmp_path: Path) -> None:
    policy, said, server = tmp_path / "policy-rc.d", tmp_path / "said", bin_folder / "clickhouse-server"
    installs = f'test -x {policy} && {policy}; echo "$? $*" >> {said}; : > {server}; /bin/chmod +x {server}'
    install(bin_folder, "apt-get", f'if [ "$1" = install ]; then {installs}; else echo "$*" >> {said}; fi')
    install(bin_folder, "update-rc.d", f'echo "$*" >> {said}')
    assert install_server(policy) == str(server)
    assert said.read_text().splitlines() == [
        "update -qq",
        "101 install -qq -y --no-install-recommends clickhouse-server clickhouse-client",
        "clickhouse-server disable",
    ]
    assert not policy.exists()


def test_a_policy_of_the_machine_s_own_is_left_alone(bin_folder: Path, tmp_path: Path) -> None:
    install(bin_folder, "apt-get", "exit 0")
    install(bin_folder, "update-rc.d", "exit 0")
    install(bin_folder, "clickhouse-server", "exit 0")
    policy = tmp_path / "policy-rc.d"
    policy.write_text("its own")
    install_server(policy)
    assert policy.read_text() == "its own"


def test_what_apt_get_says_is_passed_on_with_a_way_out(bin_folder: Path, tmp_path: Path) -> None:
    install(bin_folder, "apt-get", "echo 'E: Unable to locate package' >&2; exit 100")
    with pytest.raises(StackRefused, match=r"Unable to locate package.*--clickhouse"):
        install_server(tmp_path / "policy-rc.d")


def test_nothing_is_installed_where_there_is_no_apt_get(bin_folder: Path) -> None:
    assert not list(bin_folder.iterdir())
    assert not may_install()
