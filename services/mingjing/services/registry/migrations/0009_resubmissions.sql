-- Dead letters that were mended and handed in again: by whom, when, with which receipt.
-- The primary key is what refuses the second time; receipt is null while it is under way.
CREATE TABLE resubmissions (
    letter TEXT PRIMARY KEY,
    caller TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    receipt TEXT
);
