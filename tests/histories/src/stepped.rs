//! The host's real store, with a point before everything that it does, and the bugs that are planted into it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use tollgate_billing::audit::{AuditReport, AuditRow, NewEntry};
use tollgate_billing::claim::PaymentKey;
use tollgate_billing::decision::{DecidedRow, HeldClaim};
use tollgate_billing::dispute::Dispute;
use tollgate_billing::ids::{
    ChargeId, ClientId, HeldId, InstanceId, InvoiceId, MailId, MethodId, OutboxId, PaymentId, PluginId, RefundId,
    StaffId, Timestamp, WebhookId,
};
use tollgate_billing::invoice::{Invoice, InvoiceStatus, NewInvoice};
use tollgate_billing::ledger::{Allocation, CreditEntry, LedgerReport, Transfer};
use tollgate_billing::mail::{About, UnsentMail, WaitingMail};
use tollgate_billing::money::{Currency, Money};
use tollgate_billing::passkey::{NewPasskey, Passkey};
use tollgate_billing::payment::{NewPayment, Payment, PaymentProgress};
use tollgate_billing::people::{
    ChangedBy, Client, Ending, Login, NewClient, NewStaff, OwnSession, PasswordChange, Session, Side, Staff, Who,
};
use tollgate_billing::plugin::{Component, ComponentId, Installed, Instance};
use tollgate_billing::ports::{
    Applied, Audit, Decisions, DueCheck, DueRefund, InstallChange, Installs, Instances, Invoices, Ledger, Made, Mails,
    MemoryEntry, OpenPayment, Outbox, PageOf, PaidTransaction, Payments, People, PluginMemory, Publishers, Returns,
    RoleSet, SavedMethods, SecondSteps, Sessions, StoreError, WebhookRoom, Webhooks,
};
use tollgate_billing::publisher::Publisher;
use tollgate_billing::refund::Refund;
use tollgate_billing::roles::Role;
use tollgate_billing::saved::{Charge, ChargeState, Forgetting, NewCharge, NewMethod, StoredMethod};
use tollgate_billing::second_step::{
    HalfSignIn, NewCodes, RemoveFactor, SealedAuthenticator, SecondSignIn, SecondStep, TurnOff, TurnOn,
};
use tollgate_billing::settlement::{HeldRow, MoneyBack, Pending, Settlement, SettlementKey};
use tollgate_billing::webhook::{StoredWebhook, WebhookEntry, WebhookRow, WebhookState};
use tollgate_store::SqliteStore;

use crate::plant::{self, Plant};
use crate::turns::Turns;

/// One life's view of the store.
pub struct SteppedStore {
    pub inner: Arc<SqliteStore>,
    pub turns: Turns,
    pub plant: Option<Plant>,
    pub turn: AtomicU64,
}

impl SteppedStore {
    async fn force(&self, settlement: Settlement) -> Result<Applied, StoreError> {
        let payment = match &settlement.payment {
            Some(change) => self.inner.payment(&change.id).await?,
            None => None,
        };
        let invoice = match &settlement.invoice {
            Some(change) => self.inner.invoice(change.id).await?,
            None => None,
        };
        let turn = self.turn.fetch_add(1, Ordering::SeqCst);
        let forced = plant::forced(settlement, payment.as_ref(), invoice.as_ref(), turn);
        self.inner.apply(forced.map_err(|error| StoreError::Corrupt(error.to_string()))?).await
    }

    async fn refund_again(&self, settlement: Settlement) -> Result<Applied, StoreError> {
        let Some(MoneyBack::Refund(refund)) = &settlement.back else { return self.inner.apply(settlement).await };
        let refund = self.inner.refund(&refund.id).await?;
        let invoice = match &settlement.invoice {
            Some(change) => self.inner.invoice(change.id).await?,
            None => None,
        };
        let turn = self.turn.fetch_add(1, Ordering::SeqCst);
        self.inner.apply(plant::refunded_again(settlement, refund.as_ref(), invoice.as_ref(), turn)).await
    }

    async fn settle_in_two(&self, mut settlement: Settlement) -> Result<Applied, StoreError> {
        let payment = match &settlement.payment {
            Some(change) => self.inner.payment(&change.id).await?,
            None => None,
        };
        let first = payment.and_then(|payment| plant::half(&settlement, &payment));
        if let (Some(first), Some(change)) = (first, &mut settlement.payment) {
            self.inner.progress(first).await?;
            change.version += 1;
            self.turns.point("the second half of a settlement").await;
        }
        self.inner.apply(settlement).await
    }
}

macro_rules! stepped {
    ($port:ident { $($name:ident($($argument:ident: $kind:ty),*) -> $answer:ty;)* } $({ $($rest:tt)* })?) => {
        #[async_trait]
        impl $port for SteppedStore {
            $(async fn $name(&self, $($argument: $kind),*) -> Result<$answer, StoreError> {
                self.turns.point(stringify!($name)).await;
                self.inner.$name($($argument),*).await
            })*
            $($($rest)*)?
        }
    };
}

stepped!(People {
    create_client(new: NewClient, at: Timestamp) -> ClientId;
    client(id: ClientId) -> Option<Client>;
    clients(page: PageOf) -> Vec<Client>;
    client_by_email(email: &str) -> Option<Client>;
    client_login(email: &str) -> Option<Login>;
    create_staff(new: NewStaff, at: Timestamp) -> StaffId;
    staff(id: StaffId) -> Option<Staff>;
    staff_by_email(email: &str) -> Option<Staff>;
    staff_list() -> Vec<Staff>;
    set_staff_role(id: StaffId, role: Role, at: Timestamp) -> RoleSet;
    staff_login(email: &str) -> Option<Login>;
    set_password(change: PasswordChange) -> bool;
});

stepped!(Sessions {
    put_session(session: Session, proved: &str) -> bool;
    session(token_sha256: [u8; 32], now: Timestamp) -> Option<Session>;
    delete_session(token_sha256: [u8; 32]) -> ();
    delete_sessions_of(who: Who) -> ();
    sessions_of(who: Who, now: Timestamp) -> Vec<OwnSession>;
    session_seen(token_sha256: [u8; 32], address: &str, at: Timestamp) -> ();
    end_sessions(who: Who, which: Ending, by: ChangedBy, at: Timestamp) -> u64;
    sweep_sessions(now: Timestamp) -> u64;
});

stepped!(SecondSteps {
    second_step(who: Who) -> Option<SecondStep>;
    authenticator(who: Who) -> Option<SealedAuthenticator>;
    begun_authenticator(who: Who, page_sha256: [u8; 32], since: Timestamp) -> Option<SealedAuthenticator>;
    turn_on(change: TurnOn) -> bool;
    passkeys(who: Who) -> Vec<Passkey>;
    add_passkey(new: NewPasskey) -> bool;
    remove_factor(removal: RemoveFactor) -> bool;
    new_codes(change: NewCodes) -> bool;
    turn_off(change: TurnOff) -> bool;
    recovery_hash(who: Who) -> Option<String>;
    put_half(half: HalfSignIn, proved: &str, at: Timestamp) -> bool;
    half(token_sha256: [u8; 32], now: Timestamp) -> Option<HalfSignIn>;
    take_try(token_sha256: [u8; 32], now: Timestamp) -> Option<HalfSignIn>;
    sign_in(second: SecondSignIn) -> bool;
    end_half(token_sha256: [u8; 32]) -> ();
});

stepped!(Instances {
    instances() -> Vec<Instance>;
    instance(id: &InstanceId) -> Option<Instance>;
    save_instance(instance: Instance) -> ();
    change_instances(instances: Vec<Instance>, noted: Vec<NewEntry>) -> ();
});

stepped!(Audit {
    note(entry: NewEntry) -> ();
    audit(page: PageOf) -> Vec<AuditRow>;
    check_audit() -> AuditReport;
});

stepped!(Mails {
    queue_mail(about: About, at: Timestamp) -> ();
    due_mails(now: Timestamp, rows_max: u32) -> Vec<WaitingMail>;
    mail_done(id: MailId) -> ();
    mail_failed(id: MailId, reason: &str, next: Option<Timestamp>) -> ();
    unsent_mails(page: PageOf) -> Vec<UnsentMail>;
    forget_mails(before: Timestamp, now: Timestamp) -> u64;
    put_reset(who: Who, token_sha256: [u8; 32], expires: Timestamp) -> ();
    use_reset(side: Side, token_sha256: [u8; 32], password_hash: String, at: Timestamp) -> Option<Who>;
});

stepped!(Invoices {
    create_invoice(new: NewInvoice) -> Made<InvoiceId>;
    invoice_by_form_key(client: ClientId, form_key: &str) -> Option<InvoiceId>;
    invoice(id: InvoiceId) -> Option<Invoice>;
    invoice_by_number(number: &str) -> Option<Invoice>;
    invoices_of(client: ClientId, page: PageOf) -> Vec<Invoice>;
    invoices(status: Option<InvoiceStatus>, page: PageOf) -> Vec<Invoice>;
    open_invoices(client: ClientId, module: &PluginId) -> (Vec<Invoice>, u32);
    set_gateway(id: InvoiceId, version: i64, gateway: InstanceId) -> ();
    allocations(id: InvoiceId) -> Vec<Allocation>;
});

stepped!(Decisions {
    held_claim(id: HeldId) -> Option<HeldClaim>;
    decision(id: HeldId) -> Option<DecidedRow>;
    decisions(page: PageOf) -> Vec<DecidedRow>;
    booked_without_fee(key: &SettlementKey) -> Option<InvoiceId>;
});

stepped!(Outbox {
    due(now: Timestamp, rows_max: u32) -> Vec<Pending>;
    due_of(invoice: InvoiceId, now: Timestamp, rows_max: u32) -> Vec<Pending>;
    done(id: OutboxId) -> ();
    retry(id: OutboxId, error: &str, retry_at: Timestamp) -> ();
    stuck(rows_max: u32) -> Vec<Pending>;
});

stepped!(PluginMemory {
    memory_get(instance: &InstanceId, key: &str, now: Timestamp) -> Option<Vec<u8>>;
    memory_put(entry: MemoryEntry, now: Timestamp) -> bool;
    memory_delete(instance: &InstanceId, key: &str) -> ();
});

stepped!(Webhooks {
    keep_webhook(entry: WebhookEntry, room: WebhookRoom) -> ();
    record_webhook(entry: WebhookEntry) -> ();
    mark_webhook(id: WebhookId, state: WebhookState, reason: &str, next_try: Option<Timestamp>) -> ();
    webhook_tried(id: WebhookId, next_try: Option<Timestamp>) -> ();
    due_webhooks(instance: &InstanceId, now: Timestamp, rows_max: u32) -> Vec<WebhookId>;
    forget_webhooks(before: Timestamp, rows_max: u32) -> u64;
    webhook_instances(now: Timestamp) -> Vec<InstanceId>;
    webhooks(page: PageOf) -> Vec<WebhookRow>;
    webhook(id: WebhookId) -> Option<StoredWebhook>;
    webhook_state(instance: &InstanceId, event: &str) -> Option<WebhookState>;
});

stepped!(Returns {
    refund(id: &RefundId) -> Option<Refund>;
    refunds_of(invoice: InvoiceId) -> Vec<Refund>;
    disputes_of(invoice: InvoiceId) -> Vec<Dispute>;
    dispute(instance: &InstanceId, transaction: &str) -> Option<Dispute>;
    open_disputes(page: PageOf) -> Vec<(i64, Dispute)>;
    open_refunds(page: PageOf) -> Vec<(i64, Refund)>;
    paid_transactions(payment: &PaymentId) -> Vec<PaidTransaction>;
    moved(invoice: InvoiceId) -> Vec<Transfer>;
    refund_progress(refund: Refund) -> ();
    due_refunds(instance: &InstanceId, now: Timestamp, rows_max: u32) -> Vec<DueRefund>;
    refund_checked(id: &RefundId, next: Timestamp) -> ();
});

stepped!(SavedMethods {
    methods_of(client: ClientId) -> Vec<StoredMethod>;
    method(id: MethodId) -> Option<StoredMethod>;
    keep_method(new: NewMethod) -> ();
    set_default_method(client: ClientId, id: MethodId) -> ();
    remove_method(client: ClientId, id: MethodId, at: Timestamp) -> ();
    methods_to_forget(now: Timestamp, rows_max: u32) -> Vec<Forgetting>;
    forgetting_tried(id: MethodId, next: Timestamp) -> ();
    method_forgotten(id: MethodId) -> ();
    begin_charge(new: NewCharge) -> Made<ChargeId>;
    end_charge(id: ChargeId, state: ChargeState, reason: &str, at: Timestamp) -> ();
    charge(id: ChargeId) -> Option<Charge>;
    charges_of(invoice: InvoiceId) -> Vec<Charge>;
});

stepped!(Payments {
    create_payment(new: NewPayment) -> ();
    payment(id: &PaymentId) -> Option<Payment>;
    payments_of(invoice: InvoiceId) -> Vec<Payment>;
    payments(page: PageOf) -> Vec<(i64, Payment)>;
    payment_by_key(instance: &InstanceId, key: &PaymentKey) -> Option<Payment>;
    claimed(instance: &InstanceId, key: &PaymentKey) -> Option<(Payment, Invoice)>;
    checked(id: &PaymentId, next: Timestamp) -> ();
    progress(progress: PaymentProgress) -> ();
} {
    async fn due_checks(
        &self,
        instance: &InstanceId,
        now: Timestamp,
        rows_max: u32,
    ) -> Result<Vec<DueCheck>, StoreError> {
        self.turns.point("due_checks").await;
        if self.plant == Some(Plant::NeverSweeps) {
            return Ok(Vec::new());
        }
        self.inner.due_checks(instance, now, rows_max).await
    }

    async fn due_last_looks(
        &self,
        instance: &InstanceId,
        now: Timestamp,
        rows_max: u32,
    ) -> Result<Vec<DueCheck>, StoreError> {
        self.turns.point("due_last_looks").await;
        if matches!(self.plant, Some(Plant::NeverSweeps | Plant::NeverLooksBack)) {
            return Ok(Vec::new());
        }
        self.inner.due_last_looks(instance, now, rows_max).await
    }
});

stepped!(Ledger {
    applied(key: &SettlementKey) -> bool;
    credit(client: ClientId, currency: Currency) -> Money;
    credits(client: ClientId) -> Vec<Money>;
    credit_history(client: ClientId, page: PageOf) -> Vec<CreditEntry>;
    held(page: PageOf) -> Vec<HeldRow>;
    check_ledger() -> LedgerReport;
} {
    async fn apply(&self, settlement: Settlement) -> Result<Applied, StoreError> {
        self.turns.point("apply").await;
        match self.plant {
            Some(Plant::BooksTwice) => self.force(settlement).await,
            Some(Plant::HalfSettles) => self.settle_in_two(settlement).await,
            Some(Plant::RefundsTwice) => self.refund_again(settlement).await,
            _ => self.inner.apply(settlement).await,
        }
    }
});

stepped! { Installs {
    installed() -> Vec<Installed>;
    installed_plugin(plugin: &PluginId) -> Option<Installed>;
    installs_revision() -> i64;
    components() -> Vec<Component>;
    component(id: &ComponentId) -> Option<(Component, Vec<u8>)>;
    components_in_use() -> Vec<ComponentId>;
    put_component(component: Component, bytes: Vec<u8>) -> ();
    kept_instance(instance: &InstanceId, component: &ComponentId) -> Option<Instance>;
    open_payments_of(plugin: &PluginId, rows_max: u32) -> Vec<OpenPayment>;
    change_installed(change: InstallChange) -> ();
} {
    /// No point: it reads what is written with the payment and never changes.
    async fn component_of(&self, payment: &PaymentId) -> Result<Option<ComponentId>, StoreError> {
        self.inner.component_of(payment).await
    }
} }

stepped! { Publishers {
    publishers() -> Vec<Publisher>;
    trust_publisher(new: Publisher, noted: NewEntry) -> ();
    distrust_publisher(key: &str, noted: NewEntry) -> bool;
} }
