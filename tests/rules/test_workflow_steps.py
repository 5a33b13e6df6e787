from collections.abc import Iterator
from typing import Any, get_args

import yaml

from mingjing.rules.workflow import DRAWN_EVENT, ENDED, ROLE_TITLES, STAGE_TITLES, WAITS_FOR, Role, Stage, waiting_for
from mingjing.rules.workflow_steps import BY_VERB, STEPS
from mingjing.services.rulebook_files import shipped


def test_every_stage_is_reached_from_a_drawn_or_pending_card() -> None:
    reached: set[str] = {"drawn", "pending"}
    while more := {step.to for step in STEPS if step.to and step.from_stages & reached} - reached:
        reached |= more

    assert reached == set(get_args(Stage))


def test_every_stage_but_the_last_ones_leads_on() -> None:
    left = {stage for step in STEPS if step.to for stage in step.from_stages}

    assert set(get_args(Stage)) - left == set(ENDED)


def test_every_stage_and_role_has_a_title() -> None:
    assert (set(STAGE_TITLES), set(ROLE_TITLES)) == (set(get_args(Stage)), set(get_args(Role)))


def test_each_step_is_named_once_and_leaves_an_event_of_its_own() -> None:
    assert len(BY_VERB) == len(STEPS) == len({step.event for step in STEPS})


def test_who_may_not_repeat_a_step_is_named_by_steps_that_exist() -> None:
    assert {verb for step in STEPS for verb in step.unlike} <= set(BY_VERB)


def test_only_a_leader_takes_a_card_away_or_lowers_it() -> None:
    assert {step.verb for step in STEPS if step.roles == {"supervisor"}} == {"revoke", "lower", "exempt", "recommend"}


def test_every_stage_that_has_not_ended_waits_for_somebody_who_can_lead_on() -> None:
    assert set(WAITS_FOR) == set(get_args(Stage)) - set(ENDED)
    assert all(
        any(stage in step.from_stages and role in step.roles for step in STEPS) for stage, role in WAITS_FOR.items()
    )


def test_what_waits_for_inspectors_waits_for_their_supervisors() -> None:
    assert waiting_for("supervisor") == waiting_for("inspector")


def test_nothing_waits_for_who_does_not_work_on_cards() -> None:
    assert waiting_for("auditor") == frozenset()


def events_of(selector: Any) -> set[str]:
    said = selector["event"] if isinstance(selector, dict) else selector
    return {said} if isinstance(said, str) else set(said)


def lives(stage: Stage, begun: tuple[str, ...], met: frozenset[Stage]) -> Iterator[tuple[Stage, tuple[str, ...]]]:
    """Return every stage a card can come to from `stage` without being anywhere twice, with the events of its way."""
    yield stage, begun
    for step in STEPS:
        if step.to and stage in step.from_stages and step.to not in met:
            yield from lives(step.to, (*begun, step.event), met | {step.to})


def test_a_clock_of_the_shipped_rules_runs_wherever_somebody_is_waited_for() -> None:
    pack = yaml.safe_load((shipped("packs") / "card-handling.yaml").read_text(encoding="utf-8"))
    limits = [each for each in pack["rules"] if each["kind"] == "time-limit"]
    clocks = [(each["id"], events_of(each["start"]), events_of(each["stop"])) for each in limits]
    unwatched = set()
    for begins in ("drawn", "pending"):
        for stage, way in lives(begins, (DRAWN_EVENT,), frozenset({begins})):
            running: set[str] = set()
            for event in way:
                running -= {rule for rule, _, stops in clocks if event in stops}
                running |= {rule for rule, starts, _ in clocks if event in starts}
            if stage in WAITS_FOR and not running:
                unwatched.add((stage, way))

    assert unwatched == set()
