-- The archive: every record of `case-events`, ticks included, so that a replay in
-- (partition, offset) order meets exactly what the engine met.
--
-- A record is its (topic_partition, topic_offset): one delivered twice settles to one.
-- case_key stands before them because it follows from them and because a case is read
-- whole: by a person opening it, and by the engine when a closed case comes back.
-- The month is that of arrival in Kafka, never that of the event: an agency that sends
-- ten years of history in one go must not open a hundred partitions.
CREATE TABLE IF NOT EXISTS events (
    case_key String,
    topic_partition UInt32,
    topic_offset UInt64,
    logged_on Date,
    logged_ms UInt64,
    event_id String,
    source /*26: LowCardinality(*/String/*26: )*/,
    type /*26: LowCardinality(*/String/*26: )*/,
    subject String,
    at_ms UInt64,
    recorded_ms UInt64,
    ingested_ms UInt64,
    sequence Int64,
    corrects String,
    item /*26: LowCardinality(*/String/*26: )*/,
    agency /*26: LowCardinality(*/String/*26: )*/,
    region /*26: LowCardinality(*/String/*26: )*/,
    officer String,
    post String,
    step String,
    body String /*26: CODEC(ZSTD(3))*/,
    at DateTime('Asia/Shanghai') ALIAS toDateTime(toUInt32(least(intDiv(at_ms, 1000), 4291660800)), 'Asia/Shanghai'),
    ingested_at DateTime('Asia/Shanghai') ALIAS toDateTime(toUInt32(least(intDiv(ingested_ms, 1000), 4291660800)), 'Asia/Shanghai')
    /*26: , INDEX by_offset topic_offset TYPE minmax GRANULARITY 4*/
) ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(logged_on)
ORDER BY (case_key, topic_partition, topic_offset);
