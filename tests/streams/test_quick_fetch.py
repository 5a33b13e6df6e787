from io import BytesIO
from typing import Any

import pytest
from aiokafka.protocol.fetch import FetchRequest, FetchRequest_v4, FetchRequest_v11, FetchResponse_v11
from hypothesis import given
from hypothesis import strategies as st

from mingjing.streams.quick_fetch import QuickAnswer, QuickFetch, QuickRequest, hasten

numbers, offsets = st.integers(0, 2**31 - 1), st.integers(-1, 2**63 - 1)
topics = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
requests = st.builds(
    FetchRequest,
    numbers,
    numbers,
    numbers,
    st.integers(0, 1),
    st.lists(st.tuples(topics, st.lists(st.tuples(numbers, offsets, numbers), max_size=4)), max_size=4),
    topics,
)
undone = st.none() | st.lists(st.tuples(offsets, offsets), max_size=3)
told = st.tuples(
    numbers,
    st.integers(-1, 100),
    offsets,
    offsets,
    offsets,
    undone,
    st.integers(-1, 9),
    st.none() | st.binary(max_size=40),
)
answers = st.builds(
    FetchResponse_v11,
    numbers,
    st.integers(-1, 100),
    numbers,
    st.none() | st.lists(st.tuples(topics, st.lists(told, max_size=4)), max_size=4),
)


@given(requests)
def test_a_request_is_the_same_bytes_as_the_stock_one(plain: FetchRequest) -> None:
    assert QuickFetch(plain).build(FetchRequest_v11).encode() == plain.build(FetchRequest_v11).encode()


@given(requests)
def test_a_request_of_an_older_version_is_the_stock_one(plain: FetchRequest) -> None:
    assert QuickFetch(plain).build(FetchRequest_v4) == plain.build(FetchRequest_v4)
    assert QuickFetch(plain).topics is plain.topics


@given(answers)
def test_an_answer_tells_what_the_stock_one_does_whatever_was_read_of_it_before(answer: FetchResponse_v11) -> None:
    raw = BytesIO(b"head" + answer.encode())
    raw.read(4)

    found = QuickAnswer.decode(raw)

    assert vars(found) == vars(FetchResponse_v11.decode(BytesIO(answer.encode())))
    assert found.API_VERSION == FetchResponse_v11.API_VERSION


ONE: list[Any] = [("cards", [(0, 0, 9, 9, 0, [(7, 3)], -1, b"records")])]


@pytest.mark.parametrize("length", range(len(FetchResponse_v11(0, 0, 0, ONE).encode())))
def test_an_answer_that_is_cut_off_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        QuickAnswer.decode(FetchResponse_v11(0, 0, 0, ONE).encode()[:length])


def test_a_fetcher_that_is_hastened_asks_for_the_same_in_the_quick_form() -> None:
    plain = FetchRequest(20, 1, 1, 1, [("cards", [(0, 7, 9)])])

    class Fetches:
        def _get_actions_per_node(self, _assignment: Any) -> Any:
            return [(1, plain)], {}, 0.2, False, []

    fetcher = Fetches()
    hasten(fetcher)
    [(node, request)], *others = fetcher._get_actions_per_node(None)

    assert (node, others) == (1, [{}, 0.2, False, []])
    assert isinstance(request, QuickFetch)
    assert vars(request) == vars(plain)


def test_the_quick_form_is_of_the_newest_version_there_is_and_its_answer_is_read_quickly() -> None:
    assert FetchRequest._CLASSES[-1] is FetchRequest_v11
    assert QuickFetch(FetchRequest(20, 1, 1, 1, [])).prepare({1: (4, 17)}).RESPONSE_TYPE is QuickAnswer
    assert isinstance(QuickFetch(FetchRequest(20, 1, 1, 1, [])).prepare({1: (4, 17)}), QuickRequest)
