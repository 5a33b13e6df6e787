-- Receipts: what an agency handed in at once, by which way, and what became of it.
--
-- hash is the sum, modulo 2^64, of the marks of the accepted events (see
-- `receipts.mark`): it does not depend on their order, so the sum over a day's
-- receipts can be laid beside the same sum over what was archived. ticks is how many
-- of the accepted are watermarks, which are archived once per partition and have no mark.
-- detail is JSON: what was wrong with what was not accepted, or what the file was.
CREATE TABLE receipts (
    id TEXT PRIMARY KEY,
    agency TEXT NOT NULL,
    way TEXT NOT NULL,
    received_ms BIGINT NOT NULL,
    events INTEGER NOT NULL,
    accepted INTEGER NOT NULL,
    duplicate INTEGER NOT NULL,
    rejected INTEGER NOT NULL,
    ticks INTEGER NOT NULL,
    hash TEXT NOT NULL,
    detail TEXT NOT NULL
);
CREATE INDEX receipts_by_agency ON receipts (agency, received_ms);
