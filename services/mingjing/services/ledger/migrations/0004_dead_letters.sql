-- Letters that could not be used. A letter is the record it was: (topic, partition,
-- offset) of the original, from which letter_id is a hash; judged again, the later
-- judgement stands.
--
-- The original bytes may hold personal data that nobody could mask because nobody
-- could read them, so they are not kept for ever (个人信息保护法 第十九条: 最短时间).
-- The two years run from the day of writing: a replay may bring letters of long ago.
CREATE TABLE IF NOT EXISTS dead_letters (
    topic /*26: LowCardinality(*/String/*26: )*/,
    topic_partition UInt32,
    topic_offset UInt64,
    letter_id String,
    code /*26: LowCardinality(*/String/*26: )*/,
    agency /*26: LowCardinality(*/String/*26: )*/,
    source String,
    event_id String,
    received_ms UInt64,
    written_on Date DEFAULT today(),
    body String /*26: CODEC(ZSTD(3))*/,
    received_at DateTime('Asia/Shanghai') ALIAS toDateTime(toUInt32(least(intDiv(received_ms, 1000), 4291660800)), 'Asia/Shanghai')
) ENGINE = ReplacingMergeTree(received_ms)
ORDER BY (topic, topic_partition, topic_offset)
/*26: TTL written_on + INTERVAL 2 YEAR*/
SETTINGS index_granularity = 1024;
