//! What staff decide about a claim that was held: where its money goes, said before it is booked, and booked once.

use crate::claim::{Claim, ClaimState};
use crate::fee::fee_transfer;
use crate::ids::{ClientId, HeldId, InvoiceId, PaymentId, RefundId, StaffId, Timestamp};
use crate::invoice::{Invoice, InvoiceStatus};
use crate::ledger::{Account, Reason, Transfer};
use crate::money::{Money, MoneyError};
use crate::payment::{Payment, PaymentState};
use crate::plan::{empty, set_aside, take_in};
use crate::refund::{Refund, RefundParts, RefundState};
use crate::settlement::{HeldRow, MoneyBack, PaymentChange, Settlement, SettlementKey};

/// Characters of the reason why a claim is dismissed.
pub const REASON_CHARS_MAX: usize = 500;

/// What becomes of a held claim. The same for every cause, so that another way out is one more variant here, one more
/// destination below and one more word in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// The money is this client's credit.
    Credit(ClientId),
    /// The money goes towards this invoice, and beyond what is due to its client's credit.
    Invoice(InvoiceId),
    /// The money goes back to the payer; why, in the words of who decided.
    Refund(String),
    /// Nothing is booked; why, in the words of who decided.
    Dismiss(String),
}

impl Decision {
    /// The word that the store keeps and that pages translate.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Credit(_) => "credit",
            Self::Invoice(_) => "invoice",
            Self::Refund(_) => "refund",
            Self::Dismiss(_) => "dismiss",
        }
    }
}

/// The part of a settlement that says who decided what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolution {
    pub held: HeldId,
    pub by: StaffId,
    pub decision: Decision,
    /// The payment ends with it, although none of its own money came.
    pub ends: Option<Ended>,
}

/// Compare-and-set: nothing is written where the payment's version is another by now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    pub payment: PaymentId,
    pub version: i64,
}

/// A held claim with all that it said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldClaim {
    pub row: HeldRow,
    pub claim: Claim,
}

/// A decision as it is written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecidedRow {
    /// Position among the decisions, for paging.
    pub seq: i64,
    pub held: HeldRow,
    pub decision: Decision,
    pub at: Timestamp,
    /// The name of who decided.
    pub by: String,
    /// The name of the client whose credit it became.
    pub client: Option<String>,
    /// The number of the invoice that it went towards.
    pub invoice: Option<String>,
}

/// What the host holds true when staff decide.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    pub held: &'a HeldClaim,
    /// The payment that the claim is about, where one was found.
    pub payment: Option<&'a Payment>,
    /// Less than asked is ordinary for its gateway, so a part does not end the payment.
    pub payer_sets_amount: bool,
    pub back: WayBack<'a>,
    /// Whether this installation takes real money.
    pub live: bool,
    pub by: StaffId,
    pub at: Timestamp,
}

/// What decides whether a provider can be asked to send money back.
#[derive(Debug, Clone, Copy)]
pub struct WayBack<'a> {
    /// Its gateway gives money back.
    pub gateway_refunds: bool,
    /// The provider account that is configured now.
    pub merchant: Option<&'a str>,
}

/// Where the money of a held claim is to go.
#[derive(Debug, Clone, Copy)]
pub enum Destination<'a> {
    /// To a client's credit. Every transfer stands beside an invoice: the payment's, else one that the client has.
    Credit {
        client: ClientId,
        beside: InvoiceId,
    },
    Invoice(&'a Invoice),
    /// Back, by a refund that is reserved with the decision.
    Payer(&'a Return),
    Nowhere {
        reason: &'a str,
    },
}

/// A refund that is to give the money of a held claim back, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Return {
    pub id: RefundId,
    pub reason: String,
    /// When the sweep first asks about it, should no answer come.
    pub next_check: Timestamp,
}

/// Why the money of a held claim cannot be booked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Only a paid claim brings money; this one says something else.
    #[error("the claim does not say that money came")]
    NotPaid,
    #[error("test money cannot be booked as real, nor real money as test")]
    Environment,
    #[error("the amount is not above zero")]
    NotPositive,
    #[error("the invoice is in {expected}")]
    Currency { expected: String },
    /// A provider is asked about a payment of ours; there is none.
    #[error("no payment fits the claim, so its provider cannot be asked to send the money back")]
    NoPayment,
    #[error("this gateway gives no money back")]
    GatewayKeeps,
    /// The provider would be asked as another account than the one that has the money.
    #[error("the money is at another merchant account than the one that is configured")]
    Merchant,
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// Whether the claim brought money that this installation can book at all.
///
/// # Errors
/// [`Refusal`]; such a claim can only be dismissed.
pub fn check_money(claim: &Claim, live: bool) -> Result<(), Refusal> {
    if claim.state != ClaimState::Paid {
        return Err(Refusal::NotPaid);
    }
    if claim.live != live {
        return Err(Refusal::Environment);
    }
    if claim.amount.is_positive() { Ok(()) } else { Err(Refusal::NotPositive) }
}

/// Whether the provider of a held claim can be asked to send its money back; the payment is the one to ask with.
///
/// # Errors
/// [`Refusal`]: then somebody sends it back where it is, and dismisses the claim.
pub fn check_refund<'a>(
    claim: &Claim,
    live: bool,
    payment: Option<&'a Payment>,
    back: WayBack<'_>,
) -> Result<&'a Payment, Refusal> {
    check_money(claim, live)?;
    let payment = payment.ok_or(Refusal::NoPayment)?;
    if !back.gateway_refunds {
        return Err(Refusal::GatewayKeeps);
    }
    match back.merchant {
        Some(merchant) if claim.merchant.as_deref() != Some(merchant) => Err(Refusal::Merchant),
        _ => Ok(payment),
    }
}

/// What is booked for a decision. Its key is the held claim's, so that a second decision changes nothing; the claim's own
/// key was used up when it was held, so that the claim coming again changes nothing either.
///
/// # Errors
/// [`Refusal`], never for dismissing.
pub fn plan_decision(case: Case<'_>, to: Destination<'_>) -> Result<Settlement, Refusal> {
    let HeldClaim { row, claim } = case.held;
    let id = HeldId(row.seq);
    let mut settlement = empty(SettlementKey::Decision(id), case.at);
    let decision = match to {
        Destination::Credit { client, beside } => {
            check_money(claim, case.live)?;
            settlement.transfers.push(Transfer {
                debit: Account::Gateway(row.instance.clone()),
                credit: Account::Credit(client),
                amount: claim.amount,
                reason: Reason::Accepted,
                invoice: beside,
            });
            settlement.transfers.extend(fee_transfer(&row.instance, claim, beside));
            Decision::Credit(client)
        }
        Destination::Invoice(invoice) => {
            check_money(claim, case.live)?;
            if claim.amount.currency() != invoice.currency() {
                return Err(Refusal::Currency { expected: invoice.currency().code().to_owned() });
            }
            take_in(&mut settlement, &row.instance, claim, invoice)?;
            Decision::Invoice(invoice.id)
        }
        Destination::Payer(back) => {
            give_back(&mut settlement, case, back)?;
            Decision::Refund(back.reason.clone())
        }
        Destination::Nowhere { reason } => Decision::Dismiss(reason.to_owned()),
    };
    settlement.payment = received(case, &settlement)?;
    let ends = if settlement.payment.is_none() { ended(case) } else { None };
    settlement.decided = Some(Resolution { held: id, by: case.by, decision, ends });
    Ok(settlement)
}

/// The money comes in and is set aside in one step: it is nobody's credit and nobody's sale, whatever becomes of it.
fn give_back(settlement: &mut Settlement, case: Case<'_>, back: &Return) -> Result<(), Refusal> {
    let HeldClaim { row, claim } = case.held;
    let payment = check_refund(claim, case.live, case.payment, case.back)?;
    let none = Money::zero(claim.amount.currency());
    let refund = Refund {
        id: back.id.clone(),
        payment: payment.id.clone(),
        invoice: payment.invoice,
        client: payment.client,
        instance: row.instance.clone(),
        amount: claim.amount,
        parts: RefundParts { credit: none, sales: none, tax: none, loss: none, held: claim.amount },
        held: Some(HeldId(row.seq)),
        transaction: claim.transaction.clone(),
        reason: back.reason.clone(),
        staff: Some(case.by),
        state: RefundState::Requested,
        note: None,
        provider_reference: None,
        created: case.at,
        next_check: back.next_check,
        ended: None,
        version: 1,
    };
    set_aside(settlement, &refund);
    settlement.transfers.extend(fee_transfer(&row.instance, claim, payment.invoice));
    settlement.back = Some(MoneyBack::Refund(Box::new(refund)));
    Ok(())
}

/// The payment received it where it is its own money: of its currency, beside its own invoice, and there to stay.
fn received(case: Case<'_>, settlement: &Settlement) -> Result<Option<PaymentChange>, MoneyError> {
    if settlement.back.is_some() {
        return Ok(None);
    }
    let amount = case.held.claim.amount;
    let beside = settlement.transfers.first().map(|transfer| transfer.invoice);
    let its_own =
        |payment: &&Payment| beside == Some(payment.invoice) && payment.amount.currency() == amount.currency();
    let Some(payment) = case.payment.filter(its_own) else { return Ok(None) };
    let received = payment.received.checked_add(amount)?;
    let complete = received.minor() >= payment.amount.minor();
    Ok(Some(PaymentChange {
        id: payment.id.clone(),
        version: payment.version,
        // Where the payer does not set the amount, nothing more comes of what the provider calls paid.
        state: if complete || !case.payer_sets_amount { PaymentState::Paid } else { PaymentState::Pending },
        received,
        note: None,
        provider_reference: case.held.claim.provider_reference.clone(),
        checked: case.at,
    }))
}

/// A provider that said "paid" waits for nothing more: the client must be able to pay again, with another payment.
fn ended(case: Case<'_>) -> Option<Ended> {
    let over = case.held.claim.state == ClaimState::Paid && !case.payer_sets_amount;
    let payment = case.payment.filter(|payment| over && payment.state.is_open())?;
    Some(Ended { payment: payment.id.clone(), version: payment.version })
}

/// What a decision books, to be said before and to be compared when it is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booking {
    pub to_invoice: Option<(InvoiceId, Money)>,
    pub to_credit: Option<(ClientId, Money)>,
    pub to_payer: Option<Money>,
    pub fee: Option<Money>,
    /// Nothing is due on the invoice any more.
    pub pays_invoice: bool,
    /// The payment ends unpaid, and the client may pay again.
    pub ends_payment: bool,
}

impl Booking {
    #[must_use]
    pub fn of(settlement: &Settlement) -> Self {
        let from_gateway = || settlement.transfers.iter().filter(|one| matches!(one.debit, Account::Gateway(_)));
        let to_invoice = from_gateway().find_map(|one| match one.credit {
            Account::Invoice(id) => Some((id, one.amount)),
            _ => None,
        });
        let to_credit = from_gateway().find_map(|one| match one.credit {
            Account::Credit(id) => Some((id, one.amount)),
            _ => None,
        });
        let aside = |one: &&Transfer| matches!(one.credit, Account::Refunding(_));
        let to_payer = from_gateway().find(aside).map(|one| one.amount);
        let fee = settlement.transfers.iter().find(|one| one.reason == Reason::Fee).map(|one| one.amount);
        let pays_invoice = settlement.invoice.as_ref().is_some_and(|change| change.status == InvoiceStatus::Paid);
        let ends_payment = settlement.decided.as_ref().is_some_and(|resolution| resolution.ends.is_some());
        Self { to_invoice, to_credit, to_payer, fee, pays_invoice, ends_payment }
    }

    /// The booking as one short line: what staff saw is what is booked, or it is shown again.
    #[must_use]
    pub fn mark(&self) -> String {
        let invoice = self.to_invoice.map(|(id, amount)| format!("invoice {id} {amount}"));
        let credit = self.to_credit.map(|(id, amount)| format!("credit {id} {amount}"));
        let payer = self.to_payer.map(|amount| format!("payer {amount}"));
        let fee = self.fee.map(|fee| format!("fee {fee}"));
        let paid = self.pays_invoice.then(|| "paid".to_owned());
        let ends = self.ends_payment.then(|| "ends".to_owned());
        [invoice, credit, payer, fee, paid, ends].into_iter().flatten().collect::<Vec<_>>().join("; ")
    }
}
