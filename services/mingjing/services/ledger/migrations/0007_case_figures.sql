-- What reports count of each case, latest only: the narrow twin of `case_facts`.
--
-- A month is counted by reading a few columns of every case. Beside a body those
-- reads would drag granules of a screen's size through memory; here they do not, and
-- they never touch the table that lists are read from.
--
-- `types` and `counts` go together: how many events of each type the case has had.
-- `kept` and `broken` name each limit that ended, as rule/clock. The days are those of
-- the item's two clocks; due_ms is the first instant past the limit, 0 = no such clock.
-- score is 1 to 5 (GB/T 39046 A.8), 0 = not rated; satisfied 0 = not asked, 1 = no, 2 = yes.
-- ended_ms is when the case left the hands of the agency: decided, not accepted,
-- returned or abandoned; 0 while it is open.
CREATE TABLE IF NOT EXISTS case_figures (
    case_key String,
    item /*26: LowCardinality(*/String/*26: )*/,
    agency /*26: LowCardinality(*/String/*26: )*/,
    region /*26: LowCardinality(*/String/*26: )*/,
    state /*26: LowCardinality(*/String/*26: )*/,
    applied_ms UInt64,
    accepted_ms UInt64,
    decided_ms UInt64,
    delivered_ms UInt64,
    ended_ms UInt64,
    kind /*26: LowCardinality(*/String/*26: )*/,
    mode /*26: LowCardinality(*/String/*26: )*/,
    channel /*26: LowCardinality(*/String/*26: )*/,
    window /*26: LowCardinality(*/String/*26: )*/,
    post /*26: LowCardinality(*/String/*26: )*/,
    result /*26: LowCardinality(*/String/*26: )*/,
    score UInt8,
    satisfied UInt8,
    types Array(String),
    counts Array(UInt32),
    kept Array(String),
    broken Array(String),
    promised_unit /*26: LowCardinality(*/String/*26: )*/,
    promised_days UInt32,
    promised_used UInt32,
    promised_due_ms UInt64,
    statutory_unit /*26: LowCardinality(*/String/*26: )*/,
    statutory_days UInt32,
    statutory_used UInt32,
    statutory_due_ms UInt64,
    paused_days UInt32,
    ver UInt64,
    decided_at DateTime('Asia/Shanghai') ALIAS toDateTime(toUInt32(least(intDiv(decided_ms, 1000), 4291660800)), 'Asia/Shanghai')
) ENGINE = ReplacingMergeTree(ver)
ORDER BY case_key
SETTINGS index_granularity = 4096;
