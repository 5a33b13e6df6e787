"""The engine as a third teller of a city's truth, beside the plots and the oracle."""

from collections.abc import Iterator
from functools import cache

import msgspec

from mingjing.rules.events import Event, fact_of, micros
from mingjing.rules.replay import lines
from mingjing.rules.rulebook import Rulebook
from mingjing.services.city.city import City
from mingjing.services.city.message import Planted, Story
from mingjing.services.demo.outcome import planted_of
from mingjing.services.rulebook_files import load_rulebook

_decode = msgspec.json.Decoder(Event).decode


def consult_engine(city: City, stories: list[Story]) -> Iterator[Planted]:
    """Yield what the shipped rules find in the stories' messages, by `mingjing.rules` itself."""
    now = micros(city.until)
    for story in stories:
        facts = []
        for message in story.messages:
            event = _decode(message.body)
            event.ingestedtime = message.at
            facts.append(fact_of(event))
        for line in lines(story.case_key, facts, _rulebook(), now):
            if line["status"] not in {"withdrawn", "parked"}:
                yield planted_of(line["case"], line)


@cache
def _rulebook() -> Rulebook:
    return load_rulebook()
