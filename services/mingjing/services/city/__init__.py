"""A simulated city that breaks the rules on purpose and can say where.

Read `city` first: it writes cases one by one, each from its own dice, so case
number 7 of a seed is the same whether the city has ten cases or a million.
`plots` holds how cases of one family go; a plot places every event before or
after its deadline by walking a calendar, and plants what follows. `mischief`
then spoils the sending, never the truth: late, twice, out of order, corrected.

`oracle` derives the truth a second time, from nothing but the finished log.
Neither imports `mingjing.rules`: what they say is evidence for or against it.
"""
