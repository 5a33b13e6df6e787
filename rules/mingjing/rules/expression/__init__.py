"""Expressions: CEL as packs write it, read once, checked against what is declared, evaluated exactly.

The syntax is that of the Common Expression Language. Three things differ, all
because a card may rest on the answer. Numbers are exact decimals of one kind,
so a fee of 0.7 × 3 is 2.1 and `2` times `2.5` is no fault. What is absent is
known to be absent: it never turns into a value. And every fault has its place.
Start with `tree`, then `syntax` (text to tree), `checking` (what fits what) and
`evaluation` (tree to answer).
"""
