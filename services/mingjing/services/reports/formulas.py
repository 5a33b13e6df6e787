"""Formulas of assessment from files: the shipped ones, or one an installation names."""

from pathlib import Path

from mingjing.rules.assessment import Formula
from mingjing.rules.assessment_text import parse_assessment
from mingjing.services.rulebook_files import shipped


def formula(name: str | None = None, path: Path | None = None) -> Formula:
    """Return the formula at `path`, or the shipped one of that name; the first shipped one without either.

    Raises PackRefused with every fault, and FileNotFoundError naming what is not there.
    """
    if path is None:
        known = sorted(shipped("assessments").glob("*.yaml"))
        path = next((each for each in known if name in {None, each.stem}), None)
        if path is None:
            raise FileNotFoundError(f"没有考评办法 {name}；有 {'、'.join(each.stem for each in known)}")
    return parse_assessment(path.read_text("utf-8"), path.name)
