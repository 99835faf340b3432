-- Ways to pay that clients agreed to have stored. They name the instance and the plugin without a reference: both may be
-- gone for a while. The token is useless without the merchant's secret, which lies sealed elsewhere.
CREATE TABLE saved_methods (
    id          INTEGER PRIMARY KEY,
    client_id   INTEGER NOT NULL REFERENCES clients (id),
    instance_id TEXT NOT NULL,
    plugin      TEXT NOT NULL,
    -- Of real money or of tests.
    live        INTEGER NOT NULL CHECK (live IN (0, 1)),
    token       TEXT NOT NULL CHECK (length(token) BETWEEN 1 AND 255),
    label       TEXT NOT NULL CHECK (length(label) <= 60),
    expires     INTEGER,
    is_default  INTEGER NOT NULL CHECK (is_default IN (0, 1)),
    -- What was removed stays as a row, so that no late message brings it back.
    state       TEXT NOT NULL CHECK (state IN ('kept', 'forgetting', 'forgotten')),
    tries       INTEGER NOT NULL CHECK (tries >= 0),
    -- When the provider is asked to forget it.
    next_try    INTEGER,
    created     INTEGER NOT NULL,
    last_used   INTEGER,
    CHECK (state = 'kept' OR is_default = 0),
    CHECK ((state = 'forgetting') = (next_try IS NOT NULL)),
    UNIQUE (client_id, instance_id, plugin, live, token)
) STRICT;
CREATE UNIQUE INDEX saved_methods_default ON saved_methods (client_id, live) WHERE is_default = 1;
CREATE INDEX saved_methods_to_forget ON saved_methods (next_try) WHERE next_try IS NOT NULL;

-- Charges of stored ways to pay, written down before the provider is asked.
CREATE TABLE charges (
    id         INTEGER PRIMARY KEY,
    payment_id TEXT NOT NULL REFERENCES payments (id),
    invoice_id INTEGER NOT NULL REFERENCES invoices (id),
    method_id  INTEGER NOT NULL REFERENCES saved_methods (id),
    charged_by TEXT NOT NULL CHECK (charged_by IN ('client', 'staff', 'command')),
    staff_id   INTEGER REFERENCES staff (id),
    form_key   TEXT NOT NULL CHECK (length(form_key) BETWEEN 1 AND 64),
    state      TEXT NOT NULL
        CHECK (state IN ('under-way', 'settled', 'asks-client', 'waits', 'declined', 'not-sent', 'lost')),
    reason     TEXT NOT NULL,
    begun      INTEGER NOT NULL,
    ended      INTEGER,
    CHECK ((charged_by = 'staff') = (staff_id IS NOT NULL)),
    CHECK ((state = 'under-way') = (ended IS NULL)),
    UNIQUE (invoice_id, form_key)
) STRICT;
CREATE UNIQUE INDEX charges_under_way ON charges (invoice_id) WHERE state = 'under-way';
CREATE INDEX charges_by_invoice ON charges (invoice_id, id);
