"""The engine as a third teller of a city's truth, beside the plots and the oracle."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from functools import cache
from typing import Any, Final

import msgspec

from mingjing.rules.events import Event, fact_of, micros
from mingjing.rules.replay import across, replayed
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.tally import Tally
from mingjing.services.city.check import Testimony, Witness
from mingjing.services.city.city import City
from mingjing.services.city.message import Planted
from mingjing.services.city.words import Story
from mingjing.services.demo.outcome import WITHDRAWN, planted_of
from mingjing.services.rulebook_files import every_pack, load_rulebook

MICROSECOND: Final = timedelta(microseconds=1)
_decode = msgspec.json.Decoder(Event).decode


def _hear(city: City, stories: list[Story]) -> Testimony:
    """Return what the shipped rules find in the stories' messages, by `mingjing.rules` itself."""
    now = micros(city.until)
    rulebook = _rulebook(_delays(city), _outages(city), of_choice=city.of_choice)
    lines: list[dict[str, Any]] = []
    tallies: list[Tally] = []
    for story in stories:
        facts = []
        for message in story.messages:
            event = _decode(message.body)
            event.ingestedtime = message.at
            facts.append(fact_of(event))
        found = replayed(story.case_key, facts, rulebook, now)
        lines += found.lines
        tallies += found.tallies
    return Testimony(_findings(city, lines), tallies)


def _add_up(city: City, tallies: list[Tally]) -> Iterable[Planted]:
    """Return what the shipped rules across cases find in all that the cases told."""
    rulebook = _rulebook(_delays(city), _outages(city), of_choice=city.of_choice)
    return _findings(city, across(tallies, rulebook, micros(city.until)))


ENGINE: Final = Witness(_hear, _add_up)
"""The engine as a witness."""


def _findings(city: City, lines: Iterable[dict[str, Any]]) -> Iterator[Planted]:
    """Yield what the lines claim; that a case could not be judged is a claim too, which nobody has planted."""
    for line in lines:
        if line["rule"] is None:
            yield Planted(line["case"], line["status"], line["reason"], city.until)
        elif line["status"] != WITHDRAWN:
            yield planted_of(line["case"], line)


def _delays(city: City) -> tuple[tuple[str, int], ...]:
    """Return how many microseconds later than they happen each source may send its events."""
    agencies = city.world.agencies.values()
    return tuple((source, agency.delay // MICROSECOND) for agency in agencies for source in agency.sources)


Declared = tuple[tuple[str, tuple[tuple[int, int], ...]], ...]
"""When the systems of each agency are down, as instants."""


def _outages(city: City) -> Declared:
    agencies = city.world.agencies.values()
    return tuple(
        (agency.code, tuple((micros(begins), micros(ends)) for begins, ends in agency.outages))
        for agency in agencies
        if agency.outages
    )


@cache
def _rulebook(delays: tuple[tuple[str, int], ...], outages: Declared, *, of_choice: bool) -> Rulebook:
    return load_rulebook(every_pack() if of_choice else None, delays=dict(delays), outages=dict(outages))
