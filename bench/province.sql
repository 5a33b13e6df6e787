-- A block of a province's cases, :count of them from the case :start on; see province.py.
-- What is known of a case by its number: where, when, how long it took and what befell it. A working day is 7/5 of a day.
CREATE TABLE IF NOT EXISTS known (
    number UInt64, case_key String, card_id String, item String, agency String, region String, post String, window String,
    officer String, used UInt32, applied UInt64, accepted UInt64, over UInt64, due UInt64,
    complaint UInt8, supplemented UInt8, paused UInt8, denied UInt8, filed UInt8, entrusted UInt8
) ENGINE = Memory;
CREATE TABLE IF NOT EXISTS steps (
    number UInt64, place UInt8, type String, at_ms UInt64, ingested_ms UInt64
) ENGINE = Memory;
TRUNCATE TABLE known;
TRUNCATE TABLE steps;

-- Of five cases four are over in March 2026 and one in January, February or April.
INSERT INTO known
SELECT number, concat('9133/', toString(number)) AS case_key,
    concat(substring('00000000000000000000000000000000', 1, 32 - length(toString(number))), toString(number)) AS card_id,
    concat('item-', toString(cityHash64(number, 1) % 60)) AS item,
    concat('agency-', toString(cityHash64(number, 2) % 400)) AS agency,
    concat('99', toString(100 + cityHash64(number, 2) % 400 % 90), '0000000') AS region,
    concat('post-', toString(number % 4)) AS post, concat('w', toString(number % 20)) AS window,
    concat('officer-', toString(cityHash64(number, 7) % 20)) AS officer,
    toUInt32(if(cityHash64(number, 4) % 100 < 97, 1 + cityHash64(number, 5) % 12, 13 + cityHash64(number, 5) % 6)) AS used,
    toUInt64(over - used * 120960000 - 10800000) AS applied, toUInt64(over - used * 120960000 - 3600000) AS accepted,
    over, toUInt64(accepted + 12 * 120960000 + 43200000) AS due,
    number % 100 = 7 AS complaint, number % 10 = 3 AS supplemented, number % 20 = 11 AS paused,
    number % 50 = 13 AS denied, number % 100 = 13 AS filed, number % 200 = 17 AS entrusted
FROM (
    SELECT number, toUInt64(begin + cityHash64(number, 3) % (end - begin)) AS over
    FROM (
        SELECT number, multiIf(number % 5 < 4, 1772294400000, number % 15 = 4, 1767196800000,
                number % 15 = 9, 1769875200000, 1774972800000) AS begin,
            multiIf(number % 5 < 4, 1774972800000, number % 15 = 4, 1769875200000,
                number % 15 = 9, 1772294400000, 1777564800000) AS end
        FROM numbers(:start, :count)
    )
);

-- One case in five is written under way first, and each when it is decided.
INSERT INTO case_figures (case_key, item, agency, region, state, applied_ms, accepted_ms, decided_ms, delivered_ms,
    ended_ms, kind, mode, channel, window, post, result, score, satisfied, types, counts, kept, broken,
    promised_unit, promised_days, promised_used, promised_due_ms,
    statutory_unit, statutory_days, statutory_used, statutory_due_ms, paused_days, ver)
SELECT case_key, item, agency, region, if(life = 1, 'accepted', if(complaint, 'closed', 'decided')),
    applied, accepted, if(life = 1, 0, over), if(life = 1, 0, over + 86400000), if(life = 1, 0, over),
    if(complaint, 'complaint', 'licence'), 'promised', multiIf(complaint, 'hotline', number % 3 = 0, 'online', 'window'),
    window, post, if(denied, 'denied', 'granted'), if(number % 5 = 2, 1 + cityHash64(number, 6) % 5, 0),
    if(complaint, intDiv(number, 100) % 3, 0),
    arrayFilter((x, there) -> there,
        ['case.accepted', 'case.applied', 'case.decided', 'case.delivered', 'case.supp_noticed', 'clock.suspended',
            'cmp.accepted', 'cmp.closed', 'cmp.received', 'intermediary.delivered', 'reject.filed'],
        [NOT complaint, NOT complaint, NOT complaint, NOT complaint, supplemented, paused, complaint, complaint,
            complaint, entrusted, filed]) AS types,
    arrayMap(x -> toUInt32(1), types),
    multiIf(complaint, ['CMP-02/limit'], used <= 12, ['DLV-01/limit', 'TL-04/promised'], ['DLV-01/limit']),
    if(NOT complaint AND used > 12, ['TL-04/promised'], emptyArrayString()),
    if(complaint, '', 'wd'), if(complaint, 0, 12), if(complaint, 0, used), if(complaint, 0, due),
    if(complaint, '', 'wd'), if(complaint, 0, 20), if(complaint, 0, used), if(complaint, 0, due + 8 * 120960000),
    if(paused, 3, 0), life
FROM known ARRAY JOIN [1, 2] AS life WHERE life = 2 OR number % 5 = 0;

INSERT INTO steps
SELECT number, place, tupleElement(step, 1), tupleElement(step, 2) AS at,
    toUInt64(at + if(cityHash64(number, place) % 50 = 0, 172800000, 60000))
FROM (
    SELECT number, arrayFilter(x -> tupleElement(x, 3), [
        (if(complaint, 'cmp.received', 'case.applied'), applied, toUInt8(1)),
        ('case.supp_noticed', toUInt64(applied + 60000), supplemented),
        (if(complaint, 'cmp.accepted', 'case.accepted'), accepted, toUInt8(1)),
        ('clock.suspended', toUInt64(accepted + 60000), paused),
        ('intermediary.engaged', toUInt64(accepted + 120000), entrusted),
        ('intermediary.delivered', toUInt64(over - 600000), entrusted),
        ('reject.filed', toUInt64(over - 60000), filed),
        (if(complaint, 'cmp.closed', 'case.decided'), over, toUInt8(1)),
        ('case.delivered', toUInt64(over + 86400000), toUInt8(NOT complaint))]) AS taken
    FROM known
) ARRAY JOIN taken AS step, arrayEnumerate(taken) AS place;

-- One event in a hundred is sent twice.
INSERT INTO events (case_key, topic_partition, topic_offset, logged_on, logged_ms, event_id, source, type, subject,
    at_ms, recorded_ms, ingested_ms, sequence, item, agency, region, officer, post, body)
SELECT case_key, number % 64, number * 32 + place + again, toDate(toDateTime(toUInt32(intDiv(ingested_ms, 1000)), 'UTC')),
    ingested_ms, concat(toString(number), '-', toString(place)), concat('urn:', agency), type, case_key,
    at_ms, at_ms, ingested_ms, place, item, agency, region, officer, post,
    concat('{"agency":"', agency, '","data":{"intermediary":"', toString(number % 300), '","result":"',
        if(denied, 'denied', 'granted'), '","seal":"', hex(cityHash64(number, place)), '"},"officer":"', officer,
        '","time":', toString(at_ms), ',"type":"', type, '"}')
FROM (
    SELECT number, place, type, at_ms, ingested_ms, case_key, item, agency, region, officer, post, denied
    FROM steps ANY LEFT JOIN (
        SELECT number, case_key, item, agency, region, officer, post, denied FROM known
    ) AS of_case USING number
) ARRAY JOIN [0, 12] AS again WHERE again = 0 OR number % 100 = 3;

INSERT INTO cards (home_day, home_ms, card_id, case_key, rule, rung, title, level, status, issue, item, agency, region,
    violated_ms, due_ms, issued_ms, ver, body)
SELECT toDate(toDateTime(toUInt32(intDiv(due, 1000)), 'UTC')), due, card_id, case_key, 'TL-04', 'TL-04',
    '办结时限', multiIf(used > 16, 'red', used > 12, 'yellow', 'warning'), 'cleared', 'auto', item, agency, region,
    due, due, due, 1,
    concat('{"agency":"', agency, '","case_key":"', case_key, '","explain":{"start":', toString(accepted), ',"stop":',
        toString(over), ',"limit":"12wd","digest":"', hex(cityHash64(number, 8)), hex(cityHash64(number, 9)),
        '"},"occurrence":"-","post":"', post, '","window":"', window, '"}')
FROM known WHERE used >= 12 AND NOT complaint;

INSERT INTO card_heads (card_id, case_key, home_ms, ver)
SELECT card_id, case_key, due, 1 FROM known WHERE used >= 12 AND NOT complaint;

INSERT INTO card_stages (card_id, case_key, agency, region, stage, round, revision, shown, ver, body)
SELECT card_id, case_key, agency, region, 'closed', 1, 6,
    multiIf(number % 30 = 1, '', used > 16, 'red', 'yellow'), 6, '{}'
FROM known WHERE used > 12 AND NOT complaint;

-- What people did with the cards of those that were late: one in ten is appealed, one in three of these withdrawn.
TRUNCATE TABLE steps;
INSERT INTO steps
SELECT number, place, tupleElement(step, 1), tupleElement(step, 2), tupleElement(step, 2)
FROM (
    SELECT number, arrayFilter(x -> tupleElement(x, 3), [
        ('card.signed', toUInt64(due + 86400000), toUInt8(1)),
        (if(number % 10 = 1, 'card.appealed', 'card.explained'), toUInt64(due + 172800000), toUInt8(1)),
        (if(number % 30 = 1, 'card.revoked', 'card.upheld'), toUInt64(due + 259200000), toUInt8(1)),
        ('card.supervised', toUInt64(due + 345600000), toUInt8(number % 30 != 1)),
        ('card.rectified', toUInt64(due + 604800000), toUInt8(number % 30 != 1)),
        ('card.closed', toUInt64(due + 691200000), toUInt8(1))]) AS taken
    FROM known WHERE used > 12 AND NOT complaint
) ARRAY JOIN taken AS step, arrayEnumerate(taken) AS place;
INSERT INTO events (case_key, topic_partition, topic_offset, logged_on, logged_ms, event_id, source, type, subject,
    at_ms, recorded_ms, ingested_ms, sequence, item, agency, region, post, body)
SELECT concat(case_key, '#', card_id), number % 64, number * 32 + 24 + place,
    toDate(toDateTime(toUInt32(intDiv(at_ms, 1000)), 'UTC')) AS day, at_ms, concat('desk-', toString(number), '-', toString(place)),
    'urn:mingjing:desk', type, card_id, at_ms, at_ms, at_ms, place, item, agency, region, post,
    concat('{"data":{"card_id":"', card_id, '"',
        if(type = 'card.supervised', concat(',"due":"', toString(day + 5), '"'), ''), '}}')
FROM steps ANY LEFT JOIN (SELECT number, case_key, card_id, item, agency, region, post FROM known) AS of_case USING number;

-- A task is given for one case in five hundred, and done five days later; one in four is late.
INSERT INTO events (case_key, topic_partition, topic_offset, logged_on, logged_ms, event_id, source, type,
    at_ms, recorded_ms, ingested_ms, sequence, agency, region, post, body)
SELECT concat('task/', toString(number)), number % 64, number * 32 + 20 + place,
    toDate(toDateTime(toUInt32(intDiv(accepted, 1000)), 'UTC')) AS day, accepted,
    concat('task-', toString(number), '-', toString(place)), 'urn:office', if(place = 1, 'task.assigned', 'task.done'),
    toUInt64(accepted + (place - 1) * 432000000) AS at, at, at, place, agency, region, post,
    concat('{"data":{"kind":"assigned","due_on":"', toString(day + 4 + intDiv(number, 500) % 4), '"}}')
FROM known ARRAY JOIN [1, 2] AS place WHERE number % 500 = 0;

INSERT INTO dead_letters (topic, topic_partition, topic_offset, letter_id, code, agency, source, event_id, received_ms,
    written_on, body)
SELECT 'events', number % 64, number, concat('letter-', toString(number)), 'unknown_type', agency,
    concat('urn:', agency), toString(number), over, toDate(toDateTime(toUInt32(intDiv(over, 1000)), 'UTC')), '{}'
FROM known WHERE number % 1000 = 0;
