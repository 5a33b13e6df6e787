"""What is committed is what the code would write, and every question asks for what there is."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard
from jsonschema import Draft202012Validator

from mingjing.services.observability import metrics
from mingjing.services.observability.boards import BOARDS
from mingjing.services.observability.grafana import CLICKHOUSE, PROMETHEUS
from mingjing.services.observability.written import written

from .dashboard_schema import DASHBOARD

ROOT = Path(__file__).parents[3]
PROVISIONED = (ROOT / "grafana" / "provisioning" / "datasources" / "mingjing.yaml").read_text("utf-8")
PROMQL = [expr for board in BOARDS for panel in board.panels for _, expr in panel.promql]


@pytest.mark.parametrize("name", sorted(written()))
def test_what_is_committed_is_what_the_code_writes(name: str) -> None:
    assert (ROOT / name).read_text("utf-8") == written()[name], "run: python -m mingjing.services.observability"


def test_no_dashboard_is_committed_that_no_code_writes() -> None:
    committed = {f"grafana/dashboards/{path.name}" for path in (ROOT / "grafana" / "dashboards").glob("*.json")}

    assert committed <= set(written())


@pytest.mark.parametrize("name", sorted(name for name in written() if name.endswith(".json")))
def test_every_key_of_a_dashboard_is_one_grafana_reads_and_of_its_type(name: str) -> None:
    faults = [
        f"{fault.json_path}: {fault.message[:120]}"
        for fault in Draft202012Validator(DASHBOARD).iter_errors(json.loads(written()[name]))
    ]

    assert faults == []


def lost(told: Any, read: Any, place: str = "$") -> Iterator[str]:
    """Yield where a document is no longer what it was."""
    if isinstance(told, dict) and isinstance(read, dict):
        for key, value in told.items():
            yield from lost(value, read.get(key, "nothing"), f"{place}.{key}")
    elif isinstance(told, list) and isinstance(read, list) and len(told) == len(read):
        for index, (one, other) in enumerate(zip(told, read, strict=True)):
            yield from lost(one, other, f"{place}[{index}]")
    elif told != read:
        yield f"{place}: {told!r} became {read!r}"


@pytest.mark.parametrize("name", sorted(name for name in written() if name.endswith(".json")))
def test_grafana_s_own_model_of_a_dashboard_reads_everything_that_is_in_ours(name: str) -> None:
    """Grafana 11.6 publishes its model as code (foundation SDK): what it does not know is lost when written again."""
    register_default_plugins()
    told = json.loads(written()[name])

    read = json.loads(JSONEncoder().encode(Dashboard.from_json(told)))

    assert list(lost(told, read)) == []


def test_dashboards_and_panels_are_told_apart() -> None:
    documents = [json.loads(text) for name, text in written().items() if name.endswith(".json")]

    assert len({each["uid"] for each in documents}) == len(documents)
    for each in documents:
        assert len({panel["id"] for panel in each["panels"]}) == len(each["panels"])
        for panel in each["panels"]:
            place = panel["gridPos"]
            assert place["x"] + place["w"] <= 24, panel["title"]


def test_panels_do_not_lie_on_one_another() -> None:
    for board in BOARDS:
        taken: set[tuple[int, int]] = set()
        for panel in board.document()["panels"]:
            place = panel["gridPos"]
            cells = {
                (x, y)
                for x in range(place["x"], place["x"] + place["w"])
                for y in range(place["y"], place["y"] + place["h"])
            }
            assert not cells & taken, (board.uid, panel["title"])
            taken |= cells


@pytest.mark.parametrize("source", [CLICKHOUSE, PROMETHEUS], ids=lambda source: source["uid"])
def test_the_sources_of_panels_are_provisioned(source: dict[str, str]) -> None:
    assert f"uid: {source['uid']}\n" in PROVISIONED
    assert f"type: {source['type']}\n" in PROVISIONED


def test_every_module_that_defines_metrics_is_gathered() -> None:
    defines = re.compile(r"prometheus_client import .*\b(Counter|Gauge|Histogram|Summary)\b")
    found = {
        path
        for room in ("services", "streams")
        for path in (ROOT / room / "mingjing").rglob("*.py")
        if "node_modules" not in path.parts and defines.search(path.read_text("utf-8"))
    }

    assert found == {Path(module.__file__) for module in metrics.MODULES}


def test_every_metric_is_defined_once() -> None:
    names = [each.name for each in metrics.defined()]

    assert len(names) == len(set(names))
    assert all(each.sentence for each in metrics.defined())


@pytest.mark.parametrize("expr", PROMQL)
def test_promql_asks_for_metrics_that_exist(expr: str) -> None:
    exposed = {name for each in metrics.defined() for name in each.exposed}

    assert set(re.findall(r"mingjing_\w+", expr)) <= exposed
