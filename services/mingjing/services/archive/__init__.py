"""The archive: every record of the logs that are folded into the ledger, at the full rate of the stream."""
