"""The sink: cards, case facts and dead letters from Kafka into the ledger.

Read `pump` for the order of steps and what they promise, `writers` for what
becomes of each record, `run` for how it is put together.
"""
