import asyncio

import pytest

from mingjing.services.receipts import scribe as scribe_module
from mingjing.services.receipts.scribe import Scribe
from mingjing.services.registry import Database, Receipt, Receipts, RegistryUnavailable


def receipt(number: int) -> Receipt:
    return Receipt(id=f"{number:032x}", agency="a", way="http", received_ms=number, events=1, accepted=1, hash="0" * 16)


def test_receipts_kept_at_once_are_all_kept(receipts: Receipts) -> None:
    async def keep() -> None:
        scribe = Scribe(receipts)
        await asyncio.gather(*(scribe.keep([receipt(number)]) for number in range(100)))

    asyncio.run(keep())

    assert len(receipts.within("a", 0, 100)) == 100


def test_receipts_that_are_given_together_are_all_kept(receipts: Receipts) -> None:
    asyncio.run(Scribe(receipts).keep([receipt(number) for number in range(3)]))

    assert len(receipts.within("a", 0, 100)) == 3


def test_who_comes_right_after_another_is_written_with_who_comes_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scribe_module, "_TOGETHER_S", 0.2)
    written: list[list[str]] = []

    class Noted(Receipts):
        def add(self, receipts: list[Receipt]) -> None:
            written.append([each.id[-1] for each in receipts])

    async def keep() -> None:
        scribe = Scribe(Noted(Database("sqlite:////nowhere/registry.sqlite")))
        await scribe.keep([receipt(1)])
        second = asyncio.create_task(scribe.keep([receipt(2)]))
        await asyncio.to_thread(lambda: None)
        await asyncio.gather(second, scribe.keep([receipt(3)]))

    asyncio.run(keep())

    assert written == [["1"], ["2", "3"]]


def test_whoever_waits_hears_that_the_registry_is_away() -> None:
    async def keep() -> None:
        scribe = Scribe(Receipts(Database("sqlite:////nowhere/registry.sqlite")))
        with pytest.raises(RegistryUnavailable):
            await scribe.keep([receipt(1)])

    asyncio.run(keep())
