-- When an open payment is to be looked up at its provider again, and how often it was. 0: at the next sweep.
ALTER TABLE payments ADD COLUMN next_check INTEGER NOT NULL DEFAULT 0;
ALTER TABLE payments ADD COLUMN checks INTEGER NOT NULL DEFAULT 0 CHECK (checks >= 0);
CREATE INDEX payments_to_check ON payments (instance_id, next_check)
    WHERE state IN ('created', 'pending', 'authorized', 'unknown');
