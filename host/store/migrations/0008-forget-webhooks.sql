-- Webhooks that are done are forgotten by their age.
CREATE INDEX webhooks_done ON webhooks (received) WHERE state = 'done';
