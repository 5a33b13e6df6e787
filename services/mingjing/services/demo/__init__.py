"""The demo: the local stack with a city, or a real log, streamed through it.

`run` drives it. `show` is what it asks for, `streaming` sends events in the
order of their time and moves the clock along, `outcome` compares what came out
with what was planted, `report` prints it.
"""
