-- The archive of the logs that are folded beside `case-events`: `tallies` (what cases tell
-- the subjects of rules across cases) and `card-actions` (what is said of cards and done
-- with them). A case that has left memory comes back from here, and what retention has cut
-- off a log is read from here when it has to be folded anew: both in (partition, offset) order.
--
-- A record is its (topic, topic_partition, topic_offset): one delivered twice settles to
-- one. Topic and case stand before the place because they follow from it and because a
-- case is read whole. The month is that of arrival in Kafka.
CREATE TABLE IF NOT EXISTS log_records (
    topic /*26: LowCardinality(*/String/*26: )*/,
    case_key String,
    topic_partition UInt32,
    topic_offset UInt64,
    logged_on Date,
    logged_ms UInt64,
    body String /*26: CODEC(ZSTD(3))*/
    /*26: , INDEX by_offset topic_offset TYPE minmax GRANULARITY 4*/
) ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(logged_on)
ORDER BY (topic, case_key, topic_partition, topic_offset)
SETTINGS index_granularity = 1024;
