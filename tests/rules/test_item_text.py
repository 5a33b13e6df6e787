"""Items as the catalogue writes them, in the one form that rules read."""

from typing import Any

import pytest

from mingjing.rules.catalogue import parse_catalogue
from mingjing.rules.yaml_page import PackRefused

HEAD = "catalogue: k\nversion: 1\nitems:\n  - code: c\n    title: 许可\n    promised: 5wd\n    valid_from: 2026-01-01\n"


def _fields(text: str) -> Any:
    return parse_catalogue(HEAD + text, "k.yaml")[0][0].fields


def _fault(text: str) -> str:
    with pytest.raises(PackRefused) as caught:
        _fields(text)
    return str(caught.value)


def test_plain_steps_are_a_chain() -> None:
    assert _fields("    steps: [受理, 审查, 决定]\n")["steps"] == {
        "受理": {"after": []},
        "审查": {"after": ["受理"]},
        "决定": {"after": ["审查"]},
    }


def test_a_step_may_say_what_it_comes_after_and_what_it_takes() -> None:
    step = "{name: 规划, after: 受理, limit: 2wd, mandatory: true, people: 2, post: 审查岗}"
    text = f"    steps: [受理, {step}, {{name: 决定, after: [受理, 规划]}}]\n"

    assert _fields(text)["steps"]["规划"] == {
        "after": ["受理"], "limit": "2wd", "mandatory": True, "people": 2, "post": "审查岗",
    }  # fmt: skip
    assert _fields(text)["steps"]["决定"] == {"after": ["受理", "规划"]}


@pytest.mark.parametrize(
    ("written", "read"),
    [("[hearing, testing]", {"hearing": None, "testing": None}), ("{hearing: 20wd}", {"hearing": "20wd"})],
)
def test_special_procedures_are_found_by_their_kind(written: str, read: dict[str, str | None]) -> None:
    assert _fields(f"    suspensions: {written}\n")["suspensions"] == read


def test_members_are_found_by_their_agency() -> None:
    assert _fields("    members: [{agency: m1, limit: 3wd}, {agency: m2}]\n")["members"] == {
        "m1": {"limit": "3wd"},
        "m2": {},
    }


def test_words_flags_and_lists_are_what_they_are() -> None:
    found = _fields("    tacit: pilot\n    status: cancelled\n    centre: true\n    fees: F01\n    flags: [joint]\n")

    assert [found[key] for key in ("tacit", "status", "centre", "fees", "flags")] == [
        "pilot", "cancelled", True, ["F01"], ["joint"],
    ]  # fmt: skip


def test_an_item_of_a_project_says_its_stage_and_whether_the_green_channel_leads_to_it() -> None:
    found = _fields("    stage: works\n    green: true\n")

    assert (found["stage"], found["green"]) == ("works", True)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("    steps: [a, {name: b, after: [aa]}]\n", "step 'b' comes after 'aa', which is no step"),
        ("    steps: [{name: a, after: [b]}, {name: b, after: [a]}]\n", "steps a, b come after themselves"),
        ("    steps: [a, a]\n", "step 'a' stands here a second time"),
        ("    steps: [{name: a, limit: soon}]\n", "limit: 'soon' is not a term"),
        ("    steps: [{name: a, limits: 2wd}]\n", "key 'limits' is not known here; did you mean 'limit'?"),
        (
            "    steps: [{name: a, limit: 3wd}, {name: b, limit: 3wd}]\n",
            "the limits of its steps add up to more than the promise of 5wd (TL-14)",
        ),
        ("    members: [{agency: m}, {agency: m}]\n", "member 'm' stands here a second time"),
        ("    suspensions: {hearing: long}\n", "hearing: 'long' is not a term"),
        ("    tacit: sometimes\n", "'sometimes' is not one of statutory, pilot"),
        ("    extension: ten\n", "extension: 'ten' is not a term"),
        ("    valid_to: 2025-01-01\n", "valid_to 2025-01-01 lies before valid_from 2026-01-01"),
    ],
)
def test_a_fault_is_told(text: str, message: str) -> None:
    assert message in _fault(text)


def test_steps_side_by_side_do_not_add_up() -> None:
    both = "{name: a, after: r, limit: 3wd}, {name: b, after: r, limit: 3wd}"

    assert set(_fields(f"    steps: [r, {both}, {{name: d, after: [a, b], limit: 2wd}}]\n")["steps"]) == set("rabd")


def test_every_fault_of_an_item_is_told_at_once() -> None:
    assert _fault("    tacit: x\n    steps: [a, a]\n    extension: y\n").count("k.yaml:") == 3
