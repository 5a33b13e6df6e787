"""Judging many cases over several processes, in their order and with bounded memory."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from typing import Any, TypeVar

from mingjing.rules.events import Fact

CASES_A_CHUNK = 500
CHUNKS_AHEAD = 4
"""How many chunks wait for each process: enough to keep it busy, few enough to hold."""

Cases = list[tuple[str, list[Fact]]]
Said = TypeVar("Said")


def spread(
    cases: Iterable[tuple[str, list[Fact]]], judge: Callable[[Cases], list[Said]], jobs: int
) -> Iterator[tuple[int, list[Said]]]:
    """Yield (number of cases, what `judge` says of them) for each chunk, in the order of the cases.

    With more than one job `judge` is sent once to each process and must be picklable.
    """
    pending = iter(cases)
    chunks = iter(lambda: list(islice(pending, CASES_A_CHUNK)), [])
    if jobs == 1:
        for chunk in chunks:
            yield len(chunk), judge(chunk)
        return
    with ProcessPoolExecutor(jobs, initializer=_hold, initargs=(judge,)) as pool:
        waiting: deque[tuple[int, Future[list[Said]]]] = deque()
        for chunk in chunks:
            waiting.append((len(chunk), pool.submit(_judge_held, chunk)))
            if len(waiting) >= jobs * CHUNKS_AHEAD:
                count, future = waiting.popleft()
                yield count, future.result()
        for count, future in waiting:
            yield count, future.result()


_held: list[Callable[[Cases], list[Any]]] = []


def _hold(judge: Callable[[Cases], list[Any]]) -> None:
    _held[:] = [judge]


def _judge_held(chunk: Cases) -> list[Any]:
    return _held[0](chunk)
