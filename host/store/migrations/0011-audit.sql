-- Who changed what is trusted, or decided where money goes. Each entry's hash is over the one before and its own columns, so
-- that whoever changes, removes or inserts one must do so with all that follow.
CREATE TABLE audit_log (
    seq      INTEGER PRIMARY KEY,
    at       INTEGER NOT NULL,
    actor    TEXT NOT NULL CHECK (actor IN ('staff', 'command', 'host')),
    staff_id INTEGER REFERENCES staff (id),
    action   TEXT NOT NULL CHECK (action <> ''),
    subject  TEXT NOT NULL,
    -- A JSON list of [name, value].
    details  TEXT NOT NULL,
    hash     BLOB NOT NULL CHECK (length(hash) = 32),
    CHECK ((actor = 'staff') = (staff_id IS NOT NULL))
) STRICT;

CREATE TRIGGER audit_log_no_update BEFORE UPDATE ON audit_log
BEGIN SELECT RAISE(ABORT, 'the audit log is never changed'); END;
CREATE TRIGGER audit_log_no_delete BEFORE DELETE ON audit_log
BEGIN SELECT RAISE(ABORT, 'the audit log is never shortened'); END;
-- Without it a REPLACE would change an entry past the triggers above.
CREATE TRIGGER audit_log_in_order BEFORE INSERT ON audit_log
WHEN NEW.seq IS NOT (SELECT COALESCE(max(seq), 0) + 1 FROM audit_log)
BEGIN SELECT RAISE(ABORT, 'an entry of the audit log stands behind the last one'); END;
