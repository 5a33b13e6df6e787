-- What agencies try out: events handed in with a sandbox key, as vouched for. They are
-- judged on asking and go nowhere else; an agency empties its own.
CREATE TABLE sandbox_events (
    agency TEXT NOT NULL,
    print TEXT NOT NULL,
    case_key TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (agency, print)
);
CREATE INDEX sandbox_events_by_case ON sandbox_events (agency, case_key);
