-- Whoever settled an invoice carries out what that settlement promised, and nobody else's.
CREATE INDEX outbox_of_invoice ON outbox (invoice_id, due, id) WHERE done = 0;
