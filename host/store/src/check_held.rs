//! Rules over held claims and what staff decided about them; see `check`.

/// Each query finds rows that are wrong, as one sentence a row.
pub(crate) const RULES: [&str; 6] = [
    "SELECT 'held claim ' || h.seq || ': is marked as ' || CASE h.decided WHEN 1 THEN 'decided, but no decision' ELSE
            'open, but a decision' END || ' is there'
        FROM held_claims h LEFT JOIN held_decisions d ON d.held_seq = h.seq
        WHERE (h.decided = 1) <> (d.seq IS NOT NULL)",
    "SELECT 'held claim ' || h.seq || ': was held, but ' || count(*) || ' transfers were booked with it'
        FROM held_claims h JOIN transfers t ON t.settlement_id = h.settlement_id
        WHERE NOT (h.reason = 'refund-failed' AND t.reason = 'refund-failed')
        GROUP BY h.seq",
    "SELECT 'decision ' || seq || ': books ' || booked || ' minor units of ' || kind || ', the claim says '
            || amount_minor || ' of ' || currency
        FROM (SELECT d.seq, d.kind, h.amount_minor, h.currency, COALESCE(sum(t.amount_minor), 0) AS booked,
                COALESCE(sum(CASE WHEN t.currency <> h.currency THEN 1 ELSE 0 END), 0) AS foreign_booked
            FROM held_decisions d JOIN held_claims h ON h.seq = d.held_seq
                LEFT JOIN transfers t ON t.settlement_id = d.settlement_id AND t.debit_account = 'gateway:' || h.instance_id
            GROUP BY d.seq, d.kind, h.amount_minor, h.currency) AS sums
        WHERE booked <> CASE kind WHEN 'dismiss' THEN 0 ELSE amount_minor END OR foreign_booked > 0",
    "SELECT 'decision ' || d.seq || ': is of held claim ' || d.held_seq || ', but its settlement is ' || s.scope || ' ' || s.key
        FROM held_decisions d JOIN settlements s ON s.id = d.settlement_id
        WHERE s.scope <> 'decision' OR s.key <> CAST(d.held_seq AS TEXT)",
    "SELECT 'decision ' || d.seq || ': sends held claim ' || d.held_seq || ' back, but no refund fits it'
        FROM held_decisions d JOIN held_claims h ON h.seq = d.held_seq
        WHERE d.kind = 'refund' AND NOT EXISTS (SELECT 1 FROM refunds r WHERE r.held_seq = h.seq
            AND r.amount_minor = h.amount_minor AND r.currency = h.currency AND r.payment_id = h.payment_id
            AND r.transaction_id = h.transaction_id)
        UNION ALL
        SELECT 'refund ' || r.id || ': gives held claim ' || r.held_seq || ' back, but nobody decided that'
        FROM refunds r WHERE r.held_seq IS NOT NULL AND NOT EXISTS (SELECT 1 FROM held_decisions d
            WHERE d.held_seq = r.held_seq AND d.kind = 'refund')",
    "SELECT 'refund ' || r.id || ': did not give held claim ' || r.held_seq || ' back, and its money waits for nobody'
        FROM refunds r WHERE r.held_seq IS NOT NULL AND r.state = 'failed' AND NOT EXISTS (SELECT 1 FROM held_claims h
            WHERE h.seq > r.held_seq AND h.reason = 'refund-failed' AND h.instance_id = r.instance_id
                AND h.transaction_id = r.transaction_id AND h.amount_minor = r.amount_minor AND h.currency = r.currency)",
];
