-- What people do with cards: how each card stands among them, and every state before.
--
-- `card_stages` answers lists and counts. Its key is the card and nothing else, so a
-- row never moves. `ver` is (offset of card-actions << 20) + place, lifted as that of
-- `cards` where a later generation of the owner wins over an equal offset.
-- `shown` is the level the card shows, '' for none.
CREATE TABLE IF NOT EXISTS card_stages (
    card_id String,
    case_key String,
    agency /*26: LowCardinality(*/String/*26: )*/,
    region /*26: LowCardinality(*/String/*26: )*/,
    stage /*26: LowCardinality(*/String/*26: )*/,
    round UInt32,
    revision UInt32,
    shown /*26: LowCardinality(*/String/*26: )*/,
    ver_offset Int64,
    ver_generation Int64,
    ver_revision Int64,
    ver UInt64,
    body String /*26: CODEC(ZSTD(3))*/
) ENGINE = ReplacingMergeTree(ver)
ORDER BY card_id
SETTINGS index_granularity = 256;

-- `card_stage_log` keeps every record of the topic `card-stages`, refused actions and
-- stale owners' records too. `action_id` is that of the action the record answers, ''
-- where the engine spoke; `accepted` 0 = refused, 1 = accepted or nobody asked.
CREATE TABLE IF NOT EXISTS card_stage_log (
    card_id String,
    topic_partition UInt32,
    topic_offset UInt64,
    logged_on Date,
    logged_ms UInt64,
    action_id String,
    accepted UInt8,
    stage /*26: LowCardinality(*/String/*26: )*/,
    ver_offset Int64,
    ver_generation Int64,
    ver_revision Int64,
    body String /*26: CODEC(ZSTD(3))*/,
    logged_at DateTime('Asia/Shanghai') ALIAS toDateTime(toUInt32(least(intDiv(logged_ms, 1000), 4291660800)), 'Asia/Shanghai')
) ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(logged_on)
ORDER BY (card_id, topic_partition, topic_offset)
SETTINGS index_granularity = 1024;
