-- How far each topic has been written down. The row of a batch follows the batch, so
-- everything below next_offset can be read by whoever reads this first.
CREATE TABLE IF NOT EXISTS sink_progress (
    topic String,
    topic_partition UInt32,
    next_offset UInt64,
    written_ms UInt64
) ENGINE = ReplacingMergeTree(next_offset)
ORDER BY (topic, topic_partition);
