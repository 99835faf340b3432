//! A ledger in memory that applies settlements as the store must: whole or not at all, each key once.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use tollgate_billing::claim::Claim;
use tollgate_billing::dispute::Dispute;
use tollgate_billing::fulfilment::{fact_for, fulfil, modules_of};
use tollgate_billing::ids::{ClientId, InstanceId, InvoiceId, OutboxId, PaymentId, PluginId, Timestamp};
use tollgate_billing::invoice::{Invoice, InvoiceStatus, Line, LineKind, TaxRate, totals};
use tollgate_billing::ledger::{Account, Transfer};
use tollgate_billing::money::{Currency, Money};
use tollgate_billing::payment::{Payment, PaymentState};
use tollgate_billing::plan::{Facts, Plan, plan, plan_credit};
use tollgate_billing::ports::ModuleEffect;
use tollgate_billing::refund::Refund;
use tollgate_billing::settlement::{Event, HoldReason, MoneyBack, Settlement, SettlementKey};

pub const CLIENT: ClientId = ClientId(7);

pub fn eur() -> Currency {
    Currency::from_code("EUR").unwrap()
}

pub fn euros(minor: i64) -> Money {
    Money::new(minor, eur()).unwrap()
}

/// What happened to an offered settlement.
#[derive(Debug, PartialEq, Eq)]
pub enum Happened {
    Booked,
    Changed,
    Held(HoldReason),
    Before,
    Nothing,
}

/// One client, one invoice, one payment.
pub struct World {
    pub invoice: Invoice,
    pub payment: Payment,
    pub payer_sets_amount: bool,
    pub transfers: Vec<Transfer>,
    pub refunds: Vec<Refund>,
    pub disputes: Vec<Dispute>,
    keys: HashSet<SettlementKey>,
    outbox: BTreeSet<i64>,
}

impl World {
    /// An invoice with a line for the module and one for a service, both in minor units of EUR; zero leaves a line out.
    pub fn new(module_minor: i64, service_minor: i64, payer_sets_amount: bool) -> Self {
        let module = LineKind::Module(PluginId::new("add-funds"));
        let rate = TaxRate::from_percent(rust_decimal::Decimal::new(81, 1)).unwrap();
        let lines: Vec<Line> = [(module, module_minor, TaxRate::NONE), (LineKind::Service, service_minor, rate)]
            .into_iter()
            .filter(|(_, minor, _)| *minor > 0)
            .map(|(kind, minor, rate)| Line::new(kind, "line".to_owned(), euros(minor), rate).unwrap())
            .collect();
        let total = totals(eur(), &lines).unwrap().total;
        let instance = InstanceId::new("bank");
        let invoice = Invoice {
            id: InvoiceId(42),
            number: "INV-000042".to_owned(),
            client: CLIENT,
            revision: 1,
            version: 1,
            status: InvoiceStatus::Unpaid,
            gateway: Some(instance.clone()),
            created: Timestamp(0),
            due: Timestamp(1),
            paid_at: None,
            lines,
            total,
            settled: euros(0),
            credit_applied: euros(0),
        };
        let payment = Payment {
            id: PaymentId::new("P"),
            invoice: invoice.id,
            client: CLIENT,
            instance,
            plugin: PluginId::new("bank"),
            reference: invoice.reference(),
            amount: total,
            invoice_revision: 1,
            received: euros(0),
            state: PaymentState::Pending,
            note: None,
            provider_reference: None,
            memo: None,
            created: Timestamp(0),
            checked: None,
            version: 1,
        };
        let (transfers, keys, outbox) = (Vec::new(), HashSet::new(), BTreeSet::new());
        let (refunds, disputes) = (Vec::new(), Vec::new());
        Self { invoice, payment, payer_sets_amount, transfers, refunds, disputes, keys, outbox }
    }

    /// Plans the claim and applies what was planned.
    pub fn claim(&mut self, claim: &Claim) -> Happened {
        let facts = Facts {
            payment: &self.payment,
            invoice: &self.invoice,
            payer_sets_amount: self.payer_sets_amount,
            live: true,
            merchant: Some("M"),
            at: Timestamp(10),
        };
        match plan(facts, claim).unwrap() {
            Plan::Known => Happened::Nothing,
            Plan::Settle(settlement) => self.apply(*settlement),
        }
    }

    /// The client applies as much of `wanted` as is possible.
    pub fn apply_credit(&mut self, wanted: i64, key: &str) -> Happened {
        let most = self.invoice.credit_applicable(self.credit()).unwrap();
        let amount = most.min(euros(wanted)).unwrap();
        if !amount.is_positive() {
            return Happened::Nothing;
        }
        let key = SettlementKey::Form { client: CLIENT, key: key.to_owned() };
        let settlement = plan_credit(&self.invoice, amount, key, Timestamp(10)).unwrap();
        self.apply(settlement)
    }

    /// Carries the outbox out with a module that credits exactly what was paid for its lines.
    pub fn deliver(&mut self) {
        for event in std::mem::take(&mut self.outbox) {
            let asked: Vec<_> = modules_of(&self.invoice)
                .into_iter()
                .map(|module| {
                    let fact = fact_for(&module, &self.invoice, self.credit()).unwrap();
                    let credit = |line: tollgate_billing::ports::LineFact| ModuleEffect::CreditPaid {
                        line: line.line,
                        amount: line.amount,
                    };
                    (module, fact.lines.into_iter().map(credit).collect())
                })
                .collect();
            let settlement = fulfil(&self.invoice, &asked, OutboxId(event), Timestamp(11)).unwrap();
            self.apply(settlement);
        }
    }

    /// Gives the client credit from outside, to have something to apply.
    pub fn grant(&mut self, minor: i64) {
        let reason = tollgate_billing::ledger::Reason::Overpayment;
        let (debit, credit) = (Account::Gateway(InstanceId::new("earlier")), Account::Credit(CLIENT));
        self.transfers.push(Transfer { debit, credit, amount: euros(minor), reason, invoice: InvoiceId(1) });
    }

    pub fn credit(&self) -> Money {
        self.balance(&Account::Credit(CLIENT))
    }

    /// Credits less debits of one account.
    pub fn balance(&self, account: &Account) -> Money {
        self.balances().get(account).copied().unwrap_or(euros(0))
    }

    pub fn balances(&self) -> BTreeMap<Account, Money> {
        let mut balances = BTreeMap::new();
        for transfer in &self.transfers {
            let mut add = |account: &Account, amount: Money| {
                let balance = balances.entry(account.clone()).or_insert(euros(0));
                *balance = balance.checked_add(amount).unwrap();
            };
            add(&transfer.credit, transfer.amount);
            add(&transfer.debit, transfer.amount.negated());
        }
        balances
    }

    /// Compare-and-set, as the store does it.
    fn write(&mut self, back: MoneyBack) {
        match back {
            MoneyBack::Refund(refund) => match self.refunds.iter_mut().find(|one| one.id == refund.id) {
                Some(one) => {
                    assert_eq!(one.version + 1, refund.version);
                    *one = *refund;
                }
                None => self.refunds.push(*refund),
            },
            MoneyBack::Dispute(dispute) => {
                match self.disputes.iter_mut().find(|one| one.transaction == dispute.transaction) {
                    Some(one) => {
                        assert_eq!(one.version + 1, dispute.version);
                        *one = *dispute;
                    }
                    None => self.disputes.push(*dispute),
                }
            }
        }
    }

    pub fn apply(&mut self, settlement: Settlement) -> Happened {
        if !self.keys.insert(settlement.key.clone()) {
            return Happened::Before;
        }
        let moved = !settlement.transfers.is_empty();
        if let Some(change) = settlement.payment {
            assert_eq!(change.version, self.payment.version);
            self.payment.state = change.state;
            self.payment.received = change.received;
            self.payment.note = change.note;
            self.payment.version += 1;
        }
        if let Some(change) = settlement.invoice {
            assert_eq!(change.version, self.invoice.version);
            self.invoice.status = change.status;
            self.invoice.settled = change.settled;
            self.invoice.credit_applied = change.credit_applied;
            self.invoice.paid_at = change.paid_at;
            self.invoice.version += 1;
        }
        self.transfers.extend(settlement.transfers);
        if let Some(back) = settlement.back {
            self.write(back);
        }
        for event in settlement.outbox {
            assert_eq!(event, Event::InvoicePaid(self.invoice.id));
            let next = i64::try_from(self.keys.len()).unwrap();
            self.outbox.insert(next);
        }
        match settlement.held {
            Some(held) => Happened::Held(held.reason),
            None if moved => Happened::Booked,
            None => Happened::Changed,
        }
    }
}
