"""The audit trail: who did what, to what, when; append-only, and provably so.

`entry` is what processes write to the topic `audit`; `chain` gives each entry its
number and the hash of the one before; `auditor` does so in one process and writes
ClickHouse; `anchor` signs how far the chain has come; `verify` recomputes all of it.
"""
