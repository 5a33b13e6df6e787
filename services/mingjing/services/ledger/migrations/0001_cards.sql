-- Cards: the latest state of each, where to find it, and every state it has had.
--
-- `cards` answers lists. A ReplacingMergeTree settles rows that share the whole
-- sorting key, and only inside one partition, so nothing in the key may ever change
-- for one card: home_region, home_agency and home_day are those of the first record
-- of the card that reached the sink. The card's agency and region of today are
-- ordinary columns, and it is these that scopes look at.
--
-- `ver` is (offset of case-events << 20) + revision. The sink lifts it by one where
-- an owner of a later generation must win over an equal offset, so the greatest is
-- always the one that counts.
--
-- Instants are milliseconds since 1970 UTC, 0 = never; the *_at beside them are for
-- people who write SQL and cost no storage.
CREATE TABLE IF NOT EXISTS cards (
    home_region /*26: LowCardinality(*/String/*26: )*/,
    home_agency /*26: LowCardinality(*/String/*26: )*/,
    home_day Date,
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
ORDER BY (home_region, home_agency, home_day, card_id);

-- `card_heads` is the way from a card_id to its row in `cards`, and what the sink
-- compares a new record with. Small granules: it is only ever asked for single ids.
-- It is written after `cards`, so a head never runs ahead of the row it points to.
CREATE TABLE IF NOT EXISTS card_heads (
    card_id String,
    case_key String,
    home_region /*26: LowCardinality(*/String/*26: )*/,
    home_agency /*26: LowCardinality(*/String/*26: )*/,
    home_day Date,
    ver_offset Int64,
    ver_generation Int64,
    ver_revision Int64,
    ver UInt64
) ENGINE = ReplacingMergeTree(ver)
ORDER BY card_id
SETTINGS index_granularity = 256;

-- `card_log` keeps every record of the topic `cards`, stale ones too: it is the past's
-- truth. A record is its (partition, offset); case and card stand before them in the
-- key because they follow from them, and because a life is always read by its case.
-- The month is that of the record's arrival in Kafka, which no replay changes: a batch
-- of late findings about a hundred different months still goes into one partition.
CREATE TABLE IF NOT EXISTS card_log (
    case_key String,
    card_id String,
    topic_partition UInt32,
    topic_offset UInt64,
    logged_on Date,
    logged_ms UInt64,
    rule /*26: LowCardinality(*/String/*26: )*/,
    level /*26: LowCardinality(*/String/*26: )*/,
    status /*26: LowCardinality(*/String/*26: )*/,
    agency /*26: LowCardinality(*/String/*26: )*/,
    region /*26: LowCardinality(*/String/*26: )*/,
    violated_ms UInt64,
    issued_ms UInt64,
    digest String,
    ver_offset Int64,
    ver_generation Int64,
    ver_revision Int64,
    body String /*26: CODEC(ZSTD(3))*/,
    logged_at DateTime('Asia/Shanghai') ALIAS toDateTime(toUInt32(least(intDiv(logged_ms, 1000), 4291660800)), 'Asia/Shanghai')
    /*26: , INDEX by_offset topic_offset TYPE minmax GRANULARITY 4*/
) ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(logged_on)
ORDER BY (case_key, card_id, topic_partition, topic_offset)
SETTINGS index_granularity = 1024;
