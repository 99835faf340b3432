-- Amounts are integers of minor units beside their ISO 4217 currency; moments are milliseconds since 1970.
-- Codes ('unpaid', 'payment' …) are the words of tollgate-billing. A migration that was released is never edited:
-- what changes is a new file.

CREATE TABLE clients (
    id            INTEGER PRIMARY KEY,
    email         TEXT NOT NULL,
    -- The address in ASCII lower case: what makes it unique.
    email_key     TEXT NOT NULL UNIQUE,
    name          TEXT NOT NULL,
    company       TEXT NOT NULL,
    -- JSON list of lines.
    address       TEXT NOT NULL,
    country       TEXT NOT NULL,
    tax_id        TEXT NOT NULL,
    currency      TEXT NOT NULL CHECK (length(currency) = 3),
    locale        TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    created       INTEGER NOT NULL
) STRICT;

CREATE TABLE staff (
    id            INTEGER PRIMARY KEY,
    email         TEXT NOT NULL,
    email_key     TEXT NOT NULL UNIQUE,
    name          TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    created       INTEGER NOT NULL
) STRICT;

-- Only the token's SHA-256 is here, so that a stolen database opens no door.
CREATE TABLE sessions (
    token_sha256 BLOB NOT NULL PRIMARY KEY CHECK (length(token_sha256) = 32),
    client_id    INTEGER REFERENCES clients (id),
    staff_id     INTEGER REFERENCES staff (id),
    created      INTEGER NOT NULL,
    expires      INTEGER NOT NULL,
    CHECK ((client_id IS NULL) <> (staff_id IS NULL))
) STRICT;
CREATE INDEX sessions_by_expiry ON sessions (expires);
CREATE INDEX sessions_by_client ON sessions (client_id) WHERE client_id IS NOT NULL;
CREATE INDEX sessions_by_staff ON sessions (staff_id) WHERE staff_id IS NOT NULL;

CREATE TABLE instances (
    id         TEXT NOT NULL PRIMARY KEY,
    plugin     TEXT NOT NULL,
    enabled    INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    position   INTEGER NOT NULL,
    label      TEXT NOT NULL,
    -- JSON list of [key, value].
    settings   TEXT NOT NULL,
    -- JSON list of codes.
    currencies TEXT NOT NULL,
    updated    INTEGER NOT NULL
) STRICT;

CREATE TABLE memory (
    instance_id TEXT NOT NULL,
    key         TEXT NOT NULL,
    value       BLOB NOT NULL,
    expires     INTEGER,
    PRIMARY KEY (instance_id, key)
) STRICT;

-- The last number given in each series of invoice numbers. A row and not a sequence, because a transaction that is
-- undone must give its number back.
CREATE TABLE invoice_series (
    prefix TEXT NOT NULL PRIMARY KEY,
    last   INTEGER NOT NULL CHECK (last > 0)
) STRICT;

-- Gateways are named without a reference: invoices and payments outlive the instance.
CREATE TABLE invoices (
    id                   INTEGER PRIMARY KEY,
    series               TEXT NOT NULL REFERENCES invoice_series (prefix),
    sequence             INTEGER NOT NULL CHECK (sequence > 0),
    number               TEXT NOT NULL,
    -- The number in ASCII capitals.
    number_key           TEXT NOT NULL UNIQUE,
    client_id            INTEGER NOT NULL REFERENCES clients (id),
    form_key             TEXT NOT NULL,
    revision             INTEGER NOT NULL CHECK (revision >= 0),
    version              INTEGER NOT NULL CHECK (version >= 0),
    status               TEXT NOT NULL CHECK (status IN ('unpaid', 'paid', 'cancelled')),
    gateway              TEXT,
    created              INTEGER NOT NULL,
    due                  INTEGER NOT NULL,
    paid_at              INTEGER,
    currency             TEXT NOT NULL CHECK (length(currency) = 3),
    total_minor          INTEGER NOT NULL CHECK (total_minor BETWEEN 0 AND 1000000000000000),
    settled_minor        INTEGER NOT NULL CHECK (settled_minor BETWEEN 0 AND total_minor),
    credit_applied_minor INTEGER NOT NULL CHECK (credit_applied_minor BETWEEN 0 AND settled_minor),
    UNIQUE (client_id, form_key)
) STRICT;
CREATE INDEX invoices_by_client ON invoices (client_id, id);
CREATE INDEX invoices_by_status ON invoices (status, id);

CREATE TABLE invoice_lines (
    invoice_id  INTEGER NOT NULL REFERENCES invoices (id),
    position    INTEGER NOT NULL,
    kind        TEXT NOT NULL CHECK (kind IN ('service', 'module')),
    module      TEXT,
    description TEXT NOT NULL,
    net_minor   INTEGER NOT NULL,
    -- Percent as a decimal number in text: exact, with as many digits as were written.
    tax_rate    TEXT NOT NULL,
    tax_minor   INTEGER NOT NULL,
    PRIMARY KEY (invoice_id, position),
    CHECK ((kind = 'module') = (module IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE payments (
    seq                INTEGER PRIMARY KEY,
    id                 TEXT NOT NULL UNIQUE,
    invoice_id         INTEGER NOT NULL REFERENCES invoices (id),
    client_id          INTEGER NOT NULL REFERENCES clients (id),
    instance_id        TEXT NOT NULL,
    plugin             TEXT NOT NULL,
    reference          TEXT NOT NULL,
    amount_minor       INTEGER NOT NULL CHECK (amount_minor BETWEEN 1 AND 1000000000000000),
    currency           TEXT NOT NULL CHECK (length(currency) = 3),
    invoice_revision   INTEGER NOT NULL CHECK (invoice_revision >= 0),
    received_minor     INTEGER NOT NULL CHECK (received_minor BETWEEN 0 AND 1000000000000000),
    state              TEXT NOT NULL
        CHECK (state IN ('created', 'pending', 'authorized', 'paid', 'failed', 'cancelled', 'unknown')),
    -- JSON of a text.
    note               TEXT,
    provider_reference TEXT,
    memo               TEXT,
    created            INTEGER NOT NULL,
    checked            INTEGER,
    version            INTEGER NOT NULL CHECK (version >= 0)
) STRICT;
CREATE INDEX payments_by_invoice ON payments (invoice_id, seq);
CREATE INDEX payments_by_reference ON payments (instance_id, reference);
CREATE UNIQUE INDEX payments_by_provider ON payments (instance_id, provider_reference)
    WHERE provider_reference IS NOT NULL;

-- A settlement counts once, for ever: its key is never changed and never forgotten.
CREATE TABLE settlements (
    id         INTEGER PRIMARY KEY,
    scope      TEXT NOT NULL,
    key        TEXT NOT NULL,
    payment_id TEXT REFERENCES payments (id),
    at         INTEGER NOT NULL,
    UNIQUE (scope, key)
) STRICT;

-- Accounts are words: 'credit:7', 'invoice:42', 'gateway:bank-transfer', 'fees:bank-transfer', 'sales', 'tax'.
CREATE TABLE transfers (
    id             INTEGER PRIMARY KEY,
    settlement_id  INTEGER NOT NULL REFERENCES settlements (id),
    invoice_id     INTEGER NOT NULL REFERENCES invoices (id),
    debit_account  TEXT NOT NULL,
    credit_account TEXT NOT NULL CHECK (credit_account <> debit_account),
    amount_minor   INTEGER NOT NULL CHECK (amount_minor BETWEEN 1 AND 1000000000000000),
    currency       TEXT NOT NULL CHECK (length(currency) = 3),
    reason         TEXT NOT NULL
        CHECK (reason IN ('payment', 'overpayment', 'fee', 'credit-applied', 'fulfilment')),
    at             INTEGER NOT NULL
) STRICT;
CREATE INDEX transfers_by_invoice ON transfers (invoice_id);

-- Running counters exist for clients' credit only: one on a gateway or on sales would be a row that everybody waits for.
CREATE TABLE credits (
    client_id     INTEGER NOT NULL REFERENCES clients (id),
    currency      TEXT NOT NULL CHECK (length(currency) = 3),
    balance_minor INTEGER NOT NULL CHECK (balance_minor BETWEEN 0 AND 1000000000000000),
    PRIMARY KEY (client_id, currency)
) STRICT, WITHOUT ROWID;

-- A client's credit as a bank statement: each transfer that touched it, signed, with the balance after it.
CREATE TABLE credit_entries (
    client_id     INTEGER NOT NULL REFERENCES clients (id),
    transfer_id   INTEGER NOT NULL REFERENCES transfers (id),
    amount_minor  INTEGER NOT NULL CHECK (amount_minor <> 0),
    currency      TEXT NOT NULL CHECK (length(currency) = 3),
    balance_minor INTEGER NOT NULL CHECK (balance_minor >= 0),
    PRIMARY KEY (client_id, transfer_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE held_claims (
    seq            INTEGER PRIMARY KEY,
    settlement_id  INTEGER NOT NULL UNIQUE REFERENCES settlements (id),
    payment_id     TEXT REFERENCES payments (id),
    instance_id    TEXT NOT NULL,
    transaction_id TEXT NOT NULL,
    amount_minor   INTEGER NOT NULL,
    currency       TEXT NOT NULL CHECK (length(currency) = 3),
    state          TEXT NOT NULL,
    reason         TEXT NOT NULL,
    expected       TEXT NOT NULL,
    -- JSON of all that the claim said, for whoever has to decide.
    claim          TEXT NOT NULL,
    at             INTEGER NOT NULL
) STRICT;

-- Rows are marked done and stay: a settlement is keyed by its outbox row, so a row's id must never be given again.
CREATE TABLE outbox (
    id         INTEGER PRIMARY KEY,
    kind       TEXT NOT NULL CHECK (kind IN ('invoice-paid', 'invoice-cancelled')),
    invoice_id INTEGER NOT NULL REFERENCES invoices (id),
    attempts   INTEGER NOT NULL CHECK (attempts >= 0),
    last_error TEXT,
    due        INTEGER NOT NULL,
    done       INTEGER NOT NULL CHECK (done IN (0, 1)),
    created    INTEGER NOT NULL
) STRICT;
CREATE INDEX outbox_waiting ON outbox (due, id) WHERE done = 0;

CREATE TRIGGER transfers_no_update BEFORE UPDATE ON transfers
BEGIN SELECT RAISE(ABORT, 'transfers are never changed'); END;
CREATE TRIGGER transfers_no_delete BEFORE DELETE ON transfers
BEGIN SELECT RAISE(ABORT, 'transfers are never deleted'); END;
CREATE TRIGGER settlements_no_update BEFORE UPDATE ON settlements
BEGIN SELECT RAISE(ABORT, 'settlement keys are never changed'); END;
CREATE TRIGGER settlements_no_delete BEFORE DELETE ON settlements
BEGIN SELECT RAISE(ABORT, 'settlement keys are never deleted'); END;
CREATE TRIGGER credit_entries_no_update BEFORE UPDATE ON credit_entries
BEGIN SELECT RAISE(ABORT, 'credit entries are never changed'); END;
CREATE TRIGGER credit_entries_no_delete BEFORE DELETE ON credit_entries
BEGIN SELECT RAISE(ABORT, 'credit entries are never deleted'); END;
CREATE TRIGGER held_claims_no_delete BEFORE DELETE ON held_claims
BEGIN SELECT RAISE(ABORT, 'held claims are never deleted'); END;
CREATE TRIGGER invoices_no_delete BEFORE DELETE ON invoices
BEGIN SELECT RAISE(ABORT, 'invoices are never deleted: their numbers have no gaps'); END;
CREATE TRIGGER invoices_no_renumber BEFORE UPDATE OF id, series, sequence, number, number_key, client_id, form_key ON invoices
BEGIN SELECT RAISE(ABORT, 'an invoice keeps its number and its client'); END;
CREATE TRIGGER outbox_no_delete BEFORE DELETE ON outbox
BEGIN SELECT RAISE(ABORT, 'outbox rows are marked done and stay'); END;
