"""The document of our topics is what its standard says it must be."""

import json
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner
from jsonschema import Draft7Validator, Draft202012Validator

from mingjing.rules.rulebook import Rulebook
from mingjing.services.api.asyncapi import asyncapi_of
from mingjing.services.cli import main
from mingjing.services.rulebook_files import rulebook_of
from mingjing.services.settings import read_settings

CONSOLE = Path(__file__).parents[3] / "services" / "mingjing" / "services" / "console" / "app"
OFFICIAL = CONSOLE / "node_modules" / "@asyncapi" / "specs" / "schemas" / "3.0.0.json"


@pytest.fixture(scope="module")
def shipped() -> Rulebook:
    return rulebook_of(read_settings(), {})


@pytest.fixture(scope="module")
def document(shipped: Rulebook) -> dict[str, Any]:
    return asyncapi_of(shipped, "kafka.example.gov.cn:9094")


def test_the_asyncapi_document_is_valid_by_the_official_schema(document: dict[str, Any]) -> None:
    schema = json.loads(OFFICIAL.read_text("utf-8"))

    assert [each.message for each in Draft7Validator(schema).iter_errors(document)] == []


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    for reference in references(document):
        here: Any = document
        for part in reference.removeprefix("#/").split("/"):
            here = here[part]


def references(node: Any) -> list[str]:
    if isinstance(node, list):
        return [found for each in node for found in references(each)]
    if not isinstance(node, dict):
        return []
    mine = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
    return mine + [found for each in node.values() for found in references(each)]


def test_an_event_as_documented_is_one_by_its_own_message(document: dict[str, Any]) -> None:
    schema = {**document["components"]["messages"]["case.accepted"]["payload"], "components": document["components"]}
    event = {
        "specversion": "1.0",
        "id": "8c1e04",
        "source": "urn:yunzhou:wsjkw",
        "type": "case.accepted",
        "subject": "20260915-0037",
        "time": "2026-09-15T10:24:36+08:00",
        "data": {"doc_no": "卫受〔2026〕1183 号"},
    }
    valid = Draft202012Validator(schema)

    assert valid.is_valid(event)
    assert not valid.is_valid(event | {"data": {"doc_no": 1183}})
    assert not valid.is_valid(event | {"type": "case.decided"})


def test_what_only_the_system_makes_is_nothing_an_agency_may_write(document: dict[str, Any]) -> None:
    assert not [name for name in document["channels"]["ingest"]["messages"] if name.startswith(("card.", "tally."))]


def test_the_command_prints_the_document(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINGJING_KAFKA_AGENCIES", "kafka.example.gov.cn:9094")

    told = CliRunner().invoke(main, ["topics", "asyncapi"])

    assert orjson.loads(told.output)["servers"]["kafka"]["host"] == "kafka.example.gov.cn:9094"
