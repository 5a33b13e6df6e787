"""The streams of mingjing: what agencies say becomes cases, and cases become cards.

To read the code, begin with `vouch` (may an event be judged?) and `owner` (how a
partition is judged, and why nothing is lost). `intake` and `supervise` are their
agents under Faust, `worker` the process. `state` and `clock` are what an owner
keeps, `batches` is the road to throughput, `topics` what lies on the broker.
Rules judge; nothing here knows one.
"""
