//! Accounts, statuses and keys as the words that rows hold.

use tollgate_billing::ids::{ClientId, InstanceId, InvoiceId};
use tollgate_billing::invoice::InvoiceStatus;
use tollgate_billing::ledger::Account;
use tollgate_billing::settlement::{Event, SettlementKey};

pub(crate) fn account_word(account: &Account) -> String {
    match account {
        Account::Gateway(instance) => format!("gateway:{instance}"),
        Account::Fees(instance) => format!("fees:{instance}"),
        Account::Invoice(invoice) => format!("invoice:{invoice}"),
        Account::Credit(client) => format!("credit:{client}"),
        Account::Sales => "sales".to_owned(),
        Account::Tax => "tax".to_owned(),
        Account::Returns => "returns".to_owned(),
        Account::Refunding(instance) => format!("refunding:{instance}"),
        Account::Disputed(instance) => format!("disputed:{instance}"),
        Account::Losses(instance) => format!("losses:{instance}"),
    }
}

pub(crate) fn account_of(word: &str) -> Option<Account> {
    let (kind, id) = word.split_once(':').unwrap_or((word, ""));
    match kind {
        "gateway" if !id.is_empty() => Some(Account::Gateway(InstanceId::new(id))),
        "fees" if !id.is_empty() => Some(Account::Fees(InstanceId::new(id))),
        "invoice" => id.parse().ok().map(|id| Account::Invoice(InvoiceId(id))),
        "credit" => id.parse().ok().map(|id| Account::Credit(ClientId(id))),
        "sales" if word == "sales" => Some(Account::Sales),
        "tax" if word == "tax" => Some(Account::Tax),
        "returns" if word == "returns" => Some(Account::Returns),
        "refunding" if !id.is_empty() => Some(Account::Refunding(InstanceId::new(id))),
        "disputed" if !id.is_empty() => Some(Account::Disputed(InstanceId::new(id))),
        "losses" if !id.is_empty() => Some(Account::Losses(InstanceId::new(id))),
        _ => None,
    }
}

pub(crate) fn status_word(status: InvoiceStatus) -> &'static str {
    match status {
        InvoiceStatus::Unpaid => "unpaid",
        InvoiceStatus::Paid => "paid",
        InvoiceStatus::Cancelled => "cancelled",
    }
}

pub(crate) fn status_of(word: &str) -> Option<InvoiceStatus> {
    [InvoiceStatus::Unpaid, InvoiceStatus::Paid, InvoiceStatus::Cancelled]
        .into_iter()
        .find(|status| status_word(*status) == word)
}

/// Scope and key. The state's word stands first because it has no colon, so that no two claims can share a key.
pub(crate) fn key_words(key: &SettlementKey) -> (String, String) {
    match key {
        SettlementKey::Claim { instance, transaction, state } => {
            (format!("claim:{instance}"), format!("{state}:{transaction}"))
        }
        SettlementKey::Form { client, key } => (format!("form:{client}"), key.clone()),
        SettlementKey::Outbox(row) => ("outbox".to_owned(), row.to_string()),
        SettlementKey::Decision(held) => ("decision".to_owned(), held.to_string()),
        SettlementKey::Fee { instance, transaction } => (format!("fee:{instance}"), transaction.clone()),
        SettlementKey::StaffForm { staff, key } => (format!("staff-form:{staff}"), key.clone()),
        SettlementKey::Declined(refund) => ("declined".to_owned(), refund.to_string()),
    }
}

pub(crate) fn event_words(event: &Event) -> (&'static str, InvoiceId) {
    match event {
        Event::InvoicePaid(invoice) => ("invoice-paid", *invoice),
        Event::InvoiceCancelled(invoice) => ("invoice-cancelled", *invoice),
    }
}

pub(crate) fn event_of(kind: &str, invoice: InvoiceId) -> Option<Event> {
    match kind {
        "invoice-paid" => Some(Event::InvoicePaid(invoice)),
        "invoice-cancelled" => Some(Event::InvoiceCancelled(invoice)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use tollgate_billing::ids::{HeldId, OutboxId, RefundId, StaffId};

    use super::*;

    #[test]
    fn every_account_is_read_back_as_it_was_written() {
        let accounts = [
            Account::Gateway(InstanceId::new("bank-transfer")),
            Account::Fees(InstanceId::new("a:b")),
            Account::Invoice(InvoiceId(42)),
            Account::Credit(ClientId(7)),
            Account::Sales,
            Account::Tax,
            Account::Returns,
            Account::Refunding(InstanceId::new("a:b")),
            Account::Disputed(InstanceId::new("card")),
            Account::Losses(InstanceId::new("card")),
        ];
        for account in accounts {
            assert_eq!(account_of(&account_word(&account)), Some(account));
        }
    }

    #[test]
    fn words_of_no_account_are_not_read_as_one() {
        for word in [
            "",
            "credit",
            "credit:",
            "credit:x",
            "invoice:1.5",
            "gateway:",
            "sales:1",
            "tax:",
            "bank",
            "returns:1",
            "refunding:",
            "losses",
        ] {
            assert_eq!(account_of(word), None, "{word}");
        }
    }

    #[test]
    fn settlement_keys_that_differ_have_words_that_differ() {
        let claim = |instance: &str, transaction: &str, state| SettlementKey::Claim {
            instance: InstanceId::new(instance),
            transaction: transaction.to_owned(),
            state,
        };
        let keys = [
            claim("a", "1", "paid"),
            claim("a", "1", "failed"),
            claim("b", "1", "paid"),
            claim("a", "paid:1", "paid"),
            SettlementKey::Form { client: ClientId(1), key: "paid:1".to_owned() },
            SettlementKey::Form { client: ClientId(2), key: "paid:1".to_owned() },
            SettlementKey::Outbox(OutboxId(1)),
            SettlementKey::Decision(HeldId(1)),
            SettlementKey::Fee { instance: InstanceId::new("a"), transaction: "1".to_owned() },
            SettlementKey::Fee { instance: InstanceId::new("b"), transaction: "1".to_owned() },
            SettlementKey::StaffForm { staff: StaffId(1), key: "paid:1".to_owned() },
            SettlementKey::Declined(RefundId::new("1")),
        ];
        let words: std::collections::HashSet<_> = keys.iter().map(key_words).collect();
        assert_eq!(words.len(), keys.len());
    }
}
