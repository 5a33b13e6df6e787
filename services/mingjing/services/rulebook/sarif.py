"""What a check found as SARIF 2.1.0, which code review tools show beside the changed line."""

from pathlib import Path
from typing import Any

from mingjing.services.rulebook.checking import CODES, Checked, Found

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
VERSION = "2.1.0"
ROOT = "ROOT"
"""The base to which places are relative: the folder in which the check was run."""


def sarif(checked: Checked, tool_version: str, root: Path) -> dict[str, Any]:
    """Return the SARIF log of a check; files under `root` by their relative path, others by their own."""
    return {
        "$schema": SCHEMA,
        "version": VERSION,
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "mingjing",
                        "version": tool_version,
                        "rules": [
                            {
                                "id": code,
                                "shortDescription": {"text": zh},
                                "fullDescription": {"text": en},
                                "defaultConfiguration": {"level": "error"},
                            }
                            for code, (zh, en) in CODES.items()
                        ],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {ROOT: {"uri": f"{root.resolve().as_uri()}/"}},
                "results": [_result(each, checked, root) for each in checked.found],
            }
        ],
    }


def _result(each: Found, checked: Checked, root: Path) -> dict[str, Any]:
    fault = each.fault
    region: dict[str, Any] = {"startLine": fault.line, "startColumn": fault.column}
    if fault.source:
        region["snippet"] = {"text": fault.source}
    return {
        "ruleId": each.code,
        "ruleIndex": list(CODES).index(each.code),
        "level": "error",
        "message": {"text": fault.message},
        "locations": [
            {"physicalLocation": {"artifactLocation": _artifact(checked.files.get(fault.name), root), "region": region}}
        ],
    }


def _artifact(path: Path | None, root: Path) -> dict[str, str]:
    if path is None:
        return {"uri": ""}
    found = path.resolve()
    if found.is_relative_to(root.resolve()):
        return {"uri": found.relative_to(root.resolve()).as_posix(), "uriBaseId": ROOT}
    return {"uri": found.as_uri()}
