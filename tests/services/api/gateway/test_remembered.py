import subprocess
import sys

from mingjing.services.api.gateway import remembered
from mingjing.services.api.gateway.remembered import Remembered, lasting_prints_of, prints_of


def test_the_same_bytes_of_two_agencies_are_two_events() -> None:
    assert prints_of("a", [b"{}"]) != prints_of("b", [b"{}"])
    assert lasting_prints_of("a", [b"{}"]) != lasting_prints_of("b", [b"{}"])


def test_prints_that_are_kept_are_those_of_every_process() -> None:
    asked = f"from {remembered.__name__} import lasting_prints_of; print(lasting_prints_of('a', [b'{{}}'])[0])"
    elsewhere = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    assert elsewhere.stdout.strip() == lasting_prints_of("a", [b"{}"])[0]


def test_the_latest_events_are_remembered() -> None:
    memory = Remembered(most=4)

    for each in (b"1", b"2", b"3", b"4", b"5"):
        memory.add([each])

    assert [each in memory for each in (b"3", b"4", b"5")] == [True, True, True]


def test_what_came_long_ago_is_forgotten() -> None:
    memory = Remembered(most=4)

    for each in (b"1", b"2", b"3", b"4"):
        memory.add([each])

    assert b"1" not in memory
