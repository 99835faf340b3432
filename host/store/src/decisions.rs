//! What staff decided about held claims. A decision and what it books are one transaction, and a claim has one.

use async_trait::async_trait;
use rusqlite::{Row, Transaction, params};
use tollgate_billing::decision::{DecidedRow, Decision, HeldClaim, Resolution};
use tollgate_billing::ids::{ClientId, HeldId, InvoiceId, Timestamp};
use tollgate_billing::ports::{Decisions, PageOf, StoreError};
use tollgate_billing::settlement::{Settlement, SettlementKey};

use crate::SqliteStore;
use crate::account::key_words;
use crate::fault::Fault;
use crate::held;
use crate::row::{Place, all, bounds, one, run};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT d.seq AS decision_seq, d.kind, d.client_id, d.invoice_id, d.reason AS why, d.at AS decided_at,
                s.name AS staff_name, c.name AS client_name, i.number AS invoice_number,
                h.seq, h.at, h.payment_id, h.instance_id, h.transaction_id, h.amount_minor, h.currency, h.state,
                h.reason, h.expected
            FROM held_decisions d JOIN held_claims h ON h.seq = d.held_seq JOIN staff s ON s.id = d.staff_id
                LEFT JOIN clients c ON c.id = d.client_id LEFT JOIN invoices i ON i.id = d.invoice_id ",
            $rest
        )
    };
}

const BY_HELD: &str = select!("WHERE d.held_seq = ?1");
const ALL: &str = select!("WHERE d.seq < ?1 ORDER BY d.seq DESC LIMIT ?2");
const DECIDE: &str = "UPDATE held_claims SET decided = 1 WHERE seq = ?1 AND decided = 0";
const RECORD: &str = "INSERT INTO held_decisions
        (held_seq, settlement_id, staff_id, kind, client_id, invoice_id, reason, at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
/// An ended payment is not looked up any more, and a new one can be begun.
const END_PAYMENT: &str = "UPDATE payments SET state = 'cancelled', note = NULL, version = version + 1
    WHERE id = ?1 AND version = ?2";
/// Transfers are found by their invoice: there is an index, and a settlement of a claim has few others.
const WITHOUT_FEE: &str = "SELECT t.invoice_id FROM settlements s
        LEFT JOIN payments p ON p.id = s.payment_id
        LEFT JOIN held_claims h ON h.settlement_id = s.id
        LEFT JOIN held_decisions d ON d.held_seq = h.seq
        JOIN transfers t ON t.invoice_id = COALESCE(d.invoice_id, p.invoice_id)
            AND t.settlement_id = COALESCE(d.settlement_id, s.id)
    WHERE s.scope = ?1 AND s.key = ?2 AND t.debit_account LIKE 'gateway:%'
        AND NOT EXISTS (SELECT 1 FROM transfers f
            WHERE f.invoice_id = t.invoice_id AND f.settlement_id = t.settlement_id AND f.reason = 'fee')
    ORDER BY t.id LIMIT 1";

#[async_trait]
impl Decisions for SqliteStore {
    async fn held_claim(&self, id: HeldId) -> Result<Option<HeldClaim>, StoreError> {
        self.point(|conn| held::whole(conn, id))
    }

    async fn decision(&self, id: HeldId) -> Result<Option<DecidedRow>, StoreError> {
        self.point(|conn| one(conn, BY_HELD, [id.0], decided_row))
    }

    async fn decisions(&self, page: PageOf) -> Result<Vec<DecidedRow>, StoreError> {
        let (before, rows_max) = bounds(page);
        self.point(|conn| all(conn, ALL, params![before, rows_max], decided_row))
    }

    async fn booked_without_fee(&self, key: &SettlementKey) -> Result<Option<InvoiceId>, StoreError> {
        let (scope, key) = key_words(key);
        self.point(|conn| one(conn, WITHOUT_FEE, [scope, key], |row| Ok(InvoiceId(row.get(0)?))))
    }
}

/// Part of a settlement: a claim that somebody else decided about first takes the whole settlement with it.
pub(crate) fn write(
    tx: &Transaction<'_>,
    id: i64,
    settlement: &Settlement,
    resolution: &Resolution,
) -> Result<(), Fault> {
    if run(tx, DECIDE, [resolution.held.0])? == 0 {
        return Err(Fault::conflict());
    }
    let beside = settlement.transfers.first().map(|transfer| transfer.invoice.0);
    let (client, reason) = match &resolution.decision {
        Decision::Credit(client) => (Some(client.0), ""),
        Decision::Invoice(_) => (None, ""),
        Decision::Refund(reason) | Decision::Dismiss(reason) => (None, reason.as_str()),
    };
    let kind = resolution.decision.code();
    let values = params![resolution.held.0, id, resolution.by.0, kind, client, beside, reason, settlement.at.0];
    run(tx, RECORD, values)?;
    let Some(ended) = &resolution.ends else { return Ok(()) };
    match run(tx, END_PAYMENT, params![ended.payment.as_str(), ended.version])? {
        0 => Err(Fault::conflict()),
        _ => Ok(()),
    }
}

fn decided_row(row: &Row<'_>) -> Result<DecidedRow, Fault> {
    let seq: i64 = row.get("decision_seq")?;
    let place = Place { table: "held_decisions", id: &seq };
    let kind: String = row.get("kind")?;
    let client = row.get::<_, Option<i64>>("client_id")?.map(ClientId);
    let invoice = row.get::<_, Option<i64>>("invoice_id")?.map(InvoiceId);
    let decision = match (kind.as_str(), client, invoice) {
        ("credit", Some(client), _) => Some(Decision::Credit(client)),
        ("invoice", _, Some(invoice)) => Some(Decision::Invoice(invoice)),
        ("refund", ..) => Some(Decision::Refund(row.get("why")?)),
        ("dismiss", ..) => Some(Decision::Dismiss(row.get("why")?)),
        _ => None,
    };
    Ok(DecidedRow {
        seq,
        held: held::read(row)?,
        decision: place.known(decision, "kind", &kind)?,
        at: Timestamp(row.get("decided_at")?),
        by: row.get("staff_name")?,
        client: row.get("client_name")?,
        invoice: row.get("invoice_number")?,
    })
}
