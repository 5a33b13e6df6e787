"""A small law in two versions, and a log to try them on."""

from collections.abc import Callable
from pathlib import Path

import pytest

PACK = """pack: p
title: 试验
version: {version}
rules:
  - {{id: T, title: 办结时限, basis: [某法 第一条], kind: time-limit, start: A, stop: S, limit: {limit},
     cards: {{yellow: past}}}}
  - {{id: Q, title: 次序, kind: sequence, step: S, requires: A, cards: {{{level}: broken}}}}
examples:
  - name: 逾期
    story: [{{at: 2026-03-06 10:00, event: A}}]
    by: 2026-03-20
    expect: [{{at: {drawn}, rule: T, level: yellow}}]
    spares: [Q]
  - name: 按期
    story: [{{at: 2026-03-06 10:00, event: A}}, {{at: 2026-03-09 10:00, event: S}}]
    by: 2026-03-20
    spares: [T, Q]
  - name: 倒置
    story: [{{at: 2026-03-06 10:00, event: S}}]
    by: 2026-03-20
    expect: [{{at: 2026-03-06 10:00, rule: Q, level: {level}}}]
"""
LOG = """case_id,activity,timestamp
N1,A,2026-03-06 10:00
N2,A,2026-03-06 10:00
N2,S,2026-03-09 10:00
N3,A,2026-03-06 10:00
N3,S,2026-03-12 00:00
N4,S,2026-03-12 00:00
N5,A,2026-03-06 10:00
N5,S,2026-03-16 09:00
"""
MAP = "case: case_id\nevent: activity\ntime: timestamp\n"

Law = Callable[..., Path]


@pytest.fixture
def law(tmp_path: Path) -> Law:
    """Return the file of a version: 3 working days and yellow, unless told otherwise."""

    def make(version: str = "1", limit: str = "3wd", level: str = "yellow", drawn: str = "2026-03-12") -> Path:
        path = tmp_path / f"p-{version}.yaml"
        path.write_text(PACK.format(version=version, limit=limit, level=level, drawn=drawn), "utf-8")
        return path

    return make


@pytest.fixture
def log(tmp_path: Path) -> list[str]:
    """Return the options that name the log and its mapping."""
    (tmp_path / "log.csv").write_text(LOG, "utf-8")
    (tmp_path / "map.yaml").write_text(MAP, "utf-8")
    return ["--log", str(tmp_path / "log.csv"), "--map", str(tmp_path / "map.yaml")]
