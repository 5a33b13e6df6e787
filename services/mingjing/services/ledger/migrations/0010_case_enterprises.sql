-- Which enterprise a case is about, latest only: whom an inspection visited, who
-- applied, who complained, who was fined.
--
-- Every case has a row, '' where it names nobody: a corrected event may take a name
-- back, and the row must then follow; '' also for what is no code of an enterprise, so
-- that no person's number ever stands in a list of firms. `matter` is what the case is about, `monitor` 1
-- for what a monitoring point (监测点) brought forward, and `answered` how that was
-- answered: 0 not yet, 1 within its three days, 2 not within them.
CREATE TABLE IF NOT EXISTS case_enterprises (
    case_key String,
    enterprise String,
    matter /*26: LowCardinality(*/String/*26: )*/,
    agency /*26: LowCardinality(*/String/*26: )*/,
    region /*26: LowCardinality(*/String/*26: )*/,
    state /*26: LowCardinality(*/String/*26: )*/,
    monitor UInt8,
    answered UInt8,
    opened_ms UInt64,
    last_event_ms UInt64,
    ver UInt64
    /*26: , INDEX by_enterprise enterprise TYPE bloom_filter GRANULARITY 4*/
) ENGINE = ReplacingMergeTree(ver)
ORDER BY case_key
SETTINGS index_granularity = 1024;

-- Cases that were written down before are read again: what their events say, but for
-- those that another event has since corrected. A case that moves on meanwhile writes
-- a greater `ver`, which stands.
INSERT INTO case_enterprises
    (case_key, enterprise, matter, agency, region, state, monitor, answered, opened_ms, last_event_ms, ver)
SELECT case_key, enterprise, matter, agency, region, state, monitor, answered, opened_ms, last_event_ms, ver
FROM (
    SELECT case_key, agency, region, state, ver, opened_ms, last_event_ms,
        multiIf(arrayExists(t -> startsWith(t, 'insp.'), types), 'inspection',
            arrayExists(t -> startsWith(t, 'pun.'), types), 'penalty',
            arrayExists(t -> startsWith(t, 'cmp.'), types), 'complaint', 'application') AS matter,
        toUInt8(matter = 'complaint' AND channel = 'monitor-point') AS monitor,
        toUInt8(multiIf(monitor = 0, 0, has(kept, 'CMP-03/limit'), 1, has(broken, 'CMP-03/limit'), 2, 0)) AS answered
    FROM (
        SELECT case_key, agency, region, state, ver, types, channel, kept, broken FROM case_figures FINAL
    ) /*26: AS figures*/ ANY INNER JOIN (
        SELECT case_key, last_event_ms, least(if(applied_ms = 0, last_event_ms, applied_ms),
            if(accepted_ms = 0, last_event_ms, accepted_ms)) AS opened_ms
        FROM case_facts FINAL
    ) /*26: AS facts*/ USING case_key
) /*26: AS known*/ ANY INNER JOIN (
    SELECT case_key, argMin(visitParamExtractString(body, 'enterprise'), at_ms) AS enterprise
    FROM events
    WHERE position(body, '"enterprise":"') > 0
        AND (case_key, source, event_id) NOT IN (SELECT case_key, source, corrects FROM events WHERE corrects != '')
    GROUP BY case_key
) /*26: AS said*/ USING case_key
WHERE match(enterprise, '^[0-9A-HJ-NPQRTUWXY]{18}$')
    AND NOT match(enterprise, '^[1-8][0-9]{5}(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9X]$');
