-- Questions a person asks often; page is the console's page, query what follows its `?`.
CREATE TABLE saved_filters (
    owner TEXT NOT NULL,
    page TEXT NOT NULL,
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    saved_ms BIGINT NOT NULL,
    PRIMARY KEY (owner, page, name)
);
