-- The audit chain: one writer gives each entry its number and the hash of the one
-- before it. Keyed by number alone, so a rewritten entry cannot hide beside its twin.
CREATE TABLE IF NOT EXISTS audit (
    seq UInt64,
    at_ms UInt64,
    actor String,
    role String,
    action String,
    object String,
    agency String,
    region String,
    body String /*26: CODEC(ZSTD(3))*/,
    previous_hash String,
    hash String,
    at DateTime('Asia/Shanghai') ALIAS toDateTime(toUInt32(least(intDiv(at_ms, 1000), 4291660800)), 'Asia/Shanghai')
) ENGINE = ReplacingMergeTree
ORDER BY seq;

-- Frozen months. A report that was published is never changed: a correction is a new
-- revision beside it. `progress` is the vector of sink_progress it was counted at and
-- `versions` those of rules, calendars and catalogue, so that it can be counted again.
CREATE TABLE IF NOT EXISTS reports (
    month UInt32,
    kind String,
    region String,
    agency String,
    revision UInt32,
    frozen_ms UInt64,
    progress String,
    versions String,
    body String /*26: CODEC(ZSTD(3))*/,
    hash String,
    frozen_at DateTime('Asia/Shanghai') ALIAS toDateTime(toUInt32(least(intDiv(frozen_ms, 1000), 4291660800)), 'Asia/Shanghai')
) ENGINE = ReplacingMergeTree
PARTITION BY intDiv(month, 100)
ORDER BY (month, kind, region, agency, revision);
