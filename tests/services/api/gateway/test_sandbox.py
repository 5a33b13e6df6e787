"""A sandbox judges by the rules in force, and keeps everything to itself."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from mingjing.rules.rulebook import Rulebook
from mingjing.services.api.gateway import sandbox as module
from mingjing.services.api.gateway.sandbox import Sandbox
from mingjing.services.api.problems import Problem
from mingjing.services.registry import Database, Registry
from mingjing.services.rulebook_files import load_rulebook, rulebook_of
from mingjing.services.rulebook_files import shipped as shipped_files
from mingjing.services.settings import read_settings
from mingjing.streams.ports import Principal

AGENCY, OTHER = "11990000MB0000182N", "11330100MB1234568B"
US = Principal(agency=AGENCY, sources=frozenset(["urn:a"]), types=None)
NOW = datetime(2026, 3, 6, 4, tzinfo=UTC)
MUCH_LATER = datetime(2026, 9, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def shipped() -> Rulebook:
    return rulebook_of(read_settings(), {})


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    database = Database(f"sqlite:///{tmp_path / 'registry'}")
    database.migrate()
    yield Registry(database)
    database.close()


@pytest.fixture
def sandbox(registry: Registry, shipped: Rulebook) -> Sandbox:
    return Sandbox(registry.sandbox, lambda: shipped, "secret-of-tests")


def event(number: int = 1, **changes: str) -> bytes:
    told = {
        "specversion": "1.0",
        "id": f"e-{number}",
        "source": "urn:a",
        "type": "case.accepted",
        "subject": f"X{number}",
        "time": "2026-03-06T10:00:00+08:00",
        "item": "11990000MB0000182N2000116005000",
    }
    return orjson.dumps(told | changes)


def test_each_event_is_answered_as_a_real_one_would_be(sandbox: Sandbox) -> None:
    sandbox.receive([event(1)], US, NOW)
    told = sandbox.receive([event(1), event(2), event(3, time="2026-03-06T10:00:00")], US, NOW)

    assert [each.result for each in told.results] == ["duplicate", "accepted", "rejected"]
    assert told.results[2].code == "naive_time"


def test_a_stop_that_never_comes_has_its_cards_by_then(sandbox: Sandbox) -> None:
    at_once = sandbox.receive([event()], US, NOW).cards
    assert "TL-04" not in {card["rule"] for card in at_once}

    told = sandbox.cards(AGENCY, MUCH_LATER, None)

    assert (told.cases, told.events) == (1, 1)
    assert "TL-04" in {card["rule"] for card in told.cards}


def test_what_was_tried_is_judged_by_the_law_that_is_published_meanwhile(registry: Registry, shipped: Rulebook) -> None:
    law = [load_rulebook([shipped_files("packs") / "fees.yaml"])]
    sandbox = Sandbox(registry.sandbox, lambda: law[-1], "secret-of-tests")
    sandbox.receive([event()], US, NOW)
    assert sandbox.cards(AGENCY, MUCH_LATER, None).cards == []

    law.append(shipped)

    assert "TL-04" in {card["rule"] for card in sandbox.cards(AGENCY, MUCH_LATER, None).cards}


def test_an_agency_sees_its_own_sandbox_only(sandbox: Sandbox) -> None:
    sandbox.receive([event()], US, NOW)

    assert sandbox.cards(OTHER, MUCH_LATER, None).cards == []


def test_one_case_is_found_by_its_number(sandbox: Sandbox) -> None:
    sandbox.receive([event(1), event(2)], US, NOW)

    assert {card["case"] for card in sandbox.cards(AGENCY, MUCH_LATER, "X2").cards} == {f"{AGENCY}/X2"}


def test_an_emptied_sandbox_has_forgotten_everything(sandbox: Sandbox) -> None:
    sandbox.receive([event(1), event(2)], US, NOW)

    assert sandbox.clear(AGENCY) == 2
    assert sandbox.cards(AGENCY, MUCH_LATER, None).events == 0


def test_a_full_sandbox_takes_nothing_of_a_post_and_says_how_to_empty_it(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST", 2)
    sandbox.receive([event(1)], US, NOW)

    with pytest.raises(Problem, match="DELETE /v1/sandbox"):
        sandbox.receive([event(2), event(3)], US, NOW)

    assert sandbox.cards(AGENCY, MUCH_LATER, None).events == 1


def test_staff_numbers_are_kept_as_hashes(sandbox: Sandbox, registry: Registry) -> None:
    sandbox.receive([event(1, officer="0042")], US, NOW)

    assert "0042" not in registry.sandbox.all(AGENCY)[0].body
