-- Numbers of documents: within an office, a kind and a year they begin with 1, and none is
-- ever used again. step is the action a document goes with; asked for again, it has its number.
CREATE TABLE document_numbers (
    issuer TEXT NOT NULL,
    kind TEXT NOT NULL,
    year INTEGER NOT NULL,
    n INTEGER NOT NULL,
    step TEXT NOT NULL,
    given_ms BIGINT NOT NULL,
    PRIMARY KEY (issuer, kind, year, n)
);
CREATE UNIQUE INDEX document_numbers_step ON document_numbers (issuer, kind, step);
