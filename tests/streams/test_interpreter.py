"""Threads that give way to each other, in a process of their own: how soon is the process's setting."""

import subprocess
import sys

RACED = """
import sys
from threading import Event, Thread
from mingjing.streams.interpreter import share_interpreter

share_interpreter()
print(sys.getswitchinterval())
done = Event()
waiting = Thread(target=done.set)
waiting.start()
while not done.is_set():
    pass
print("the other had its turn")
"""


def test_a_thread_that_works_gives_way_within_a_tenth_of_a_millisecond() -> None:
    told = subprocess.run([sys.executable, "-c", RACED], capture_output=True, text=True, check=True).stdout.splitlines()

    assert float(told[0]) <= 0.0001
    assert told[1] == "the other had its turn"
