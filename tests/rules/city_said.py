"""What the engine says of a small city and keeps of it, as one line: the form that ran, and a digest of every byte."""

import hashlib
from pathlib import Path

import msgspec

from mingjing.rules.engine import Engine
from mingjing.rules.events import Event, fact_of, micros
from mingjing.rules.form import FORM
from mingjing.services.city.city import City
from mingjing.services.city.message import case_key
from mingjing.services.city.world import read_world
from mingjing.services.rulebook_files import every_pack, load_rulebook, shipped

CASES = 3000
AGENCIES = Path(__file__).parents[2] / "deploy/local/agencies.yaml"


def main() -> None:
    world = read_world(AGENCIES, shipped("catalogue"), shipped("calendars"), shipped("vocabularies"))
    log, _ = City(world, seed=7, cases=CASES, of_choice=True).log()
    sound = [each for each in log if each.refused is None]
    engine = Engine(load_rulebook(every_pack()), now=micros(sound[0].at) - 1)
    digest = hashlib.blake2b(digest_size=16)
    drawn = 0
    for offset, message in enumerate(sound):
        event = msgspec.json.decode(message.body, type=Event)
        event.ingestedtime = message.at
        fact = fact_of(event)
        engine.advance(fact.stamp)
        engine.fold(case_key(message.agency, event.subject), fact, offset)
        said = engine.take(1)
        drawn += len(said.cards)
        digest.update(msgspec.msgpack.encode((said.cards, said.facts, said.tallies)))
        for key in engine.changed():
            digest.update(engine.dump(key) or b"")
    print(FORM, len(sound), drawn, digest.hexdigest())  # noqa: T201  # the answer


if __name__ == "__main__":
    main()
