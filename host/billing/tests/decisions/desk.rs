//! Two clients' invoices, a payment of the first, and the desk where staff decide about claims that were held.

use std::collections::{BTreeMap, BTreeSet};

use tollgate_billing::claim::{Claim, ClaimState, PaymentKey};
use tollgate_billing::decision::{Case, Destination, HeldClaim, Refusal, Return, WayBack, plan_decision};
use tollgate_billing::fee::plan_late_fee;
use tollgate_billing::ids::{ClientId, HeldId, InvoiceId, PaymentId, RefundId, StaffId, Timestamp};
use tollgate_billing::invoice::{Invoice, InvoiceStatus};
use tollgate_billing::ledger::{Account, Reason, Transfer};
use tollgate_billing::money::{Currency, Money};
use tollgate_billing::payment::{Payment, PaymentState};
use tollgate_billing::plan::{Facts, Plan, claim_key, plan};
use tollgate_billing::refund::{Refund, RefundState};
use tollgate_billing::settlement::{Held, HeldRow, HoldReason, MoneyBack, Settlement, SettlementKey};

use crate::world::{World, euros};

pub const OTHER: ClientId = ClientId(8);
pub const SAM: StaffId = StaffId(3);
pub const KIM: StaffId = StaffId(4);

pub fn dollars(minor: i64) -> Money {
    Money::new(minor, Currency::from_code("USD").unwrap()).unwrap()
}

/// A claim of the payment that is right in everything.
pub fn said(transaction: &str, amount: Money, state: ClaimState) -> Claim {
    Claim {
        payment: PaymentKey::Payment(PaymentId::new("P")),
        transaction: transaction.to_owned(),
        amount,
        state,
        fee: None,
        live: true,
        merchant: Some("M".to_owned()),
        provider_reference: None,
        at: Timestamp(5),
        saved: None,
    }
}

/// Which way staff chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Credit,
    OwnInvoice,
    OtherInvoice,
    Payer,
    Dismiss,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Happened {
    Booked,
    Changed,
    Held,
    Before,
    Nothing,
    Refused(Refusal),
}

pub struct Desk {
    pub own: Invoice,
    pub other: Invoice,
    pub payment: Payment,
    pub payer_sets_amount: bool,
    pub merchant: &'static str,
    pub gateway_refunds: bool,
    pub held: Vec<HeldClaim>,
    pub decided: BTreeSet<HeldId>,
    pub refunds: Vec<Refund>,
    /// Everything that was applied, in its order.
    pub books: Vec<Settlement>,
}

impl Desk {
    /// Both invoices are of EUR 10.00 for hosting, without tax; the payment asks for the first.
    pub fn new(payer_sets_amount: bool) -> Self {
        let World { mut invoice, mut payment, .. } = World::new(0, 1000, payer_sets_amount);
        for line in &mut invoice.lines {
            line.tax = euros(0);
        }
        invoice.total = euros(1000);
        payment.amount = euros(1000);
        let other = Invoice { id: InvoiceId(43), number: "INV-000043".to_owned(), client: OTHER, ..invoice.clone() };
        let (held, decided, refunds, books) = (Vec::new(), BTreeSet::new(), Vec::new(), Vec::new());
        let (merchant, gateway_refunds) = ("M", true);
        let own = invoice;
        Self { own, other, payment, payer_sets_amount, merchant, gateway_refunds, held, decided, refunds, books }
    }

    /// A claim comes, however often: as the host settles it, a late fee included.
    pub fn claim(&mut self, claim: &Claim) -> Happened {
        let facts = Facts {
            payment: &self.payment,
            invoice: &self.own,
            payer_sets_amount: self.payer_sets_amount,
            live: true,
            merchant: Some(self.merchant),
            at: Timestamp(10),
        };
        let happened = match plan(facts, claim).unwrap() {
            Plan::Known => return Happened::Nothing,
            Plan::Settle(settlement) => self.apply(*settlement),
        };
        if happened == Happened::Before && claim.state == ClaimState::Paid {
            self.late_fee(claim);
        }
        happened
    }

    fn late_fee(&mut self, claim: &Claim) {
        let key = claim_key(self.payment.instance.clone(), claim);
        let Some(booked) = self.books.iter().find(|one| one.key == key) else { return };
        let held = booked.held.is_some();
        let booked = if held {
            let same =
                |held: &&HeldClaim| held.claim.transaction == claim.transaction && held.claim.state == claim.state;
            let id = self.held.iter().find(same).map(|held| held.row.seq);
            self.books.iter().find(|one| id.map(|id| SettlementKey::Decision(HeldId(id))).as_ref() == Some(&one.key))
        } else {
            Some(booked)
        };
        let Some(first) = booked.and_then(|one| one.transfers.first()) else { return };
        if booked.is_some_and(|one| one.transfers.iter().any(|transfer| transfer.reason == Reason::Fee)) {
            return;
        }
        if let Some(fee) = plan_late_fee(&self.payment.instance.clone(), claim, first.invoice, Timestamp(12)) {
            self.apply(fee);
        }
    }

    /// Somebody of staff decides about the held claim of that place.
    pub fn decide(&mut self, place: usize, way: Way, by: StaffId) -> Happened {
        let held = self.held[place].clone();
        let id = RefundId::new(format!("r{}", self.refunds.len()));
        let back = Return { id, reason: "not ours".to_owned(), next_check: Timestamp(20) };
        let to = match way {
            Way::Credit => Destination::Credit { client: self.own.client, beside: self.own.id },
            Way::OwnInvoice => Destination::Invoice(&self.own),
            Way::OtherInvoice => Destination::Invoice(&self.other),
            Way::Payer => Destination::Payer(&back),
            Way::Dismiss => Destination::Nowhere { reason: "handled outside" },
        };
        let case = Case {
            held: &held,
            payment: Some(&self.payment),
            payer_sets_amount: self.payer_sets_amount,
            back: WayBack { gateway_refunds: self.gateway_refunds, merchant: Some(self.merchant) },
            live: true,
            by,
            at: Timestamp(11),
        };
        match plan_decision(case, to) {
            Ok(settlement) => self.apply(settlement),
            Err(refusal) => Happened::Refused(refusal),
        }
    }

    pub fn apply(&mut self, settlement: Settlement) -> Happened {
        if self.books.iter().any(|one| one.key == settlement.key) {
            return Happened::Before;
        }
        let moved = !settlement.transfers.is_empty();
        if let Some(change) = &settlement.payment {
            assert_eq!(change.version, self.payment.version);
            self.payment.state = change.state;
            self.payment.received = change.received;
            self.payment.version += 1;
        }
        if let Some(change) = &settlement.invoice {
            let invoice = if change.id == self.own.id { &mut self.own } else { &mut self.other };
            assert_eq!((change.id, change.version), (invoice.id, invoice.version));
            invoice.status = change.status;
            invoice.settled = change.settled;
            invoice.version += 1;
        }
        if let Some(resolution) = &settlement.decided {
            assert!(self.decided.insert(resolution.held), "decided twice");
            if let Some(ended) = &resolution.ends {
                assert_eq!(ended.version, self.payment.version);
                self.payment.state = PaymentState::Cancelled;
                self.payment.version += 1;
            }
        }
        if let Some(MoneyBack::Refund(refund)) = &settlement.back {
            self.write(refund);
        }
        let held = settlement.held.clone();
        self.books.push(settlement);
        match held {
            Some(held) => {
                self.keep(held);
                Happened::Held
            }
            None if moved => Happened::Booked,
            None => Happened::Changed,
        }
    }

    /// Compare-and-set, as the store does it.
    fn write(&mut self, refund: &Refund) {
        match self.refunds.iter_mut().find(|one| one.id == refund.id) {
            Some(one) => {
                assert_eq!(one.version + 1, refund.version);
                *one = refund.clone();
            }
            None => self.refunds.push(refund.clone()),
        }
    }

    fn keep(&mut self, held: Held) {
        let reason = match held.reason {
            HoldReason::NotPositive => "not-positive",
            _ => "other",
        };
        let row = HeldRow {
            seq: i64::try_from(self.held.len()).unwrap() + 1,
            at: Timestamp(10),
            payment: held.payment,
            instance: held.instance,
            transaction: held.claim.transaction.clone(),
            amount: held.claim.amount,
            state: held.claim.state.code().to_owned(),
            reason: reason.to_owned(),
            expected: String::new(),
        };
        self.held.push(HeldClaim { row, claim: held.claim });
    }

    pub fn transfers(&self) -> impl Iterator<Item = &Transfer> {
        self.books.iter().flat_map(|one| &one.transfers)
    }

    /// Credits less debits of one account in one currency, in minor units.
    pub fn balance(&self, account: &Account, currency: &str) -> i64 {
        let of = |one: &&Transfer| one.amount.currency().code() == currency;
        let credits = self.transfers().filter(of).filter(|one| one.credit == *account);
        let debits = self.transfers().filter(of).filter(|one| one.debit == *account);
        credits.map(|one| one.amount.minor()).sum::<i64>() - debits.map(|one| one.amount.minor()).sum::<i64>()
    }

    /// What must hold after every step.
    pub fn check(&self) {
        let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
        let mut keys = Vec::new();
        for settlement in &self.books {
            assert!(!keys.contains(&&settlement.key), "{:?} counts twice", settlement.key);
            keys.push(&settlement.key);
            for transfer in &settlement.transfers {
                assert!(transfer.amount.is_positive() && transfer.debit != transfer.credit);
            }
        }
        for account in self.transfers().flat_map(|one| [&one.debit, &one.credit]).collect::<BTreeSet<_>>() {
            for currency in ["EUR", "USD"] {
                let balance = self.balance(account, currency);
                *sums.entry(currency).or_default() += balance;
                let owed = matches!(account, Account::Credit(_) | Account::Invoice(_));
                assert!(!owed || balance >= 0, "{account:?} is below zero");
            }
        }
        assert!(sums.values().all(|sum| *sum == 0), "every currency sums to zero: {sums:?}");
        for invoice in [&self.own, &self.other] {
            assert!(invoice.settled.minor() <= invoice.total.minor());
            assert_eq!(invoice.status == InvoiceStatus::Paid, invoice.settled == invoice.total);
        }
        self.check_counted_once();
        self.check_back();
    }

    /// Each transaction's money and fee are booked at most once, by its claim or by a decision.
    fn check_counted_once(&self) {
        let mut came: BTreeMap<String, (u32, u32)> = BTreeMap::new();
        let mut received = 0;
        for settlement in &self.books {
            let transaction = match &settlement.key {
                SettlementKey::Claim { transaction, .. } | SettlementKey::Fee { transaction, .. } => {
                    transaction.clone()
                }
                SettlementKey::Decision(id) => {
                    let held = self.held.iter().find(|held| HeldId(held.row.seq) == *id).unwrap();
                    held.claim.transaction.clone()
                }
                SettlementKey::Declined(_) => String::new(),
                key => panic!("nobody made {key:?}"),
            };
            let unbooked = settlement.back.as_ref().and_then(|back| match back {
                MoneyBack::Refund(refund) if refund.state == RefundState::Failed => Some(refund.transaction.clone()),
                _ => None,
            });
            if let Some(transaction) = unbooked {
                // Booked with the decision, and not any more.
                came.entry(transaction).or_default().0 -= 1;
                continue;
            }
            let from_gateway = |one: &&Transfer| matches!(one.debit, Account::Gateway(_));
            let money: i64 = settlement.transfers.iter().filter(from_gateway).map(|one| one.amount.minor()).sum();
            let counted = came.entry(transaction).or_default();
            counted.0 += u32::from(money > 0);
            counted.1 += u32::from(settlement.transfers.iter().any(|one| one.reason == Reason::Fee));
            received += if settlement.payment.is_some() { money } else { 0 };
        }
        assert!(came.values().all(|(money, fees)| *money <= 1 && *fees <= 1), "{came:?}");
        assert_eq!(self.payment.received.minor(), received, "what the payment says is what its settlements brought");
    }

    /// What is on its way back is set aside, what went back is nowhere, and each paid transaction is in one place.
    fn check_back(&self) {
        let bank = |of: fn(tollgate_billing::ids::InstanceId) -> Account| of(self.payment.instance.clone());
        for currency in ["EUR", "USD"] {
            let of = |one: &&Refund| one.amount.currency().code() == currency && one.state.is_open();
            let open: i64 = self.refunds.iter().filter(of).map(|one| one.amount.minor()).sum();
            assert_eq!(self.balance(&bank(Account::Refunding), currency), open, "open refunds are set aside");
        }
        for settlement in &self.books {
            let SettlementKey::Claim { transaction, state: "paid", .. } = &settlement.key else { continue };
            let booked = usize::from(!settlement.transfers.is_empty());
            let held = self.held.iter().filter(|one| {
                one.claim.transaction == *transaction && one.claim.state == ClaimState::Paid && !self.went_wrong(one)
            });
            assert_eq!(booked + held.count(), 1, "{transaction} is in one place");
        }
    }

    /// It was to go back, and waits for staff as another held claim.
    fn went_wrong(&self, held: &HeldClaim) -> bool {
        let id = Some(HeldId(held.row.seq));
        self.refunds.iter().any(|refund| refund.held == id && refund.state == RefundState::Failed)
    }
}
