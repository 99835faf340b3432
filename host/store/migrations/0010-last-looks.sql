-- A payment that failed is asked about once more; after that its next check never comes.
CREATE INDEX payments_to_look_at ON payments (instance_id, next_check) WHERE state = 'failed';
