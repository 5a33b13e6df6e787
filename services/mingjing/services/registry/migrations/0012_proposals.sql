-- What is proposed to be published, and who decided on it. files and keys are JSON: name and
-- text of each file; room/id/version of each publication. backtest is the record of the
-- back-test as it was handed in, digest its digest. state is open, approving (somebody has
-- approved and Kafka has not answered yet), published or refused. Nothing is ever deleted.
CREATE TABLE proposals (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    files TEXT NOT NULL,
    keys TEXT NOT NULL,
    in_force_ms BIGINT NOT NULL,
    backtest TEXT,
    digest TEXT,
    state TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_role TEXT NOT NULL,
    made_ms BIGINT NOT NULL,
    decided_by TEXT,
    decided_role TEXT,
    decided_ms BIGINT,
    reason TEXT
);
CREATE INDEX proposals_newest ON proposals (made_ms, id);
