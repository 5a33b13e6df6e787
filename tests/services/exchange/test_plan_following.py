"""A plan is changed while the exchange process fetches: sources come, change and go without a restart."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from mingjing.services.agencies import read_agencies
from mingjing.services.agencies_following import Register
from mingjing.services.exchange.plan import Source
from mingjing.services.exchange.plan_following import FollowedPlan
from mingjing.services.exchange.run import Fetchers

CODE, OTHER = "91330100MA00000001", "91330100MA00000002"
AGENCIES = """\
agencies:
{}regions:
  - {{code: "330100000000", title: 云州市, tier: 市}}
"""
AGENCY = "  - {{code: {}, title: 局, region: '330100000000', sources: ['urn:{}']}}\n"
SOURCE = """\
  - {{name: {}, kind: folder, agency: {}, source: 'urn:{}', standard: up-pro, object: up_pro_accept, path: drop}}
"""
FIRST, SECOND = SOURCE.format("one", CODE, "a"), SOURCE.format("two", OTHER, "b")


class Installed:
    """A plan and agencies.yaml, both of which somebody edits."""

    def __init__(self, folder: Path) -> None:
        self._plan, self._agencies = folder / "exchange.yaml", folder / "agencies.yaml"
        self.let_in((CODE, "a"))
        self.plan(FIRST)
        self.followed = FollowedPlan(self._plan, Register(read_agencies(self._agencies), self._agencies))
        self.followed.news()

    def plan(self, *sources: str) -> None:
        self._plan.write_text("sources:\n" + "".join(sources), "utf-8")

    def let_in(self, *known: tuple[str, str]) -> None:
        self._agencies.write_text(AGENCIES.format("".join(AGENCY.format(*each) for each in known)), "utf-8")

    def news(self) -> list[str] | None:
        told = self.followed.news()
        return None if told is None else [each.name for each in told]


@pytest.fixture
def installed(tmp_path: Path) -> Installed:
    return Installed(tmp_path)


def test_a_source_of_an_agency_that_is_new_is_fetched(installed: Installed) -> None:
    installed.let_in((CODE, "a"), (OTHER, "b"))
    installed.plan(FIRST, SECOND)

    assert (installed.news(), installed.news()) == (["one", "two"], None)


def test_a_plan_that_is_ahead_of_the_register_counts_once_that_has_followed(installed: Installed) -> None:
    installed.plan(FIRST, SECOND)
    before = installed.news(), [each.name for each in installed.followed.sources]
    installed.let_in((CODE, "a"), (OTHER, "b"))

    assert (before, installed.news()) == ((None, ["one"]), ["one", "two"])


def test_a_plan_that_is_not_sound_changes_nothing(installed: Installed) -> None:
    installed.plan(FIRST.replace("folder", "floppy"))

    assert (installed.news(), [each.name for each in installed.followed.sources]) == (None, ["one"])


class Fetching:
    """A fetcher of which the test sees whether it is at work."""

    def __init__(self, source: Source, at_work: dict[str, Source]) -> None:
        self.source = source
        self.begun = asyncio.Event()
        self._at_work = at_work

    async def round(self) -> None:
        self._at_work[self.source.name] = self.source
        self.begun.set()

    async def stop(self) -> None:
        del self._at_work[self.source.name]


def test_what_is_added_begins_what_is_left_out_ends_and_what_changed_begins_anew(installed: Installed) -> None:
    installed.let_in((CODE, "a"), (OTHER, "b"))
    installed.plan(FIRST, SECOND)
    one, two = installed.followed.news() or []
    slower = msgspec.structs.replace(one, every_s=60)
    at_work: dict[str, Source] = {}
    made: list[Fetching] = []

    def make(source: Source) -> Any:
        made.append(Fetching(source, at_work))
        return made[-1]

    async def through(*plans: Sequence[Source]) -> list[dict[str, Source]]:
        fetchers, seen = Fetchers(make), []
        for each in plans:
            await fetchers.keep(each)
            for fetching in made:
                await fetching.begun.wait()
            seen.append(dict(at_work))
        return seen

    seen = asyncio.run(through([one], [one, two], [slower, two], []))

    assert seen == [{"one": one}, {"one": one, "two": two}, {"one": slower, "two": two}, {}]
    assert [each.source.name for each in made] == ["one", "two", "one"]
