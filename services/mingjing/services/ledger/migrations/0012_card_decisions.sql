-- Cards that people have taken a level from, latest only: `shown` is what is left of it,
-- '' for nothing, while `decided` is 1; 0 = the finding shows as it is again.
--
-- A list asks for cards of a level as they are shown. Nearly all show the level of
-- their finding; the few that do not are found here, without joining two long tables.
-- Cards that nobody decided on have no row. `ver` is that of `card_stages`.
CREATE TABLE IF NOT EXISTS card_decisions (
    card_id String,
    shown /*26: LowCardinality(*/String/*26: )*/,
    decided UInt8,
    ver UInt64
) ENGINE = ReplacingMergeTree(ver)
ORDER BY card_id
SETTINGS index_granularity = 256;

-- What was decided before: where what is shown is not what was found, and nothing was
-- taken back by the engine itself.
INSERT INTO card_decisions (card_id, shown, decided, ver)
SELECT card_id, shown, toUInt8(1) AS decided, ver
FROM (
    SELECT card_id, shown, ver FROM card_stages FINAL
) /*26: AS standing*/ ANY INNER JOIN (
    SELECT card_id, level FROM cards FINAL WHERE status != 'withdrawn'
) /*26: AS found*/ USING card_id
WHERE shown != level;
