"""The files an installation is made from: each process is in all of them, and their own tools find no fault."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from mingjing.services.api.upload_jobs import MAX_UPLOAD
from mingjing.services.settings import Settings
from mingjing.streams.topics import ingest_topic, sandbox_topic, topics_of

DEPLOY = Path(__file__).parents[1] / "deploy"
ALWAYS = frozenset({"worker", "sink", "archive", "auditor", "press", "api"})
PLANNED = frozenset({"notify", "exchange"})
SETTINGS = {"MINGJING_" + name.upper() for name in Settings.model_fields}
K8S = sorted((DEPLOY / "k8s").glob("*.yaml"))
TOOLS = Path(sys.executable).parent
OPERATORS = ("kafka.strimzi.io", "clickhouse.altinity.com", "kustomize.config.k8s.io")


def documents() -> list[dict[str, Any]]:
    """Every object of every manifest."""
    return [each for path in K8S for each in yaml.safe_load_all(path.read_text("utf-8"))]


def compose() -> dict[str, Any]:
    """The compose file, with what its anchors stand for."""
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / "compose/compose.yaml").read_text("utf-8"))
    return loaded


def commands_of_units() -> set[str]:
    """What systemd keeps running, by the first word after `mingjing`."""
    units = (path.read_text("utf-8") for path in (DEPLOY / "systemd").glob("*.service"))
    return {found[1] for unit in units if (found := re.search(r"^ExecStart=\S+/mingjing (\w+)", unit, re.MULTILINE))}


def commands_of_services() -> set[str]:
    return {each["command"][0] for each in compose()["services"].values() if "command" in each}


def commands_of_workloads() -> set[str]:
    kinds = {"StatefulSet", "Deployment"}
    return {
        container["args"][0]
        for each in documents()
        if each["kind"] in kinds
        for container in each["spec"]["template"]["spec"]["containers"]
    }


@pytest.mark.parametrize(
    ("where", "commands"),
    [
        ("systemd", commands_of_units() - {"topics"}),
        ("compose", commands_of_services()),
        ("k8s", commands_of_workloads()),
    ],
)
def test_every_process_runs_however_it_is_installed(where: str, commands: set[str]) -> None:
    assert commands == ALWAYS | PLANNED, where


def test_every_process_that_runs_is_a_command() -> None:
    listed = subprocess.run(
        [sys.executable, "-m", "mingjing.services.cli", "--help"], capture_output=True, text=True, check=True
    ).stdout

    assert [each for each in ALWAYS | PLANNED if not re.search(rf"^  {each} ", listed, re.MULTILINE)] == []


def test_no_file_sets_what_is_no_setting() -> None:
    texts = [path.read_text("utf-8") for path in DEPLOY.rglob("*") if path.suffix in {".yaml", ".service", ".conf"}]
    named = {name for text in texts for name in re.findall(r"\bMINGJING_[A-Z_]+\b", text)}

    assert named - SETTINGS == {"MINGJING_IMAGE"}


@pytest.mark.contract
def test_systemd_finds_no_fault_in_the_units(tmp_path: Path) -> None:
    """It exits 0 over keys it does not know: whatever it says is a fault."""
    units = tmp_path / "units"
    shutil.copytree(DEPLOY / "systemd", units)
    for unit in units.glob("*.service"):
        unit.write_text(unit.read_text("utf-8").replace("/opt/mingjing/bin/mingjing", sys.executable), "utf-8")
    names = [path.name.replace("@.", "@1.") for path in units.iterdir() if path.is_file()]

    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *names],
        env=os.environ | {"SYSTEMD_UNIT_PATH": f"{units}:"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.contract
def test_compose_reads_its_file_with_the_example_of_its_settings(tmp_path: Path) -> None:
    example = (DEPLOY / "compose/env.example").read_text("utf-8")
    filled = tmp_path / "env"
    filled.write_text(re.sub(r"=$", "=thirty-two-random-characters-here", example, flags=re.MULTILINE), "utf-8")
    command = ["docker-compose", "--env-file", str(filled), "-f", str(DEPLOY / "compose/compose.yaml"), "config", "-q"]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")


def test_compose_mounts_only_files_that_are_there_or_that_the_installer_brings() -> None:
    mounts = {
        volume.split(":")[0]
        for service in compose()["services"].values()
        for volume in service.get("volumes", [])
        if volume.startswith(".")
    }
    brought = {each for each in mounts if each.startswith("./installation")}

    assert [each for each in mounts - brought if not (DEPLOY / "compose" / each).exists()] == []


def test_the_metrics_of_every_process_that_always_runs_are_scraped() -> None:
    scraped = yaml.safe_load((DEPLOY / "compose/prometheus.yml").read_text("utf-8"))
    jobs = {each["job_name"].removeprefix("mingjing-") for each in scraped["scrape_configs"]}

    assert jobs == ALWAYS


def test_kubernetes_knows_every_key_of_the_manifests() -> None:
    command = [TOOLS / "kubernetes-validate", "--strict", "--quiet", *map(str, K8S)]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    said = [line for line in (done.stdout + done.stderr).splitlines() if not any(each in line for each in OPERATORS)]
    assert (done.returncode, said) == (0, [])


def test_what_operators_read_is_of_the_versions_they_accept() -> None:
    versions = {each["kind"]: each["apiVersion"] for each in documents() if "." in each["apiVersion"].split("/")[0]}

    assert versions["Kafka"] == versions["KafkaNodePool"] == "kafka.strimzi.io/v1"
    assert versions["ClickHouseInstallation"] == "clickhouse.altinity.com/v1"


def test_no_process_may_do_more_than_it_must() -> None:
    specs = [
        each["spec"]["template"]["spec"] for each in documents() if each["kind"] in {"StatefulSet", "Deployment", "Job"}
    ]
    containers = [each for spec in specs for each in (*spec["containers"], *spec.get("initContainers", []))]

    assert all(spec["securityContext"]["runAsNonRoot"] for spec in specs)
    assert [
        each["name"]
        for each in containers
        if each["securityContext"]
        != {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}
    ] == []


def test_our_processes_may_do_at_kafka_what_the_command_lets_them_do() -> None:
    users = {each["metadata"]["name"]: each["spec"] for each in documents() if each["kind"] == "KafkaUser"}
    acls = users["mingjing-processes"]["authorization"]["acls"]
    topics = {each["resource"]["name"]: each for each in acls if each["resource"]["type"] == "topic"}

    assert set(topics) == {each.name for each in topics_of(1, [])} | {ingest_topic(""), sandbox_topic("")}
    assert {tuple(each["operations"]) for each in topics.values()} == {("Read", "Write", "Describe", "DescribeConfigs")}


def test_nobody_comes_to_kafka_without_saying_who_he_is() -> None:
    [kafka] = [each for each in documents() if each["kind"] == "Kafka"]

    assert [each["name"] for each in kafka["spec"]["kafka"]["listeners"] if "authentication" not in each] == []
    assert "ANONYMOUS" not in kafka["spec"]["kafka"]["authorization"]["superUsers"]


def test_both_doors_let_through_what_the_docs_show_agencies_and_files_as_large_as_are_read() -> None:
    gate = (DEPLOY / "compose" / "gate.conf").read_text("utf-8")
    (ingress,) = (each for each in documents() if each["kind"] == "Ingress")
    largest = f"{MAX_UPLOAD // 1024 // 1024}m"

    assert f"client_max_body_size {largest};" in gate
    assert ingress["metadata"]["annotations"]["nginx.ingress.kubernetes.io/proxy-body-size"] == largest
    let_out = {each["path"] for rule in ingress["spec"]["rules"] for each in rule["http"]["paths"]}
    assert let_out == {"/", "/openapi.json", "/asyncapi.json", "/v1", "/console"}


def test_the_list_of_manifests_is_whole() -> None:
    kustomization = yaml.safe_load((DEPLOY / "k8s/kustomization.yaml").read_text("utf-8"))

    assert {*kustomization["resources"], "kustomization.yaml"} == {path.name for path in K8S}


def test_the_linter_of_images_finds_no_fault() -> None:
    done = subprocess.run(
        [TOOLS / "hadolint", str(DEPLOY / "Containerfile")], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout) == (0, "")
