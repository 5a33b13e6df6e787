"""What a rule names in a closed vocabulary is there: a slip of the pen is found at load, not by nobody being carded."""

from collections.abc import Callable

import pytest

from mingjing.rules.pack import Pack
from mingjing.rules.yaml_page import PackRefused

HEAD = "pack: p\nversion: 1\nvocabulary: approval\nrules:\n"
LATE = "kind: time-limit, start: case.accepted, stop: case.decided, cards: {yellow: past}"


@pytest.fixture
def faults(pack: Callable[..., Pack]) -> Callable[[str], list[str]]:
    """Return what is wrong with a pack of one rule."""

    def read(rule: str) -> list[str]:
        try:
            pack(f"{HEAD}  - {{id: T, {rule}}}\n")
        except PackRefused as refused:
            return [each.message for each in refused.faults]
        return []

    return read


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        (f"{LATE}, limit: promised, scope: {{item.kinds: licence}}", "item has no 'kinds'; did you mean 'kind'?"),
        (
            f"{LATE}, limit: promised, scope: {{case.enterprize: x}}",
            "case has no 'enterprize'; did you mean 'enterprise'?",
        ),
        (f"{LATE}, limit: item.promissed", "item has no 'promissed'; did you mean 'promised'?"),
        (f"{LATE}, limit: 'item.members[data.membr].limit'", "data has no 'membr'; did you mean 'member'?"),
        (f"{LATE}, due: data.expires_om", "data has no 'expires_om'; did you mean 'expires_on'?"),
        (f"{LATE}, limit: 3wd, key: data.doc_nr", "data has no 'doc_nr'; did you mean 'doc_no'?"),
        (f"{LATE}, limit: 3wd, card_to: data.membr", "data has no 'membr'; did you mean 'member'?"),
        (
            f"{LATE}, limit: 3wd, extend: {{event: case.extended, by: data.dayz}}",
            "data has no 'dayz'; did you mean 'days'?",
        ),
        (
            f"{LATE}, limit: 3wd, pause: {{begin: clock.suspended, end: clock.resumed, cap: data.dayz}}",
            "data has no 'dayz'; did you mean 'days'?",
        ),
        (
            "kind: notification, trigger: case.accepted, notice: case.decided, carries: [doc_nr], cards: {red: broken}",
            "data has no 'doc_nr'; did you mean 'doc_no'?",
        ),
        (
            "kind: separation, a: case.accepted, b: case.decided, by: data.sael, cards: {red: broken}",
            "data has no 'sael'; did you mean 'seal'?",
        ),
        (
            "kind: frequency, of: case.applied, by: data.enterprize, at_least: 2, within: 30cd, cards: {red: reached}",
            "data has no 'enterprize'; did you mean 'enterprise'?",
        ),
    ],
)
def test_a_path_that_leads_nowhere_is_refused_with_the_nearest_name(
    faults: Callable[[str], list[str]], rule: str, told: str
) -> None:
    assert faults(rule) == [f"rule T: {told}"]


def test_in_an_open_vocabulary_a_path_may_name_anything(pack: Callable[..., Pack]) -> None:
    assert pack(f"  - {{id: T, {LATE}, limit: data.anything, scope: {{item.whatever: x}}}}\n").rules


def test_a_misspelt_kind_is_one_fault_and_the_rule_is_read_as_it_was_meant(faults: Callable[[str], list[str]]) -> None:
    [found] = faults("kind: sequnce, step: case.decided, requires: case.accepted, cards: {red: broken}")

    assert found.endswith("did you mean 'sequence'?")
