"""The archive: every event of `case-events` into the ledger, at the full rate of the stream."""
