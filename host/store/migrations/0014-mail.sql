-- Mails that wait to be sent, and those that never were. What one says is put into words when it is sent, so that no link lies here.
CREATE TABLE mails (
    id         INTEGER PRIMARY KEY,
    kind       TEXT NOT NULL CHECK (kind IN ('reset-asked', 'password-changed')),
    -- Of 'reset-asked': where, and what was typed there, in small letters. It may be nobody's address.
    side       TEXT CHECK (side IN ('client', 'staff')),
    email_key  TEXT,
    -- Of 'password-changed': whose.
    client_id  INTEGER REFERENCES clients (id),
    staff_id   INTEGER REFERENCES staff (id),
    attempts   INTEGER NOT NULL,
    last_error TEXT,
    due        INTEGER NOT NULL,
    given_up   INTEGER NOT NULL CHECK (given_up IN (0, 1)),
    created    INTEGER NOT NULL,
    CHECK ((kind = 'reset-asked') = (side IS NOT NULL AND email_key IS NOT NULL)),
    CHECK ((kind = 'password-changed') = ((client_id IS NULL) <> (staff_id IS NULL)))
) STRICT;
CREATE INDEX mails_by_due ON mails (due) WHERE given_up = 0;
CREATE UNIQUE INDEX mails_one_reset ON mails (side, email_key) WHERE kind = 'reset-asked' AND given_up = 0;

-- Only the token's SHA-256 is here, so that a stolen database opens no door. Each person has one at most.
CREATE TABLE password_resets (
    token_sha256 BLOB NOT NULL PRIMARY KEY CHECK (length(token_sha256) = 32),
    client_id    INTEGER UNIQUE REFERENCES clients (id),
    staff_id     INTEGER UNIQUE REFERENCES staff (id),
    expires      INTEGER NOT NULL,
    CHECK ((client_id IS NULL) <> (staff_id IS NULL))
) STRICT;
