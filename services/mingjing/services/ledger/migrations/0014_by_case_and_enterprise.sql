-- The way from a case to its cards, and from an enterprise to its cases: each lies together,
-- so that a page of either is read from one place and not looked for in every month.
--
-- A card never changes its case, nor the instant at which it was first issued.
CREATE TABLE IF NOT EXISTS case_cards (
    case_key String,
    card_id String,
    home_ms UInt64
) ENGINE = ReplacingMergeTree
ORDER BY (case_key, card_id)
SETTINGS index_granularity = 256;
INSERT INTO case_cards (case_key, card_id, home_ms) SELECT case_key, card_id, home_ms FROM card_heads FINAL;

-- What stands of the cases that name an enterprise. A corrected event may take the name
-- back: then the row under the old name is followed by one that is `gone`, of a greater
-- `ver`, written with the row under the new. Cases that name nobody have none.
CREATE TABLE IF NOT EXISTS enterprise_cases (
    enterprise String,
    case_key String,
    gone UInt8,
    matter /*26: LowCardinality(*/String/*26: )*/,
    agency /*26: LowCardinality(*/String/*26: )*/,
    region /*26: LowCardinality(*/String/*26: )*/,
    state /*26: LowCardinality(*/String/*26: )*/,
    monitor UInt8,
    answered UInt8,
    opened_ms UInt64,
    last_event_ms UInt64,
    ver UInt64
) ENGINE = ReplacingMergeTree(ver)
ORDER BY (enterprise, case_key)
SETTINGS index_granularity = 256;
INSERT INTO enterprise_cases
    (enterprise, case_key, gone, matter, agency, region, state, monitor, answered, opened_ms, last_event_ms, ver)
SELECT enterprise, case_key, toUInt8(0) AS gone, matter, agency, region, state, monitor, answered, opened_ms,
    last_event_ms, ver
FROM case_enterprises FINAL WHERE enterprise != '';

-- `case_enterprises` stays as the way from a case to the name it has now: its other columns
-- are filled no more.
