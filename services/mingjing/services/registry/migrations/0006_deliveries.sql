-- Deliveries: every message this installation owes somebody, and what became of it. It is
-- the log as well: rows change their state and are never deleted.
--
-- batch is the id of the message a delivery goes in: its own, or that of the digest it is
-- gathered into. told is JSON, what is said of the card. failure is why the last try did
-- not do, or why there will be no more. lease_ms is until when a sender has it in hand.
CREATE TABLE deliveries (
    id TEXT PRIMARY KEY,
    batch TEXT NOT NULL,
    route TEXT NOT NULL,
    channel TEXT NOT NULL,
    purpose TEXT NOT NULL,
    card_id TEXT NOT NULL,
    agency TEXT,
    region TEXT,
    told TEXT NOT NULL,
    state TEXT NOT NULL,
    tries INTEGER NOT NULL,
    next_ms BIGINT NOT NULL,
    lease_ms BIGINT NOT NULL,
    failure TEXT NOT NULL,
    made_ms BIGINT NOT NULL,
    sent_ms BIGINT
);
CREATE INDEX deliveries_due ON deliveries (channel, state, next_ms);
CREATE INDEX deliveries_of_card ON deliveries (card_id);
CREATE INDEX deliveries_by_age ON deliveries (made_ms, id);
CREATE INDEX deliveries_unsent ON deliveries (state) WHERE state IN ('waiting', 'failed', 'given_up');

-- What was last made known of a card, so that a record which repeats it makes nothing known
-- again: folded, generation and revision are its `ver`, of which the greatest wins.
CREATE TABLE told_cards (
    card_id TEXT PRIMARY KEY,
    level TEXT NOT NULL,
    status TEXT NOT NULL,
    issue TEXT NOT NULL,
    folded BIGINT NOT NULL,
    generation BIGINT NOT NULL,
    revision BIGINT NOT NULL
);

-- Cards somebody has taken up, as `card-stages` says: nobody need be told that nobody has.
CREATE TABLE answered_cards (
    card_id TEXT PRIMARY KEY,
    answered_ms BIGINT NOT NULL
);
