"""The oracle: a log in, every violation out."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from mingjing.services.city.message import Message, Planted
from mingjing.services.city.oracle.bench import sitting
from mingjing.services.city.oracle.census import SENTENCES, add_up
from mingjing.services.city.oracle.hearsay import card_said, of_card, of_happening
from mingjing.services.city.oracle.reading import Gate, Happening, Reading, read
from mingjing.services.city.oracle.silence import deed, silences, talk
from mingjing.services.city.oracle.terms import Found, Trial
from mingjing.services.city.words import Word
from mingjing.services.city.world import NO_ITEM, World


class Oracle:
    """Derives what is wrong in a log that ended at `until`, from its bytes alone; by the rules `of_choice` too."""

    def __init__(self, world: World, until: datetime, *, of_choice: bool = False) -> None:
        self._world = world
        self._until = until
        self._of_choice = of_choice
        self._items = {item.code: item for item in world.items}
        sources = {agency.code: agency.sources for agency in world.agencies.values()}
        self._gate = Gate(sources, world.types)

    def read(self, log: Iterable[Message]) -> Reading:
        """Return what the log says happened, and what of it could not be used."""
        return read(((each.agency, each.body, each.at) for each in log), self._gate)

    def judge(self, case: Sequence[Happening]) -> Iterator[tuple[str, Found]]:
        """Yield the findings of one case, each with its rule."""
        item = self._items.get(case[0].event.get("item", ""), NO_ITEM)
        agency = self._world.agencies[case[0].event["agency"]]
        trial = Trial(case, item, self._world.calendar, self._until, self._until - agency.delay, agency.outages)
        for rule, judge in sitting(trial, of_choice=self._of_choice):
            found = judge(trial)
            for each in [found] if isinstance(found, Found) else found or ():
                yield rule, each

    def sit(self, log: Iterable[Message]) -> tuple[list[Planted], list[Word]]:
        """Return the findings of every case of the log, and what the cases tell the rules across cases."""
        findings: list[Planted] = []
        words: list[Word] = []
        reading = self.read(log)
        if self._of_choice:
            words += (word for sent in reading.sent.values() for each in sent for word in talk(each))
        for case_key, case in reading.cases.items():
            if not case:
                continue
            words += (word for each in case for word in (*of_happening(case, each), *deed(each)))
            for rule, found in self.judge(case):
                finding = Planted(case_key, rule, found.level, found.at)
                findings.append(finding)
                words += of_card(case, finding, found)
        return findings, words

    def across(self, words: Iterable[Word]) -> Iterator[Planted]:
        """Yield what the words of all cases of a log add up to."""
        said = [word for word in words if word.at <= self._until]
        yield from silences(said, self._until, self._world.agencies, self._world.calendar)
        yield from add_up((word for word in said if word.rule in SENTENCES), card_said)

    def derive(self, log: Iterable[Message]) -> Iterator[Planted]:
        """Yield every finding of the log, of its cases and across them."""
        findings, words = self.sit(log)
        yield from findings
        yield from self.across(words)
