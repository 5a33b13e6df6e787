"""Law as data and cases as facts: pure, with time as a parameter.

To read the code, start with `events` and `card`, then `clock` (how a limit is
counted), `case` (how facts settle into an order), one module of `kinds`, and
`engine`, which holds them together.
"""
