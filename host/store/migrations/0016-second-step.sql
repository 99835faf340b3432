-- The key that somebody's authenticator app has too, sealed by the vault; the key that opens it is in a file outside of the database.
CREATE TABLE authenticators (
    -- Never given again: a code of one key proves nothing about the next.
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    client_id   INTEGER UNIQUE REFERENCES clients (id),
    staff_id    INTEGER UNIQUE REFERENCES staff (id),
    key_id      TEXT NOT NULL,
    sealed      BLOB NOT NULL CHECK (length(sealed) <= 1024),
    begun       INTEGER NOT NULL,
    -- Of the page on which the app is set up: who has only the session does not see the key again.
    page_sha256 BLOB NOT NULL CHECK (length(page_sha256) = 32),
    -- Since when it is asked for; NULL until a code proved that the app has the key.
    since       INTEGER,
    -- The time step of the last code that was taken. No code of it or of an earlier one is taken again.
    last_step   INTEGER,
    CHECK ((client_id IS NULL) <> (staff_id IS NULL)),
    CHECK ((since IS NULL) = (last_step IS NULL))
) STRICT;

-- For whoever lost the app. A row goes when its code is used.
CREATE TABLE recovery_codes (
    id        INTEGER PRIMARY KEY,
    client_id INTEGER REFERENCES clients (id),
    staff_id  INTEGER REFERENCES staff (id),
    -- As costly as that of a password. Those of one person have one salt, so that one costly look finds the code among them.
    hash      TEXT NOT NULL CHECK (length(hash) BETWEEN 1 AND 200),
    CHECK ((client_id IS NULL) <> (staff_id IS NULL))
) STRICT;
CREATE INDEX recovery_codes_by_client ON recovery_codes (client_id) WHERE client_id IS NOT NULL;
CREATE INDEX recovery_codes_by_staff ON recovery_codes (staff_id) WHERE staff_id IS NOT NULL;

-- Sign-ins of which the password was right and the second step is missing. They open nothing.
CREATE TABLE half_sign_ins (
    id           INTEGER PRIMARY KEY,
    -- Only the token's SHA-256 is here, so that a stolen database opens no door.
    token_sha256 BLOB NOT NULL UNIQUE CHECK (length(token_sha256) = 32),
    client_id    INTEGER REFERENCES clients (id),
    staff_id     INTEGER REFERENCES staff (id),
    expires      INTEGER NOT NULL,
    tries        INTEGER NOT NULL CHECK (tries >= 0),
    CHECK ((client_id IS NULL) <> (staff_id IS NULL))
) STRICT;
CREATE INDEX half_sign_ins_by_expiry ON half_sign_ins (expires);

-- The same mails as before, and more kinds of them: which there are, the code says.
CREATE TABLE mails_of_more_kinds (
    id         INTEGER PRIMARY KEY,
    kind       TEXT NOT NULL CHECK (length(kind) BETWEEN 1 AND 40),
    -- Of 'reset-asked': where, and what was typed there, in small letters. It may be nobody's address.
    side       TEXT CHECK (side IN ('client', 'staff')),
    email_key  TEXT,
    -- Of every other kind: whose.
    client_id  INTEGER REFERENCES clients (id),
    staff_id   INTEGER REFERENCES staff (id),
    attempts   INTEGER NOT NULL,
    last_error TEXT,
    due        INTEGER NOT NULL,
    given_up   INTEGER NOT NULL CHECK (given_up IN (0, 1)),
    created    INTEGER NOT NULL,
    CHECK ((kind = 'reset-asked') = (side IS NOT NULL AND email_key IS NOT NULL)),
    CHECK ((kind <> 'reset-asked') = ((client_id IS NULL) <> (staff_id IS NULL)))
) STRICT;
INSERT INTO mails_of_more_kinds
    SELECT id, kind, side, email_key, client_id, staff_id, attempts, last_error, due, given_up, created FROM mails;
DROP TABLE mails;
ALTER TABLE mails_of_more_kinds RENAME TO mails;
CREATE INDEX mails_by_due ON mails (due) WHERE given_up = 0;
CREATE UNIQUE INDEX mails_one_reset ON mails (side, email_key) WHERE kind = 'reset-asked' AND given_up = 0;
