//! What must hold of refunds and disputes. Each query finds rows that are wrong, as one sentence a row.

pub(super) const RULES: [&str; 4] = [
    "SELECT 'payment ' || id || ': ' || back || ' minor units went back or are on their way, of ' || received_minor
            || ' that came in'
        FROM (SELECT p.id, p.received_minor,
                COALESCE((SELECT sum(r.amount_minor) FROM refunds r
                    WHERE r.payment_id = p.id AND r.state <> 'failed' AND r.held_seq IS NULL), 0)
                + COALESCE((SELECT sum(d.amount_minor - d.won_minor) FROM disputes d
                    WHERE d.payment_id = p.id), 0) AS back
            FROM payments p) AS sums
        WHERE back > received_minor",
    "SELECT 'refund ' || r.id || ': does not fit its payment or its invoice'
        FROM refunds r JOIN payments p ON p.id = r.payment_id JOIN invoices i ON i.id = r.invoice_id
        WHERE r.invoice_id <> p.invoice_id OR r.client_id <> i.client_id OR r.instance_id <> p.instance_id
            OR (r.currency <> p.currency AND r.held_seq IS NULL)
        UNION ALL
        SELECT 'dispute ' || d.transaction_id || ': does not fit its payment or its invoice'
        FROM disputes d JOIN payments p ON p.id = d.payment_id JOIN invoices i ON i.id = d.invoice_id
        WHERE d.invoice_id <> p.invoice_id OR d.client_id <> i.client_id OR d.instance_id <> p.instance_id
            OR d.currency <> p.currency",
    "SELECT 'gateway ' || substr(account, 11) || ': open refunds set ' || open || ' minor units of ' || currency
            || ' aside, its transfers make it ' || booked
        FROM (SELECT account, currency, sum(booked) AS booked, sum(open) AS open
            FROM (SELECT credit_account AS account, currency, amount_minor AS booked, 0 AS open FROM transfers
                UNION ALL SELECT debit_account, currency, -amount_minor, 0 FROM transfers
                UNION ALL SELECT 'refunding:' || instance_id, currency, 0, amount_minor FROM refunds
                    WHERE state IN ('requested', 'pending', 'unknown')) AS sides
            WHERE account LIKE 'refunding:%' GROUP BY account, currency) AS sums
        WHERE booked <> open",
    "SELECT 'gateway ' || substr(account, 10) || ': open disputes hold ' || open || ' minor units of ' || currency
            || ' that no credit covers, its transfers make it ' || booked
        FROM (SELECT account, currency, sum(booked) AS booked, sum(open) AS open
            FROM (SELECT debit_account AS account, currency, amount_minor AS booked, 0 AS open FROM transfers
                UNION ALL SELECT credit_account, currency, -amount_minor, 0 FROM transfers
                UNION ALL SELECT 'disputed:' || instance_id, currency, 0,
                    amount_minor - lost_minor - won_minor - kept_minor FROM disputes) AS sides
            WHERE account LIKE 'disputed:%' GROUP BY account, currency) AS sums
        WHERE booked <> open",
];
