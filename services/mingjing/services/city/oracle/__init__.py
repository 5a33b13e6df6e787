"""The truth a second time: slowly, from nothing but the finished log.

`reading` turns the log into what happened in each case. `diary` lives through
a case day by day. `judges` holds one function a rule, each a plain reading of
the law's sentence. No prefix sums, no state carried between cases, nothing
shared with the plots that wrote the log or with the engine it is evidence for.
"""
