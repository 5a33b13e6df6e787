-- What is said of a card, as JSON, so that what people do with it later can be told with it.
-- Empty for a card that has not been heard of since.
ALTER TABLE told_cards ADD COLUMN card TEXT NOT NULL DEFAULT '';
