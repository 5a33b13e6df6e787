-- Keys with which programs sign requests. The secret is sealed with the
-- installation's key: a copy of this table signs nothing.
CREATE TABLE api_keys (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    role TEXT NOT NULL,
    region TEXT,
    agency TEXT,
    secret_sealed TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_ms BIGINT NOT NULL,
    expires_ms BIGINT,
    revoked_ms BIGINT
);

-- What may be used once. The primary key is what refuses the second use.
CREATE TABLE nonces (
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    expires_ms BIGINT NOT NULL,
    PRIMARY KEY (kind, value)
);
CREATE INDEX nonces_by_expiry ON nonces (expires_ms);

-- The answers to writes that carried an Idempotency-Key, given again to whoever
-- repeats the same request. status is null while the first is still at work.
CREATE TABLE idempotency (
    caller TEXT NOT NULL,
    key TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    status INTEGER,
    body TEXT,
    expires_ms BIGINT NOT NULL,
    PRIMARY KEY (caller, key)
);
CREATE INDEX idempotency_by_expiry ON idempotency (expires_ms);
