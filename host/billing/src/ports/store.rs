//! The store's face. Each method is one transaction; those that write either happen whole and durable, or not at all.

use async_trait::async_trait;

use super::audit::Audit;
use super::decisions::Decisions;
use super::installs::Installs;
use super::mail::Mails;
use super::publishers::Publishers;
use super::returns::Returns;
use super::saved::SavedMethods;
use super::second_steps::SecondSteps;
use super::webhooks::Webhooks;
use crate::audit::NewEntry;
use crate::claim::PaymentKey;
use crate::ids::{ClientId, InstanceId, InvoiceId, OutboxId, PaymentId, PluginId, StaffId, Timestamp};
use crate::invoice::{Invoice, InvoiceStatus, NewInvoice};
use crate::ledger::{Allocation, CreditEntry, LedgerReport};
use crate::money::{Currency, Money};
use crate::payment::{NewPayment, Payment, PaymentProgress};
use crate::people::{
    ChangedBy, Client, Ending, Login, NewClient, NewStaff, OwnSession, PasswordChange, Session, Staff, Who,
};
use crate::plugin::Instance;
use crate::roles::Role;
use crate::settlement::{HeldRow, Pending, Settlement, SettlementKey};

/// Why the store did not do it. Nothing was written in any of these cases.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Somebody else changed it first: read again and decide again.
    #[error("changed by somebody else in the meantime")]
    Conflict,
    /// Something unique is there already (an e-mail address).
    #[error("{0} exists already")]
    Exists(&'static str),
    /// A balance would go below zero.
    #[error("not enough credit")]
    Insufficient,
    /// Locked, read-only, full or broken: says which and what to do. May be tried again later.
    #[error("{0}")]
    Unavailable(String),
    /// The rows contradict the code. A bug, or a hand in the database.
    #[error("the database holds what it must not: {0}")]
    Corrupt(String),
}

/// Whether something was made now or had been made before by the same key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Made<T> {
    Now(T),
    Before(T),
}

impl<T> Made<T> {
    pub fn into_inner(self) -> T {
        match self {
            Self::Now(value) | Self::Before(value) => value,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applied {
    Now,
    /// A settlement of this key was applied before: nothing changed.
    Before,
}

/// A piece of a list, newest first. `before` is the key of the last row of the piece before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageOf {
    pub before: Option<i64>,
    /// 1 to 100.
    pub rows_max: u32,
}

impl PageOf {
    #[must_use]
    pub fn first(rows_max: u32) -> Self {
        Self { before: None, rows_max }
    }
}

/// Sessions of one person at once.
pub const SESSIONS_MAX: u32 = 50;

/// Members of staff in one list: more than any provider has.
pub const STAFF_MAX: u32 = 1_000;

/// What became of a change of role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoleSet {
    Done,
    /// The only owner stays one: nobody else could make another. Nothing changed.
    LastOwner,
    /// There is nobody of this id.
    Nobody,
}

#[async_trait]
pub trait People: Send + Sync {
    /// E-mail addresses are unique without regard to ASCII case. The audit log says so too, here and of staff.
    async fn create_client(&self, new: NewClient, at: Timestamp) -> Result<ClientId, StoreError>;
    async fn client(&self, id: ClientId) -> Result<Option<Client>, StoreError>;
    async fn clients(&self, page: PageOf) -> Result<Vec<Client>, StoreError>;
    async fn client_by_email(&self, email: &str) -> Result<Option<Client>, StoreError>;
    async fn client_login(&self, email: &str) -> Result<Option<Login>, StoreError>;
    async fn create_staff(&self, new: NewStaff, at: Timestamp) -> Result<StaffId, StoreError>;
    async fn staff(&self, id: StaffId) -> Result<Option<Staff>, StoreError>;
    async fn staff_by_email(&self, email: &str) -> Result<Option<Staff>, StoreError>;
    /// In the order in which they were added, at most [`STAFF_MAX`].
    async fn staff_list(&self) -> Result<Vec<Staff>, StoreError>;
    /// Holds from the next request on. A change is written to the audit log with it.
    async fn set_staff_role(&self, id: StaffId, role: Role, at: Timestamp) -> Result<RoleSet, StoreError>;
    async fn staff_login(&self, email: &str) -> Result<Option<Login>, StoreError>;
    /// The one way to another password: with it, in one transaction, every session and half sign-in of theirs ends, the new
    /// session begins and the audit log is told, but of a client's own doing. `false` where there is nobody of this id.
    /// [`StoreError::Conflict`] where the password is not the one that it was.
    async fn set_password(&self, change: PasswordChange) -> Result<bool, StoreError>;
}

#[async_trait]
pub trait Sessions: Send + Sync {
    /// Where their password is still the one whose hash was `proved`, and nothing but it is asked for; `false` else, and then
    /// there is no session. A new one of staff is written to the audit log with it. Where somebody has more than
    /// [`SESSIONS_MAX`] then, the one that was used longest ago ends.
    async fn put_session(&self, session: Session, proved: &str) -> Result<bool, StoreError>;
    /// `None` where there is none or it has expired at `now`.
    async fn session(&self, token_sha256: [u8; 32], now: Timestamp) -> Result<Option<Session>, StoreError>;
    async fn delete_session(&self, token_sha256: [u8; 32]) -> Result<(), StoreError>;
    /// Removes every session of somebody (password changed, account closed).
    async fn delete_sessions_of(&self, who: Who) -> Result<(), StoreError>;
    /// Those that have not expired at `now`, the latest seen first, at most [`SESSIONS_MAX`].
    async fn sessions_of(&self, who: Who, now: Timestamp) -> Result<Vec<OwnSession>, StoreError>;
    /// Notes that it was used, and from where. Nothing happens where there is none.
    async fn session_seen(&self, token_sha256: [u8; 32], address: &str, at: Timestamp) -> Result<(), StoreError>;
    /// Ends sessions of theirs and of nobody else, and says how many; the audit log is told, but of a client's own doing. With
    /// all of them, or all but one, half sign-ins end too.
    async fn end_sessions(&self, who: Who, which: Ending, by: ChangedBy, at: Timestamp) -> Result<u64, StoreError>;
    /// Removes what expired before `now`, half sign-ins too.
    async fn sweep_sessions(&self, now: Timestamp) -> Result<u64, StoreError>;
}

#[async_trait]
pub trait Instances: Send + Sync {
    /// By position, then id.
    async fn instances(&self) -> Result<Vec<Instance>, StoreError>;
    async fn instance(&self, id: &InstanceId) -> Result<Option<Instance>, StoreError>;
    /// Creates or replaces by id.
    async fn save_instance(&self, instance: Instance) -> Result<(), StoreError> {
        self.change_instances(vec![instance], Vec::new()).await
    }
    /// The same for several, together with what the audit log says of it.
    async fn change_instances(&self, instances: Vec<Instance>, noted: Vec<NewEntry>) -> Result<(), StoreError>;
}

#[async_trait]
pub trait Invoices: Send + Sync {
    /// Numbers are given in order, without gaps.
    async fn create_invoice(&self, new: NewInvoice) -> Result<Made<InvoiceId>, StoreError>;
    /// The invoice that this client's form made, if it did.
    async fn invoice_by_form_key(&self, client: ClientId, form_key: &str) -> Result<Option<InvoiceId>, StoreError>;
    async fn invoice(&self, id: InvoiceId) -> Result<Option<Invoice>, StoreError>;
    /// By its number as printed, without regard to ASCII case.
    async fn invoice_by_number(&self, number: &str) -> Result<Option<Invoice>, StoreError>;
    async fn invoices_of(&self, client: ClientId, page: PageOf) -> Result<Vec<Invoice>, StoreError>;
    async fn invoices(&self, status: Option<InvoiceStatus>, page: PageOf) -> Result<Vec<Invoice>, StoreError>;
    /// Unpaid invoices of the client with a line of that module, newest first, at most 20; and how many there are.
    async fn open_invoices(&self, client: ClientId, module: &PluginId) -> Result<(Vec<Invoice>, u32), StoreError>;
    /// Sets how the client means to pay.
    async fn set_gateway(&self, id: InvoiceId, version: i64, gateway: InstanceId) -> Result<(), StoreError>;
    /// What was put towards it, oldest first.
    async fn allocations(&self, id: InvoiceId) -> Result<Vec<Allocation>, StoreError>;
}

#[async_trait]
pub trait Payments: Send + Sync {
    async fn create_payment(&self, new: NewPayment) -> Result<(), StoreError>;
    async fn payment(&self, id: &PaymentId) -> Result<Option<Payment>, StoreError>;
    /// Newest first, at most 100.
    async fn payments_of(&self, invoice: InvoiceId) -> Result<Vec<Payment>, StoreError>;
    /// Newest first; `before` is the payment's row number, given beside each.
    async fn payments(&self, page: PageOf) -> Result<Vec<(i64, Payment)>, StoreError>;
    /// The payment of that instance which the key names; the newest open one of a reference, else its newest.
    async fn payment_by_key(&self, instance: &InstanceId, key: &PaymentKey) -> Result<Option<Payment>, StoreError>;
    /// The same payment with its invoice, both as they are at one moment.
    async fn claimed(&self, instance: &InstanceId, key: &PaymentKey) -> Result<Option<(Payment, Invoice)>, StoreError>;
    /// Open payments of the instance whose next look at the provider is due at `now`, the longest waiting first.
    async fn due_checks(
        &self,
        instance: &InstanceId,
        now: Timestamp,
        rows_max: u32,
    ) -> Result<Vec<DueCheck>, StoreError>;
    /// Failed payments of the instance whose last look is due at `now`, the longest waiting first.
    async fn due_last_looks(
        &self,
        instance: &InstanceId,
        now: Timestamp,
        rows_max: u32,
    ) -> Result<Vec<DueCheck>, StoreError>;
    /// Counts a look at the provider and says when the next one is.
    async fn checked(&self, id: &PaymentId, next: Timestamp) -> Result<(), StoreError>;
    /// Stores a gateway's answer that moves no money. A provider reference, once there, is never replaced by another.
    async fn progress(&self, progress: PaymentProgress) -> Result<(), StoreError>;
}

/// A payment whose provider is to be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueCheck {
    pub payment: Payment,
    /// How often the sweep asked before.
    pub checks: u32,
}

#[async_trait]
pub trait Ledger: Send + Sync {
    /// The one door through which balances change.
    async fn apply(&self, settlement: Settlement) -> Result<Applied, StoreError>;
    /// Whether a settlement of this key was applied.
    async fn applied(&self, key: &SettlementKey) -> Result<bool, StoreError>;
    /// The client's credit in one currency; zero where there never was any.
    async fn credit(&self, client: ClientId, currency: Currency) -> Result<Money, StoreError>;
    /// Every currency in which there is or was credit.
    async fn credits(&self, client: ClientId) -> Result<Vec<Money>, StoreError>;
    async fn credit_history(&self, client: ClientId, page: PageOf) -> Result<Vec<CreditEntry>, StoreError>;
    /// Claims that wait for a decision of staff, newest first.
    async fn held(&self, page: PageOf) -> Result<Vec<HeldRow>, StoreError>;
    /// Adds the whole ledger up and compares it with every counter.
    async fn check_ledger(&self) -> Result<LedgerReport, StoreError>;
}

#[async_trait]
pub trait Outbox: Send + Sync {
    /// Rows whose time has come, oldest first.
    async fn due(&self, now: Timestamp, rows_max: u32) -> Result<Vec<Pending>, StoreError>;
    /// The same of one invoice.
    async fn due_of(&self, invoice: InvoiceId, now: Timestamp, rows_max: u32) -> Result<Vec<Pending>, StoreError>;
    /// Done without any booking.
    async fn done(&self, id: OutboxId) -> Result<(), StoreError>;
    /// Did not work: keeps the reason (at most 500 characters) and waits until `retry_at`.
    async fn retry(&self, id: OutboxId, error: &str, retry_at: Timestamp) -> Result<(), StoreError>;
    /// Rows that failed at least once and wait, for staff.
    async fn stuck(&self, rows_max: u32) -> Result<Vec<Pending>, StoreError>;
}

/// The small memory of an instance: `state` of the contract. Bounds are checked by the sandbox, but for the count and
/// the bytes of all.
#[async_trait]
pub trait PluginMemory: Send + Sync {
    async fn memory_get(&self, instance: &InstanceId, key: &str, now: Timestamp)
    -> Result<Option<Vec<u8>>, StoreError>;
    /// `false` where `only_if_absent` and the key is there, unexpired. [`StoreError::Insufficient`] where `keys_max` are there,
    /// or the instance's keys and values would be more than `bytes_max` with it.
    async fn memory_put(&self, entry: MemoryEntry, now: Timestamp) -> Result<bool, StoreError>;
    async fn memory_delete(&self, instance: &InstanceId, key: &str) -> Result<(), StoreError>;
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemoryEntry {
    pub instance: InstanceId,
    pub key: String,
    pub value: Vec<u8>,
    pub expires: Option<Timestamp>,
    pub only_if_absent: bool,
    pub keys_max: u32,
    /// Of all keys and values of the instance.
    pub bytes_max: u64,
}

/// All of it.
pub trait Store:
    People
    + Sessions
    + Instances
    + Invoices
    + Payments
    + Ledger
    + Decisions
    + Returns
    + SavedMethods
    + SecondSteps
    + Outbox
    + PluginMemory
    + Webhooks
    + Audit
    + Installs
    + Publishers
    + Mails
{
}

impl<T> Store for T where
    T: People
        + Sessions
        + Instances
        + Invoices
        + Payments
        + Ledger
        + Decisions
        + Returns
        + SavedMethods
        + SecondSteps
        + Outbox
        + PluginMemory
        + Webhooks
        + Audit
        + Installs
        + Publishers
        + Mails
{
}
