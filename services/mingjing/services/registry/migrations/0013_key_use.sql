-- Of a key that took another's place, which one that was; and when a key was last believed,
-- to the minute, so that one nobody uses any more can be told from one in use.
ALTER TABLE api_keys ADD COLUMN replaces TEXT;
ALTER TABLE api_keys ADD COLUMN last_used_ms BIGINT;
