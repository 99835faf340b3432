-- Hosts that staff granted to an instance: JSON list of names, with :port where it is not 443.
ALTER TABLE instances ADD COLUMN granted_hosts TEXT NOT NULL DEFAULT '[]';

-- Secrets as the vault sealed them; the key that opens them is in a file outside of the database.
CREATE TABLE sealed_secrets (
    instance_id TEXT NOT NULL,
    key         TEXT NOT NULL CHECK (length(key) BETWEEN 1 AND 128),
    key_id      TEXT NOT NULL,
    sealed      BLOB NOT NULL CHECK (length(sealed) <= 8192),
    PRIMARY KEY (instance_id, key)
) STRICT, WITHOUT ROWID;
