-- The public halves of passkeys: nothing here lets anybody in.
CREATE TABLE passkeys (
    -- Never given again: what is removed stays so.
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    client_id     INTEGER REFERENCES clients (id),
    staff_id      INTEGER REFERENCES staff (id),
    name          TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 40),
    -- What its device calls it; of two people it is nobody's second.
    credential_id BLOB NOT NULL UNIQUE CHECK (length(credential_id) BETWEEN 1 AND 1023),
    credential    TEXT NOT NULL CHECK (length(credential) <= 4096),
    created       INTEGER NOT NULL,
    last_used     INTEGER,
    CHECK ((client_id IS NULL) <> (staff_id IS NULL))
) STRICT;
CREATE INDEX passkeys_by_client ON passkeys (client_id) WHERE client_id IS NOT NULL;
CREATE INDEX passkeys_by_staff ON passkeys (staff_id) WHERE staff_id IS NOT NULL;
