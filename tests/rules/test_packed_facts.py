"""What is packed comes out as it went in."""

from hypothesis import given
from hypothesis import strategies as st

from mingjing.rules.events import Fact
from mingjing.rules.packed_facts import pack_facts, unpack_facts

WORD = st.none() | st.sampled_from(["", "a", "b", "受理"])
INSTANT = st.integers(-(10**15), 10**16) | st.integers(0, 10**9).map(lambda each: each * 1_000_000)

FACTS = st.lists(
    st.builds(
        Fact,
        id=st.text(max_size=4),
        source=st.sampled_from(["", "s", "urn:x"]),
        type=st.sampled_from(["", "A", "case.applied"]),
        at=INSTANT,
        stamp=INSTANT,
        sequence=st.integers(0, 3),
        recorded_at=st.none() | INSTANT,
        corrects=WORD,
        item=WORD,
        agency=WORD,
        region=WORD,
        officer=WORD,
        post=WORD,
        step=WORD,
        data=st.dictionaries(st.text(max_size=2), st.integers() | st.none(), max_size=2),
        case_data=st.dictionaries(st.text(max_size=2), st.text(max_size=2), max_size=1),
    ),
    max_size=5,
)


@given(facts=FACTS)
def test_facts_come_back_as_they_were(facts: list[Fact]) -> None:
    assert unpack_facts(pack_facts(facts)) == facts
