//! Fresh stores, and the values that tests put into them.

use std::path::PathBuf;
use std::sync::Arc;

use tempfile::TempDir;
use tollgate_billing::ids::{ClientId, InstanceId, InvoiceId, PaymentId, PluginId, Timestamp};
use tollgate_billing::invoice::{Invoice, InvoiceStatus, Line, LineKind, NewInvoice, TaxRate, totals};
use tollgate_billing::ledger::{Account, Reason, Transfer};
use tollgate_billing::money::{Currency, Money};
use tollgate_billing::payment::{NewPayment, Payment, PaymentState};
use tollgate_billing::people::{NewClient, Session, Who};
use tollgate_billing::ports::{Applied, Store, StoreError};
use tollgate_billing::second_step::HalfSignIn;
use tollgate_billing::settlement::{InvoiceChange, PaymentChange, Settlement, SettlementKey};
use tollgate_store::SqliteStore;

pub const NOW: Timestamp = Timestamp(1_780_000_000_000);
pub const MODULE: &str = "add-funds";
pub const BANK: &str = "bank-transfer";

/// A store that is gone with the test. The directory outlives the store.
pub struct Fresh {
    pub store: Arc<dyn Store>,
    pub path: PathBuf,
    directory: TempDir,
}

pub fn fresh() -> Fresh {
    let (directory, path) = place();
    let store = Arc::new(SqliteStore::open_server(&path).expect("a new database"));
    Fresh { store, path, directory }
}

/// The same, for tests that know no file.
pub fn open() -> (TempDir, Arc<dyn Store>) {
    let fresh = fresh();
    (fresh.directory, fresh.store)
}

pub fn place() -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().join("tollgate.db");
    (directory, path)
}

/// A connection of some other program.
pub fn stranger(path: &std::path::Path) -> rusqlite::Connection {
    rusqlite::Connection::open(path).expect("a second connection")
}

pub fn currency(code: &str) -> Currency {
    Currency::from_code(code).expect("a currency")
}

pub fn eur(minor: i64) -> Money {
    Money::new(minor, currency("EUR")).expect("an amount")
}

pub fn bank() -> InstanceId {
    InstanceId::new(BANK)
}

pub fn new_client(email: &str) -> NewClient {
    NewClient {
        email: email.to_owned(),
        name: "Client".to_owned(),
        company: String::new(),
        address: vec!["Street 1".to_owned(), "12345 Town".to_owned()],
        country: "DE".to_owned(),
        tax_id: String::new(),
        currency: currency("EUR"),
        locale: "en".to_owned(),
        password_hash: "$argon2id$hash".to_owned(),
    }
}

pub async fn client(store: &dyn Store, email: &str) -> ClientId {
    store.create_client(new_client(email), NOW).await.expect("a client")
}

/// The hash of somebody's password as it is now; empty for nobody.
async fn proved(store: &dyn Store, who: Who) -> String {
    let login = match who {
        Who::Client(id) => match store.client(id).await.expect("the store answers") {
            Some(client) => store.client_login(&client.email).await,
            None => return String::new(),
        },
        Who::Staff(id) => match store.staff(id).await.expect("the store answers") {
            Some(staff) => store.staff_login(&staff.email).await,
            None => return String::new(),
        },
    };
    login.expect("the store answers").expect("everybody has a password").password_hash
}

/// Somebody logs in with their password; `false` where it is not enough.
pub async fn enter(store: &dyn Store, session: Session) -> Result<bool, StoreError> {
    let proved = proved(store, session.who).await;
    store.put_session(session, &proved).await
}

/// Somebody gives their password, and is asked for more.
pub async fn halve(store: &dyn Store, half: HalfSignIn) -> Result<bool, StoreError> {
    let proved = proved(store, half.who).await;
    store.put_half(half, &proved, NOW).await
}

pub fn service(minor: i64) -> Line {
    Line::new(LineKind::Service, "Hosting".to_owned(), eur(minor), TaxRate::NONE).expect("a line")
}

pub fn top_up(minor: i64) -> Line {
    Line::new(LineKind::Module(PluginId::new(MODULE)), "Add funds".to_owned(), eur(minor), TaxRate::NONE)
        .expect("a line")
}

pub fn new_invoice(client: ClientId, form_key: &str, lines: Vec<Line>) -> NewInvoice {
    NewInvoice {
        client,
        gateway: None,
        total: totals(currency("EUR"), &lines).expect("a total").total,
        lines,
        created: NOW,
        due: NOW.plus_days(14),
        number_prefix: "INV-".to_owned(),
        form_key: form_key.to_owned(),
        open_seen: None,
    }
}

pub async fn invoice(store: &dyn Store, client: ClientId, form_key: &str, lines: Vec<Line>) -> Invoice {
    let id = store.create_invoice(new_invoice(client, form_key, lines)).await.expect("an invoice").into_inner();
    read_invoice(store, id).await
}

pub async fn read_invoice(store: &dyn Store, id: InvoiceId) -> Invoice {
    store.invoice(id).await.expect("a read").expect("an invoice")
}

pub fn new_payment(invoice: &Invoice, id: &str) -> NewPayment {
    NewPayment {
        id: PaymentId::new(id),
        invoice: invoice.id,
        invoice_version: invoice.version,
        client: invoice.client,
        instance: bank(),
        plugin: PluginId::new(BANK),
        reference: invoice.reference(),
        amount: invoice.amount_due(),
        invoice_revision: invoice.revision,
        created: NOW,
        next_check: NOW.plus_ms(60_000),
    }
}

pub async fn payment(store: &dyn Store, invoice: &Invoice, id: &str) -> Payment {
    store.create_payment(new_payment(invoice, id)).await.expect("a payment");
    read_payment(store, id).await
}

pub async fn read_payment(store: &dyn Store, id: &str) -> Payment {
    store.payment(&PaymentId::new(id)).await.expect("a read").expect("a payment")
}

pub fn empty(key: SettlementKey) -> Settlement {
    Settlement {
        key,
        at: NOW,
        payment: None,
        invoice: None,
        transfers: vec![],
        outbox: vec![],
        held: None,
        done: None,
        webhook: None,
        saved: None,
        decided: None,
        back: None,
        noted: None,
    }
}

pub fn claim_key(transaction: &str) -> SettlementKey {
    SettlementKey::Claim { instance: bank(), transaction: transaction.to_owned(), state: "paid" }
}

pub fn form_key(client: ClientId, key: &str) -> SettlementKey {
    SettlementKey::Form { client, key: key.to_owned() }
}

pub fn transfer(invoice: InvoiceId, debit: Account, credit: Account, amount: Money, reason: Reason) -> Transfer {
    Transfer { debit, credit, amount, reason, invoice }
}

fn invoice_change(invoice: &Invoice, to_invoice: Money, from_credit: Money) -> InvoiceChange {
    let settled = invoice.settled.checked_add(to_invoice).expect("a sum");
    let paid = settled == invoice.total;
    InvoiceChange {
        id: invoice.id,
        version: invoice.version,
        status: if paid { InvoiceStatus::Paid } else { invoice.status },
        settled,
        credit_applied: invoice.credit_applied.checked_add(from_credit).expect("a sum"),
        paid_at: paid.then_some(NOW),
    }
}

/// Money came in: as much as is due to the invoice, the rest to credit.
pub fn paid(payment: &Payment, invoice: &Invoice, transaction: &str, amount: Money) -> Settlement {
    let to_invoice = amount.min(invoice.amount_due()).expect("one currency");
    let to_credit = amount.checked_sub(to_invoice).expect("one currency");
    let gateway = Account::Gateway(payment.instance.clone());
    let mut settlement = empty(claim_key(transaction));
    let received = payment.received.checked_add(amount).expect("a sum");
    settlement.payment = Some(PaymentChange {
        id: payment.id.clone(),
        version: payment.version,
        state: if received.minor() >= payment.amount.minor() { PaymentState::Paid } else { PaymentState::Pending },
        received,
        note: None,
        provider_reference: None,
        checked: NOW,
    });
    if to_invoice.is_positive() {
        settlement.invoice = Some(invoice_change(invoice, to_invoice, Money::zero(invoice.currency())));
        let credit = Account::Invoice(invoice.id);
        settlement.transfers.push(transfer(invoice.id, gateway.clone(), credit, to_invoice, Reason::Payment));
    }
    if to_credit.is_positive() {
        let credit = Account::Credit(invoice.client);
        settlement.transfers.push(transfer(invoice.id, gateway, credit, to_credit, Reason::Overpayment));
    }
    settlement
}

/// Credit pays a part of an invoice.
pub fn credit_applied(invoice: &Invoice, key: &str, amount: Money) -> Settlement {
    let mut settlement = empty(form_key(invoice.client, key));
    settlement.invoice = Some(invoice_change(invoice, amount, amount));
    settlement.transfers.push(transfer(
        invoice.id,
        Account::Credit(invoice.client),
        Account::Invoice(invoice.id),
        amount,
        Reason::CreditApplied,
    ));
    settlement
}

/// Gives a client credit in the shortest honest way: a top-up that is paid and fulfilled. Answers the invoice.
pub async fn give_credit(store: &dyn Store, client: ClientId, key: &str, minor: i64) -> Invoice {
    let invoice = invoice(store, client, key, vec![top_up(minor)]).await;
    let payment = payment(store, &invoice, &format!("payment-{key}")).await;
    let mut settlement = paid(&payment, &invoice, key, eur(minor));
    let (debit, credit) = (Account::Invoice(invoice.id), Account::Credit(client));
    settlement.transfers.push(transfer(invoice.id, debit, credit, eur(minor), Reason::Fulfilment));
    assert_eq!(store.apply(settlement).await, Ok(Applied::Now));
    read_invoice(store, invoice.id).await
}

/// Every test of money ends with this.
pub async fn sound(store: &dyn Store) -> u64 {
    let report = store.check_ledger().await.expect("a report");
    assert_eq!(report.faults, Vec::<String>::new());
    report.transfers
}
