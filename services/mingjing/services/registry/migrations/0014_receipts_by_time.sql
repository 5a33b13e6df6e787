-- Receipts that have been kept for as long as they must be are found along their instants.
CREATE INDEX receipts_by_time ON receipts (received_ms);
