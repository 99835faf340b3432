-- Money that goes back: refunds that staff ask for or that are made at the provider, and disputes.

-- Transfers have more reasons. A column's CHECK cannot be changed, so the column is made anew.
DROP TRIGGER transfers_no_update;
ALTER TABLE transfers ADD COLUMN why TEXT NOT NULL DEFAULT 'payment'
    CHECK (why IN ('payment', 'overpayment', 'accepted', 'fee', 'credit-applied', 'fulfilment', 'refund', 'refund-failed',
        'dispute', 'dispute-won', 'dispute-lost'));
UPDATE transfers SET why = reason;
ALTER TABLE transfers DROP COLUMN reason;
ALTER TABLE transfers RENAME COLUMN why TO reason;
CREATE TRIGGER transfers_no_update BEFORE UPDATE ON transfers
BEGIN SELECT RAISE(ABORT, 'transfers are never changed'); END;

-- One refund of a payment. Where its money was taken from is fixed when it begins, so that it can be put back.
CREATE TABLE refunds (
    seq                INTEGER PRIMARY KEY,
    id                 TEXT NOT NULL UNIQUE,
    payment_id         TEXT NOT NULL REFERENCES payments (id),
    invoice_id         INTEGER NOT NULL REFERENCES invoices (id),
    client_id          INTEGER NOT NULL REFERENCES clients (id),
    instance_id        TEXT NOT NULL,
    amount_minor       INTEGER NOT NULL CHECK (amount_minor BETWEEN 1 AND 1000000000000000),
    currency           TEXT NOT NULL CHECK (length(currency) = 3),
    from_credit_minor  INTEGER NOT NULL CHECK (from_credit_minor >= 0),
    from_sales_minor   INTEGER NOT NULL CHECK (from_sales_minor >= 0),
    from_tax_minor     INTEGER NOT NULL CHECK (from_tax_minor >= 0),
    -- What the provider gave back although the client had spent it.
    loss_minor         INTEGER NOT NULL CHECK (loss_minor >= 0),
    -- Money of a held claim, which was booked for nobody: all of the refund or nothing.
    from_held_minor    INTEGER NOT NULL CHECK (from_held_minor >= 0),
    held_seq           INTEGER UNIQUE REFERENCES held_claims (seq),
    -- The provider's id of the movement of money that is given back; empty for one that was made there.
    transaction_id     TEXT NOT NULL,
    reason             TEXT NOT NULL CHECK (length(reason) <= 120),
    -- Who asked for it; none for one that was made at the provider.
    staff_id           INTEGER REFERENCES staff (id),
    state              TEXT NOT NULL CHECK (state IN ('requested', 'pending', 'unknown', 'done', 'failed')),
    -- JSON of a text.
    note               TEXT,
    provider_reference TEXT,
    created            INTEGER NOT NULL,
    ended              INTEGER,
    version            INTEGER NOT NULL CHECK (version >= 1),
    next_check         INTEGER NOT NULL,
    checks             INTEGER NOT NULL CHECK (checks >= 0),
    CHECK (from_credit_minor + from_sales_minor + from_tax_minor + loss_minor + from_held_minor = amount_minor),
    CHECK (from_held_minor = CASE WHEN held_seq IS NULL THEN 0 ELSE amount_minor END),
    CHECK ((ended IS NOT NULL) = (state IN ('done', 'failed')))
) STRICT;
CREATE INDEX refunds_by_invoice ON refunds (invoice_id, seq);
CREATE INDEX refunds_by_payment ON refunds (payment_id);
CREATE UNIQUE INDEX refunds_by_provider ON refunds (instance_id, provider_reference)
    WHERE provider_reference IS NOT NULL;
CREATE INDEX refunds_to_check ON refunds (instance_id, next_check) WHERE state IN ('requested', 'pending', 'unknown');
CREATE INDEX refunds_open ON refunds (seq) WHERE state IN ('requested', 'pending', 'unknown');

-- Money that a payer's bank or the provider took back. What is neither lost nor won is open.
CREATE TABLE disputes (
    seq            INTEGER PRIMARY KEY,
    instance_id    TEXT NOT NULL,
    transaction_id TEXT NOT NULL,
    payment_id     TEXT NOT NULL REFERENCES payments (id),
    invoice_id     INTEGER NOT NULL REFERENCES invoices (id),
    client_id      INTEGER NOT NULL REFERENCES clients (id),
    amount_minor   INTEGER NOT NULL CHECK (amount_minor BETWEEN 1 AND 1000000000000000),
    currency       TEXT NOT NULL CHECK (length(currency) = 3),
    -- The part of the client's credit that is set aside for it.
    kept_minor     INTEGER NOT NULL CHECK (kept_minor >= 0),
    lost_minor     INTEGER NOT NULL CHECK (lost_minor >= 0),
    won_minor      INTEGER NOT NULL CHECK (won_minor >= 0),
    -- The part of what is lost that no credit covered.
    loss_minor     INTEGER NOT NULL CHECK (loss_minor BETWEEN 0 AND lost_minor),
    -- JSON of a text.
    reason         TEXT,
    opened         INTEGER NOT NULL,
    closed         INTEGER,
    version        INTEGER NOT NULL CHECK (version >= 1),
    UNIQUE (instance_id, transaction_id),
    CHECK (kept_minor + lost_minor + won_minor <= amount_minor),
    CHECK ((closed IS NOT NULL) = (lost_minor + won_minor = amount_minor))
) STRICT;
CREATE INDEX disputes_by_invoice ON disputes (invoice_id, seq);
CREATE INDEX disputes_by_payment ON disputes (payment_id);
CREATE INDEX disputes_open ON disputes (seq) WHERE closed IS NULL;

CREATE TRIGGER refunds_no_delete BEFORE DELETE ON refunds
BEGIN SELECT RAISE(ABORT, 'refunds are never deleted'); END;
CREATE TRIGGER refunds_fixed BEFORE UPDATE OF id, payment_id, invoice_id, client_id, instance_id, amount_minor, currency,
    from_credit_minor, from_sales_minor, from_tax_minor, loss_minor, from_held_minor, held_seq, transaction_id, reason,
    staff_id, created ON refunds
BEGIN SELECT RAISE(ABORT, 'what a refund gives back is never changed'); END;
CREATE TRIGGER refunds_end BEFORE UPDATE OF state ON refunds
    WHEN (OLD.state = 'failed' AND NEW.state <> 'failed') OR (OLD.state = 'done' AND NEW.state NOT IN ('done', 'failed'))
BEGIN SELECT RAISE(ABORT, 'a refund that has ended is not opened again'); END;
CREATE TRIGGER disputes_no_delete BEFORE DELETE ON disputes
BEGIN SELECT RAISE(ABORT, 'disputes are never deleted'); END;
CREATE TRIGGER disputes_fixed BEFORE UPDATE OF instance_id, transaction_id, payment_id, invoice_id, client_id,
    amount_minor, currency, opened ON disputes
BEGIN SELECT RAISE(ABORT, 'what a dispute is about is never changed'); END;
CREATE TRIGGER disputes_forward BEFORE UPDATE OF lost_minor, won_minor, loss_minor ON disputes
    WHEN NEW.lost_minor < OLD.lost_minor OR NEW.won_minor < OLD.won_minor OR NEW.loss_minor < OLD.loss_minor
BEGIN SELECT RAISE(ABORT, 'what a dispute has decided is not undone'); END;
