"""A check's faults as SARIF 2.1.0: the parts that its specification requires, at the places that are meant."""

from pathlib import Path
from typing import Any

import jsonschema
import orjson
import pytest
from click.testing import CliRunner

from mingjing.services.cli.rules import rules

REGION = {
    "type": "object",
    "required": ["startLine", "startColumn"],
    "properties": {
        "startLine": {"type": "integer", "minimum": 1},
        "startColumn": {"type": "integer", "minimum": 1},
        "snippet": {"type": "object", "required": ["text"]},
    },
    "additionalProperties": False,
}
TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
DRIVER = {
    "type": "object",
    "required": ["name", "rules"],
    "properties": {
        "rules": {
            "type": "array",
            "uniqueItems": True,
            "items": {
                "type": "object",
                "required": ["id"],
                "properties": {
                    "shortDescription": TEXT,
                    "fullDescription": TEXT,
                    "defaultConfiguration": {"properties": {"level": {"enum": ["none", "note", "warning", "error"]}}},
                },
            },
        }
    },
}
LOCATION = {
    "type": "object",
    "required": ["physicalLocation"],
    "properties": {
        "physicalLocation": {
            "type": "object",
            "required": ["artifactLocation", "region"],
            "properties": {
                "artifactLocation": {
                    "type": "object",
                    "required": ["uri"],
                    "properties": {"uri": {"format": "uri-reference"}},
                },
                "region": REGION,
            },
        }
    },
}
RESULT = {
    "type": "object",
    "required": ["ruleId", "ruleIndex", "level", "message", "locations"],
    "properties": {
        "level": {"enum": ["none", "note", "warning", "error"]},
        "message": TEXT,
        "locations": {"type": "array", "minItems": 1, "items": LOCATION},
    },
}
SARIF = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["tool", "results"],
                "properties": {
                    "tool": {"type": "object", "required": ["driver"], "properties": {"driver": DRIVER}},
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "results": {"type": "array", "items": RESULT},
                },
            },
        },
    },
}
BROKEN = """pack: p
version: 1
rules:
  - {id: T, kind: time-limit, start: A, stop: S, limit: 3, cards: {yellow: past}}
"""
UNTOLD = """pack: q
version: 1
rules:
  - {id: 规则, kind: time-limit, start: A, stop: S, limit: 3wd, cards: {yellow: past}}
examples:
  - name: 逾期
    story: [{at: 2026-03-06 10:00, event: A}]
    by: 2026-03-12
    expect: [{at: 2026-03-13, rule: 规则, level: yellow}]
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Return the one run of the check of BROKEN and UNTOLD, made in their folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "law").mkdir()
    for name, text in (("broken", BROKEN), ("untold", UNTOLD)):
        (tmp_path / "law" / f"{name}.yaml").write_text(text, "utf-8")
    done = CliRunner().invoke(
        rules, ["check", "law/broken.yaml", "law/untold.yaml", "--format", "sarif", "--out", "found.sarif"]
    )
    assert done.exit_code == 1
    log = orjson.loads((tmp_path / "found.sarif").read_bytes())
    jsonschema.validate(log, SARIF)
    [found] = log["runs"]
    assert isinstance(found, dict)
    return found


def _places(run: dict[str, Any]) -> list[tuple[str, str, int, int]]:
    return [
        (
            result["ruleId"],
            (place := result["locations"][0]["physicalLocation"])["artifactLocation"]["uri"],
            place["region"]["startLine"],
            place["region"]["startColumn"],
        )
        for result in run["results"]
    ]


def test_each_fault_stands_at_its_line_and_column(run: dict[str, Any]) -> None:
    assert _places(run) == [
        ("written", "law/broken.yaml", 4, 57),
        ("uncovered", "law/untold.yaml", 4, 10),
        ("example", "law/untold.yaml", 6, 5),
        ("example", "law/untold.yaml", 6, 5),
    ]


def test_a_result_points_to_the_rule_of_the_driver_it_names(run: dict[str, Any]) -> None:
    known = run["tool"]["driver"]["rules"]

    assert [known[each["ruleIndex"]]["id"] for each in run["results"]] == [each["ruleId"] for each in run["results"]]


def test_a_result_shows_the_line_it_stands_on(run: dict[str, Any]) -> None:
    region = run["results"][0]["locations"][0]["physicalLocation"]["region"]

    assert region["snippet"]["text"] == BROKEN.splitlines()[3]


def test_a_check_that_finds_nothing_has_no_results(tmp_path: Path) -> None:
    path = tmp_path / "t.yaml"
    path.write_text(
        "table: t\ntitle: 表\nversion: 1\ncolumns: {code: {title: 码, type: text}}\nrows: [{code: a}]\n", "utf-8"
    )
    done = CliRunner().invoke(rules, ["check", str(path), "--format", "sarif"])

    log = orjson.loads(done.output)
    jsonschema.validate(log, SARIF)
    assert (done.exit_code, log["runs"][0]["results"]) == (0, [])
