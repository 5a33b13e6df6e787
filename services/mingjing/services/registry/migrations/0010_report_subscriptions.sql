-- Who receives which report when its months are frozen. `every` is month, quarter, half or
-- year; forms is JSON. way is channel (target: a channel of notices.yaml) or folder
-- (target: a folder under that of reports). Ended subscriptions stay, for what was sent by them.
CREATE TABLE report_subscriptions (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    report TEXT NOT NULL,
    every TEXT NOT NULL,
    forms TEXT NOT NULL,
    region TEXT,
    agency TEXT,
    way TEXT NOT NULL,
    target TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_ms BIGINT NOT NULL,
    ended_ms BIGINT
);

-- One report of one revision to one subscriber: the unique index is what makes it at most
-- one. revision names that of each month of the period, joined by dots. enclosed is JSON:
-- name, size and hash of each file that was handed over. lease_ms is until when the process
-- that has it in hand may take.
CREATE TABLE report_deliveries (
    id TEXT PRIMARY KEY,
    subscription TEXT NOT NULL,
    period TEXT NOT NULL,
    revision TEXT NOT NULL,
    state TEXT NOT NULL,
    tries INTEGER NOT NULL,
    next_ms BIGINT NOT NULL,
    lease_ms BIGINT NOT NULL,
    failure TEXT NOT NULL,
    enclosed TEXT NOT NULL,
    made_ms BIGINT NOT NULL,
    sent_ms BIGINT
);
CREATE UNIQUE INDEX report_deliveries_once ON report_deliveries (subscription, period, revision);
CREATE INDEX report_deliveries_due ON report_deliveries (state, next_ms);
