-- Files that agencies hand in, and how far each has come. The file itself lies in the
-- data folder until it is read, the sheet of returned rows for as long as this row.
--
-- lines is how many line ends the file has, 0 for a spreadsheet: what rows is measured by.
CREATE TABLE uploads (
    id TEXT PRIMARY KEY,
    agency TEXT NOT NULL,
    caller TEXT NOT NULL,
    source TEXT NOT NULL,
    standard TEXT NOT NULL,
    object TEXT NOT NULL,
    name TEXT NOT NULL,
    dry_run INTEGER NOT NULL,
    state TEXT NOT NULL,
    lines INTEGER NOT NULL,
    rows INTEGER NOT NULL,
    accepted INTEGER NOT NULL,
    returned INTEGER NOT NULL,
    events INTEGER NOT NULL,
    remarks TEXT NOT NULL,
    reason TEXT NOT NULL,
    receipt TEXT,
    made_ms BIGINT NOT NULL,
    ended_ms BIGINT
);
CREATE INDEX uploads_by_agency ON uploads (agency, made_ms);
