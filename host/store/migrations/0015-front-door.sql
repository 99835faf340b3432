-- Sessions that their owners see and end: a number that tells nothing of the token, when they were last seen, and where.
CREATE TABLE own_sessions (
    -- Never given again, so that a page that was open for long ends nothing else.
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    -- Only the token's SHA-256 is here, so that a stolen database opens no door.
    token_sha256 BLOB NOT NULL UNIQUE CHECK (length(token_sha256) = 32),
    client_id    INTEGER REFERENCES clients (id),
    staff_id     INTEGER REFERENCES staff (id),
    created      INTEGER NOT NULL,
    expires      INTEGER NOT NULL,
    -- To some minutes: it is not written at every request.
    seen         INTEGER NOT NULL,
    -- The network and the browser, as far as they were told; empty where they were not.
    address      TEXT NOT NULL CHECK (length(address) <= 64),
    browser      TEXT NOT NULL CHECK (length(browser) <= 64),
    CHECK ((client_id IS NULL) <> (staff_id IS NULL))
) STRICT;
INSERT INTO own_sessions (token_sha256, client_id, staff_id, created, expires, seen, address, browser)
    SELECT token_sha256, client_id, staff_id, created, expires, created, '', '' FROM sessions ORDER BY created;
DROP TABLE sessions;
ALTER TABLE own_sessions RENAME TO sessions;
CREATE INDEX sessions_by_expiry ON sessions (expires);
CREATE INDEX sessions_by_client ON sessions (client_id) WHERE client_id IS NOT NULL;
CREATE INDEX sessions_by_staff ON sessions (staff_id) WHERE staff_id IS NOT NULL;
