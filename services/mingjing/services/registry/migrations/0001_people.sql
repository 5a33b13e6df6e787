-- People, and the time they spend signed in. Instants are milliseconds since 1970.
-- Flags are 0 or 1, so that one text serves SQLite and PostgreSQL.
--
-- password_hash is null for people who sign in elsewhere (OpenID Connect);
-- oidc_subject is who they are there, bound at the first sign-in.
-- revision counts every change an administrator makes: it is the ETag of the account.
CREATE TABLE accounts (
    name TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    role TEXT NOT NULL,
    region TEXT,
    agency TEXT,
    password_hash TEXT,
    password_set_ms BIGINT NOT NULL,
    must_change INTEGER NOT NULL,
    former_hashes TEXT NOT NULL,
    failures INTEGER NOT NULL,
    locked_until_ms BIGINT NOT NULL,
    totp_sealed TEXT,
    totp_last_step BIGINT NOT NULL,
    totp_confirmed INTEGER NOT NULL,
    oidc_issuer TEXT,
    oidc_subject TEXT,
    demo INTEGER NOT NULL,
    disabled INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    created_ms BIGINT NOT NULL,
    UNIQUE (oidc_issuer, oidc_subject)
);

-- token_hash is the SHA-256 of the cookie, which is kept nowhere; id names the
-- session where people look at their sessions. stage is `code` while a second
-- factor is still owed, `change` while a new password is, `open` after that.
CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    token_hash TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL REFERENCES accounts (name),
    stage TEXT NOT NULL,
    csrf TEXT NOT NULL,
    address TEXT NOT NULL,
    browser TEXT NOT NULL,
    began_ms BIGINT NOT NULL,
    seen_ms BIGINT NOT NULL
);
CREATE INDEX sessions_of_account ON sessions (account);
