"""What docs/onboarding.md shows an agency works as shown."""

import re
from pathlib import Path
from typing import Any

from mingjing.services.agencies import parse_agencies, read_agencies
from mingjing.services.cli import COMMANDS
from mingjing.services.exchange.plan import read_plan
from mingjing.services.receipts.mark import mark_of, summed

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "onboarding.md").read_text("utf-8")


def block(language: str, first: str = "") -> str:
    """The first block of a language that begins as told."""
    found = re.search(rf"^```{language}\n({re.escape(first)}.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


def test_the_plan_is_one_that_is_read() -> None:
    known = read_agencies(ROOT / "deploy" / "local" / "agencies.yaml")

    sources = read_plan(block("yaml", "sources:"), "exchange.yaml", known, {"EXCHANGE_SCJG": "sqlite://"})

    assert [each.kind for each in sources] == ["table", "folder", "debezium"]


def test_the_plan_to_begin_with_is_one_that_is_read() -> None:
    known = read_agencies(ROOT / "deploy" / "local" / "agencies.yaml")
    plan = (ROOT / "deploy" / "local" / "exchange.yaml").read_text("utf-8")
    held = dict.fromkeys(("EXCHANGE_SCJG", "EXCHANGE_WJW"), "sqlite://")

    sources = read_plan(plan, "exchange.yaml", known, held)

    assert [(each.kind, bool(each.columns)) for each in sources] == [
        ("table", False),
        ("table", True),
        ("folder", False),
    ]


def test_the_roll_of_monitoring_points_is_one_that_is_read() -> None:
    roll = parse_agencies(f"agencies: []\nregions: []\n{block('yaml', 'monitoring_points:')}", "agencies.yaml")

    assert roll.points == {"91990100MB0000001Q": "云州昌源食品有限公司"}


def test_an_agency_computes_the_hash_we_compute() -> None:
    shown: dict[str, Any] = {}
    exec(block("python"), shown)  # noqa: S102  # the page's own example
    events = [{"source": "urn:局", "id": f"e-{number}"} for number in range(9)]

    assert shown["day_hash"](events) == summed(mark_of(each["source"], each["id"]) for each in events)


def test_every_command_it_names_is_there() -> None:
    assert set(re.findall(r"mingjing ([a-z]+)", PAGE)) <= set(COMMANDS)
