-- Webhooks as they came, with what became of them. An event of an instance has one row.
CREATE TABLE webhooks (
    seq         INTEGER PRIMARY KEY,
    instance_id TEXT NOT NULL,
    -- The provider's id of the event; unknown until it is proven.
    event_id    TEXT CHECK (length(event_id) <= 512),
    received    INTEGER NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('unproven', 'unsettled', 'done', 'malformed', 'forged')),
    -- JSON list of [name, value], a value's bytes as the characters of the same numbers.
    headers     TEXT NOT NULL,
    query       TEXT NOT NULL,
    body        BLOB NOT NULL CHECK (length(body) <= 1048576),
    reason      TEXT NOT NULL,
    tries       INTEGER NOT NULL CHECK (tries >= 0),
    -- When it is tried again; none for never.
    next_try    INTEGER,
    claims      INTEGER NOT NULL CHECK (claims >= 0),
    CHECK (event_id IS NOT NULL OR state NOT IN ('done', 'unsettled')),
    CHECK (next_try IS NULL OR state IN ('unproven', 'unsettled')),
    UNIQUE (instance_id, event_id)
) STRICT;
CREATE INDEX webhooks_waiting ON webhooks (instance_id, next_try) WHERE next_try IS NOT NULL;
CREATE INDEX webhooks_over ON webhooks (instance_id, seq) WHERE next_try IS NULL AND state <> 'done';
