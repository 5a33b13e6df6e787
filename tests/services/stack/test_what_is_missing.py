"""A machine that lacks something is told what, in a sentence that names the way out."""

from pathlib import Path

import pytest

from mingjing.services.stack.addresses import Address
from mingjing.services.stack.clickhouse import Choice, choose, clickhouse
from mingjing.services.stack.jars import KAFKA_VERSION, cache_folder, find_java, kafka_jars
from mingjing.services.stack.kafka import broker
from mingjing.services.stack.refusal import StackRefused


@pytest.fixture
def bin_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The only folder on the PATH beside the shell's, empty."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    return folder


def install(folder: Path, name: str, script: str) -> None:
    """Put a shell script of that name on the PATH."""
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def test_without_java_the_debian_package_is_named(bin_folder: Path) -> None:
    assert not list(bin_folder.iterdir())
    with pytest.raises(StackRefused, match=r"没有找到 Java.*Java 17.*openjdk-17-jre-headless"):
        find_java()


def test_an_old_java_is_refused_by_its_version(bin_folder: Path) -> None:
    install(bin_folder, "java", "echo 'openjdk version \"1.8.0_402\"' >&2")
    with pytest.raises(StackRefused, match=r"是 Java 8,.*需要 Java 17.*openjdk-17-jre-headless"):
        find_java()


def test_java_home_goes_before_the_path(bin_folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    home = tmp_path / "jdk"
    (home / "bin").mkdir(parents=True)
    install(home / "bin", "java", "echo 'openjdk version \"21.0.1\"' >&2")
    install(bin_folder, "java", "echo 'openjdk version \"11.0.2\"' >&2")
    monkeypatch.setenv("JAVA_HOME", str(home))
    assert find_java() == str(home / "bin" / "java")


def test_without_maven_its_package_is_named(bin_folder: Path, tmp_path: Path) -> None:
    assert not list(bin_folder.iterdir())
    with pytest.raises(StackRefused, match=r"没有找到 Maven.*apt-get install maven"):
        kafka_jars(tmp_path / "cache")


def test_without_network_the_mirror_setting_is_named_and_nothing_half_fetched_stays(
    bin_folder: Path, tmp_path: Path
) -> None:
    install(bin_folder, "mvn", "echo '[ERROR] Could not transfer artifact x: Unknown host' ; exit 1")
    with pytest.raises(StackRefused, match=r"连不上 Maven 仓库.*settings\.xml"):
        kafka_jars(tmp_path / "cache")
    assert [path.name for path in (tmp_path / "cache").iterdir()] == [f"kafka-{KAFKA_VERSION}.lock"]


def test_jars_are_fetched_once(bin_folder: Path, tmp_path: Path) -> None:
    install(bin_folder, "mvn", "/bin/mkdir jars && echo fetched >> ../../count")
    folders = {kafka_jars(tmp_path / "cache") for _ in range(2)}
    assert len(folders) == 1
    assert (tmp_path / "count").read_text() == "fetched\n"


def test_kafka_and_clickhouse_are_started_on_this_machine_alone(tmp_path: Path) -> None:
    elsewhere = Address("10.1.2.3", 9092)
    with pytest.raises(StackRefused, match=r"MINGJING_KAFKA.*127\.0\.0\.1"):
        broker(elsewhere, tmp_path, tmp_path / "log", cache=tmp_path)
    with pytest.raises(StackRefused, match=r"--clickhouse 10\.1\.2\.3:9092"):
        clickhouse(Choice.TRIAL, elsewhere, tmp_path, tmp_path / "log")


@pytest.mark.parametrize(("version", "chosen"), [("26.3.1.5", Choice.MODERN), ("22.8.1.1", None)])
def test_a_clickhouse_on_the_path_is_chosen_from_version_23_on(
    bin_folder: Path, version: str, chosen: Choice | None
) -> None:
    install(bin_folder, "clickhouse", f"echo 'ClickHouse local version {version} (official build).'")
    if chosen is None:
        assert choose() is not Choice.MODERN
    else:
        assert choose() is chosen


def test_a_user_name_that_no_configuration_can_hold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StackRefused, match="MINGJING_CLICKHOUSE_USER"):
        clickhouse(Choice.DEBIAN, Address("127.0.0.1", 1), tmp_path, tmp_path / "log", user="a b")


def test_a_trial_store_is_announced(tmp_path: Path) -> None:
    told: list[str] = []
    clickhouse(Choice.TRIAL, Address("127.0.0.1", 1), tmp_path, tmp_path / "log", notice=told.append)
    assert any("试用存储" in sentence for sentence in told)


def test_a_cache_can_be_shared_by_setting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "mingjing"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache_folder().parts[-2:] == (".cache", "mingjing")
