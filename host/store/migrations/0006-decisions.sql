-- What staff decided about held claims. A claim that was held has used up its own settlement key; its money is booked by
-- one decision, whose key is the held claim's number, or never.
ALTER TABLE held_claims ADD COLUMN decided INTEGER NOT NULL DEFAULT 0 CHECK (decided IN (0, 1));
CREATE INDEX held_claims_open ON held_claims (seq) WHERE decided = 0;

CREATE TABLE held_decisions (
    seq           INTEGER PRIMARY KEY,
    held_seq      INTEGER NOT NULL UNIQUE REFERENCES held_claims (seq),
    settlement_id INTEGER NOT NULL UNIQUE REFERENCES settlements (id),
    staff_id      INTEGER NOT NULL REFERENCES staff (id),
    kind          TEXT NOT NULL CHECK (kind IN ('credit', 'invoice', 'refund', 'dismiss')),
    -- Whose credit it became.
    client_id     INTEGER REFERENCES clients (id),
    -- The invoice that it went towards, or beside which the credit or the refund is written.
    invoice_id    INTEGER REFERENCES invoices (id),
    -- Why it was sent back or dismissed.
    reason        TEXT NOT NULL CHECK (length(reason) <= 500),
    at            INTEGER NOT NULL,
    CHECK ((kind = 'credit') = (client_id IS NOT NULL)),
    CHECK ((kind = 'dismiss') = (invoice_id IS NULL)),
    CHECK ((kind IN ('refund', 'dismiss')) = (reason <> ''))
) STRICT;

CREATE TRIGGER held_claims_no_update BEFORE UPDATE OF seq, settlement_id, payment_id, instance_id, transaction_id,
    amount_minor, currency, state, reason, expected, claim, at ON held_claims
BEGIN SELECT RAISE(ABORT, 'held claims are never changed'); END;
CREATE TRIGGER held_claims_decided_once BEFORE UPDATE OF decided ON held_claims WHEN OLD.decided = 1
BEGIN SELECT RAISE(ABORT, 'a held claim is decided about once'); END;
CREATE TRIGGER held_decisions_no_update BEFORE UPDATE ON held_decisions
BEGIN SELECT RAISE(ABORT, 'decisions are never changed'); END;
CREATE TRIGGER held_decisions_no_delete BEFORE DELETE ON held_decisions
BEGIN SELECT RAISE(ABORT, 'decisions are never deleted'); END;
