-- What is known of each case, latest only.
--
-- The key is the case and nothing else: agency, region and dates of a case can be
-- corrected, and a row whose key moved would be counted twice. Case keys begin with
-- the numbering agency, so the rows of one agency lie together all the same.
--
-- `late` is 1 when a clock of the case has drawn yellow or red and still holds it.
CREATE TABLE IF NOT EXISTS case_facts (
    case_key String,
    subject String,
    item /*26: LowCardinality(*/String/*26: )*/,
    item_title /*26: LowCardinality(*/String/*26: )*/,
    agency /*26: LowCardinality(*/String/*26: )*/,
    region /*26: LowCardinality(*/String/*26: )*/,
    state /*26: LowCardinality(*/String/*26: )*/,
    applied_ms UInt64,
    accepted_ms UInt64,
    decided_ms UInt64,
    delivered_ms UInt64,
    last_event_ms UInt64,
    last_event_type /*26: LowCardinality(*/String/*26: )*/,
    events UInt32,
    late UInt8,
    ver_offset Int64,
    ver_generation Int64,
    ver_revision Int64,
    ver UInt64,
    body String /*26: CODEC(ZSTD(3))*/,
    accepted_at DateTime('Asia/Shanghai') ALIAS toDateTime(toUInt32(least(intDiv(accepted_ms, 1000), 4291660800)), 'Asia/Shanghai'),
    decided_at DateTime('Asia/Shanghai') ALIAS toDateTime(toUInt32(least(intDiv(decided_ms, 1000), 4291660800)), 'Asia/Shanghai'),
    last_event_at DateTime('Asia/Shanghai') ALIAS toDateTime(toUInt32(least(intDiv(last_event_ms, 1000), 4291660800)), 'Asia/Shanghai')
) ENGINE = ReplacingMergeTree(ver)
ORDER BY case_key
SETTINGS index_granularity = 256;
