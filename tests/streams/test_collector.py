"""The collector of a worker, in a process of its own: its settings are the process's."""

import subprocess
import sys

WEIGHED = """
import gc
from mingjing.streams.collector import settle_down

class Knot:
    def __init__(self):
        self.me = self

settle_down()
looked_at = []

def note(phase, said):
    if phase == "stop":
        looked_at.append((said["generation"], said["collected"]))

gc.callbacks.append(note)
kept = [[] for _ in range(60_000)]
for _ in range(10_000):
    Knot()
print(sum(found for _, found in looked_at), max(generation for generation, _ in looked_at), gc.get_freeze_count() > 0)
"""


def test_knots_are_found_while_young_and_what_lives_long_is_left_alone() -> None:
    told = subprocess.run([sys.executable, "-c", WEIGHED], capture_output=True, text=True, check=True).stdout.split()

    found, oldest, frozen = int(told[0]), int(told[1]), told[2]
    assert found > 9_000
    assert oldest < 2
    assert frozen == "True"
