-- How far each source of the exchange process has been read.
CREATE TABLE exchange_marks (
    source TEXT PRIMARY KEY,
    mark TEXT NOT NULL
);
