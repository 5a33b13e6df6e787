-- Pre-counted months. A cell is the count of one measure for one agency and region,
-- and at a finer `grain` (item, post, window) for one `key` of that; '' = for all.
-- `bucket` divides a measure further (days used, rule), '' = undivided. Finer than one
-- grain at a time nothing is kept: there would be as many cells as cases.
--
-- An aggregate that is kept up to date row by row counts a case twice as soon as the
-- case is written again, so a month is always counted as a whole, into a build of its
-- own, and read only once `report_builds` names that build. What a failed count left
-- behind has a build that nothing names.
CREATE TABLE IF NOT EXISTS report_cells (
    month UInt32,
    build UInt64,
    grain /*26: LowCardinality(*/String/*26: )*/,
    key String,
    measure /*26: LowCardinality(*/String/*26: )*/,
    bucket String,
    agency /*26: LowCardinality(*/String/*26: )*/,
    region /*26: LowCardinality(*/String/*26: )*/,
    value Int64
) ENGINE = MergeTree
PARTITION BY month
ORDER BY (build, grain, key, agency, region, measure, bucket)
SETTINGS index_granularity = 1024;

-- `definitions` is a hash of the measures it was counted by: a build of other
-- definitions is never read.
CREATE TABLE IF NOT EXISTS report_builds (
    month UInt32,
    build UInt64,
    definitions String,
    progress String,
    cells UInt64,
    cases UInt64
) ENGINE = ReplacingMergeTree
ORDER BY (month, build);
