-- Publishers whose signatures on plugins are trusted, by their minisign keys.
CREATE TABLE publishers (
    key   TEXT PRIMARY KEY CHECK (length(key) = 56),
    name  TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 100),
    added INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Files of plugins: the ones that run, the ones before them, the ones that open payments began with, and what was
-- uploaded and waits for staff to grant something.
CREATE TABLE components (
    sha256    TEXT NOT NULL PRIMARY KEY CHECK (length(sha256) = 64),
    plugin    TEXT NOT NULL,
    version   TEXT NOT NULL,
    -- The public key that signed it.
    signed_by TEXT CHECK (length(signed_by) = 56),
    bytes     BLOB NOT NULL,
    added     INTEGER NOT NULL
) STRICT;
CREATE INDEX components_of ON components (plugin);

-- Plugins that staff installed. A row stays when its plugin is removed, because the id stays its publisher's.
CREATE TABLE plugins (
    id        TEXT NOT NULL PRIMARY KEY,
    current   TEXT REFERENCES components (sha256),
    previous  TEXT REFERENCES components (sha256),
    -- The key that signed the first signed file of this id.
    publisher TEXT CHECK (length(publisher) = 56),
    -- JSON list of words: what staff let it do.
    granted   TEXT NOT NULL,
    -- Counts changes; the store compares it before it writes, and a running server sees by it that something changed.
    revision  INTEGER NOT NULL CHECK (revision > 0),
    updated   INTEGER NOT NULL,
    CHECK (previous IS NULL OR current IS NOT NULL)
) STRICT;

-- An instance as a version had it when another one took its place: for rolling back, and for payments that go on with it.
CREATE TABLE kept_instances (
    instance_id   TEXT NOT NULL,
    component     TEXT NOT NULL REFERENCES components (sha256) ON DELETE CASCADE,
    settings      TEXT NOT NULL,
    currencies    TEXT NOT NULL,
    granted_hosts TEXT NOT NULL,
    PRIMARY KEY (instance_id, component)
) STRICT, WITHOUT ROWID;

-- The file that a payment began with, and goes on with; none for plugins that nobody installed.
ALTER TABLE payments ADD COLUMN component TEXT;
CREATE INDEX payments_of_component ON payments (component) WHERE component IS NOT NULL;
