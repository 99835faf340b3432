-- What staff may do. Whoever was staff before there were roles could do everything, and goes on so.
ALTER TABLE staff ADD COLUMN role TEXT NOT NULL DEFAULT 'read-only'
    CHECK (role IN ('owner', 'billing', 'support', 'read-only'));
UPDATE staff SET role = 'owner';
