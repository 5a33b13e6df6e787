"""Makes the dictionary that state is squeezed against, of what a simulated city's cases have in common.

usage: python bench/state_dictionary.py [--cases 1500] [--seed 7] [--bytes 8192]
Whole cases and changes are taken as they are written while the city's events come in. Codes of agencies, items and
people are made others in each, so that only the words of the trade are learnt and none of this city. Whoever makes
another dictionary must raise FORM in `stored_case.py`: what was squeezed with one is not read with another.
"""

import argparse
import random
import re
import string
from base64 import b85encode
from pathlib import Path
from textwrap import wrap

import zstandard
from stream_floor import taken_in
from workloads import AGENCIES

from mingjing.rules import squeezing
from mingjing.rules.engine import Engine, EngineFault
from mingjing.rules.stored_case import head
from mingjing.services.city.city import City
from mingjing.services.city.world import read_world
from mingjing.services.rulebook_files import load_rulebook, shipped
from mingjing.streams.wire import fact_in

WRITTEN_EVERY = 50
HASH = re.compile(rb"[0-9a-f]{16,}")
CODE = re.compile(rb"[0-9A-Z]{10,}|(?<=urn:)(?!mingjing)[a-z]+:[a-z]+")
MODULE = '''"""The dictionary that state is squeezed against, as `bench/state_dictionary.py` made it."""

from base64 import b85decode
from typing import Final

DICTIONARY: Final = b85decode(
{lines}
)
'''
HEX, DIGITS, LETTERS = b"0123456789abcdef", b"23456789", string.ascii_lowercase.encode()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--bytes", type=int, default=8192)
    wanted = parser.parse_args()
    samples = written(wanted.cases, wanted.seed)
    chance = random.Random(wanted.seed)
    learnt = zstandard.train_dictionary(
        wanted.bytes, [elsewhere(each, chance) for each in samples], level=squeezing.LEVEL, d=6, steps=8
    )
    path = Path(squeezing.__file__).with_name("stored_case_dictionary.py")
    path.write_text(module_of(learnt.as_bytes()), encoding="utf-8")
    print(f"{len(samples)} samples, {sum(map(len, samples))} bytes, {len(learnt)} bytes of dictionary in {path.name}")


def module_of(dictionary: bytes) -> str:
    """Return the module that holds a dictionary."""
    lines = (f'    b"{line}"' for line in wrap(b85encode(dictionary).decode(), 110))
    return MODULE.format(lines="\n".join(lines))


def written(cases: int, seed: int) -> list[bytes]:
    """Return what of cases is written to a log of state while their events come in, before it is squeezed."""
    world = read_world(AGENCIES, shipped("catalogue"), shipped("calendars"), shipped("vocabularies"))
    log, _ = City(world, seed=seed, cases=cases).log()
    _, records = taken_in(log, WRITTEN_EVERY)
    engine = Engine(load_rulebook(), now=0)
    states: list[tuple[str, bytes]] = []
    for record in records:
        fact = fact_in(record.value or b"")
        if record.key is None:
            continue
        engine.advance(fact.stamp)
        try:
            engine.fold(record.key.decode(), fact, record.offset)
        except EngineFault:
            continue
        if record.offset % WRITTEN_EVERY == 0:
            states += [(each, engine.change(each) or engine.dump(each) or b"") for each in engine.changed()]
            engine.take(1)
    return [squeezing.released(head(key, state).body) for key, state in states if state]


def elsewhere(body: bytes, chance: random.Random) -> bytes:
    """Return a body with other codes of the same make and length in it: all of them have zeros and ones."""
    hashes = bytes.maketrans(HEX, _shuffled(HEX, chance))
    codes = bytes.maketrans(DIGITS + LETTERS, _shuffled(DIGITS, chance) + _shuffled(LETTERS, chance))
    body = HASH.sub(lambda found: found[0].translate(hashes), body)
    return CODE.sub(lambda found: found[0].translate(codes), body)


def _shuffled(signs: bytes, chance: random.Random) -> bytes:
    return bytes(chance.sample(signs, len(signs)))


if __name__ == "__main__":
    main()
