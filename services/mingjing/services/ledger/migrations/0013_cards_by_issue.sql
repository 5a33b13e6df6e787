-- Cards by the instant of their issue, so that a page of a list is read from where its
-- cards lie together, however many others the month has.
--
-- A card's place is (home_ms, card_id): when it was issued as the first record that
-- reached the sink told it, which never changes for one card. Region and agency in front
-- of it, as they were, spread a page of fifty over fifty places of its month, each read
-- with thousands of bodies around it. Granules are small for the same reason.
--
-- Every statement can be run again after any other: `cards` is made where a server that
-- renames one table at a time was stopped between the two.
CREATE TABLE IF NOT EXISTS cards_by_issue (
    home_day Date,
    home_ms UInt64,
    card_id String,
    case_key String,
    rule /*26: LowCardinality(*/String/*26: )*/,
    rung /*26: LowCardinality(*/String/*26: )*/,
    title /*26: LowCardinality(*/String/*26: )*/,
    level /*26: LowCardinality(*/String/*26: )*/,
    status /*26: LowCardinality(*/String/*26: )*/,
    issue /*26: LowCardinality(*/String/*26: )*/,
    item /*26: LowCardinality(*/String/*26: )*/,
    agency /*26: LowCardinality(*/String/*26: )*/,
    region /*26: LowCardinality(*/String/*26: )*/,
    violated_ms UInt64,
    due_ms UInt64,
    cleared_ms UInt64,
    issued_ms UInt64,
    ver_offset Int64,
    ver_generation Int64,
    ver_revision Int64,
    ver UInt64,
    body String /*26: CODEC(ZSTD(3))*/,
    violated_at DateTime('Asia/Shanghai') ALIAS toDateTime(toUInt32(least(intDiv(violated_ms, 1000), 4291660800)), 'Asia/Shanghai'),
    due_at DateTime('Asia/Shanghai') ALIAS toDateTime(toUInt32(least(intDiv(due_ms, 1000), 4291660800)), 'Asia/Shanghai'),
    issued_at DateTime('Asia/Shanghai') ALIAS toDateTime(toUInt32(least(intDiv(issued_ms, 1000), 4291660800)), 'Asia/Shanghai')
) ENGINE = ReplacingMergeTree(ver)
PARTITION BY toYYYYMM(home_day)
ORDER BY (home_ms, card_id)
SETTINGS index_granularity = 256;
CREATE TABLE IF NOT EXISTS cards AS cards_by_issue;
INSERT INTO cards_by_issue
    (home_day, home_ms, card_id, case_key, rule, rung, title, level, status, issue, item, agency, region,
    violated_ms, due_ms, cleared_ms, issued_ms, ver_offset, ver_generation, ver_revision, ver, body)
SELECT toDate(toDateTime(toUInt32(least(intDiv(issued_ms, 1000), 4291660800)), 'UTC')), issued_ms, card_id, case_key, rule, rung, title, level, status, issue, item, agency, region,
    violated_ms, due_ms, cleared_ms, issued_ms, ver_offset, ver_generation, ver_revision, ver, body
FROM cards FINAL
/*26: SETTINGS max_partitions_per_insert_block = 0*/;
DROP TABLE IF EXISTS cards_before;
RENAME TABLE cards TO cards_before, cards_by_issue TO cards;
DROP TABLE cards_before;

-- The way from a card_id to its place, made from the cards themselves.
CREATE TABLE IF NOT EXISTS card_heads_by_issue (
    card_id String,
    case_key String,
    home_ms UInt64,
    ver_offset Int64,
    ver_generation Int64,
    ver_revision Int64,
    ver UInt64
) ENGINE = ReplacingMergeTree(ver)
ORDER BY card_id
SETTINGS index_granularity = 256;
CREATE TABLE IF NOT EXISTS card_heads AS card_heads_by_issue;
INSERT INTO card_heads_by_issue (card_id, case_key, home_ms, ver_offset, ver_generation, ver_revision, ver)
SELECT card_id, case_key, home_ms, ver_offset, ver_generation, ver_revision, ver FROM cards FINAL;
DROP TABLE IF EXISTS card_heads_before;
RENAME TABLE card_heads TO card_heads_before, card_heads_by_issue TO card_heads;
DROP TABLE card_heads_before;
