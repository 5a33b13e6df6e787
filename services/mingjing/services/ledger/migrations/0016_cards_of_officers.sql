-- The way from an officer to the cards laid to them: all of one officer lie together, so that
-- the file of a person is read from one place.
--
-- A later event may lay a card to somebody else: the row under the first then stays, and whoever
-- reads it looks at the card to see whose it is.
CREATE TABLE IF NOT EXISTS officer_cards (
    officer String,
    card_id String,
    home_ms UInt64
) ENGINE = ReplacingMergeTree
ORDER BY (officer, card_id)
SETTINGS index_granularity = 256;
INSERT INTO officer_cards (officer, card_id, home_ms)
SELECT visitParamExtractString(body, 'officer') AS laid_to, card_id, home_ms FROM cards WHERE laid_to != '';
