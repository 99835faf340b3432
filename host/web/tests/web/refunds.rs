//! Refunds over the real store and a scripted gateway: written down before the provider is asked, once, whatever breaks.

use tollgate_billing::billing::{ManualInvoice, RefundError, RefundForm, RefundOffer, Refunded};
use tollgate_billing::claim::{Claim, ClaimSource, ClaimState, PaymentKey};
use tollgate_billing::ids::{InstanceId, PaymentId, StaffId, Timestamp};
use tollgate_billing::invoice::{Line, LineKind, TaxRate};
use tollgate_billing::money::{Currency, Money};
use tollgate_billing::people::NewStaff;
use tollgate_billing::plan::RefundRefusal;
use tollgate_billing::plugin::PluginError;
use tollgate_billing::ports::PageOf;
use tollgate_billing::refund::{Refund, RefundState};
use tollgate_billing::roles::Role;
use tollgate_billing::text::Text;

use crate::house::House;
use crate::plugins::GATEWAY;
use crate::refunding::{Does, provider_id, refunding};

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

pub fn eur(minor: i64) -> Money {
    Money::new(minor, Currency::from_code("EUR").unwrap()).unwrap()
}

/// Anna's invoice of EUR 20 is paid with a gateway that gives money back.
pub struct Paid {
    pub house: House,
    pub payment: PaymentId,
    pub staff: StaffId,
}

impl Paid {
    pub async fn new() -> Self {
        Self::with(true).await
    }

    pub async fn with(part: bool) -> Self {
        let house = House::new().await;
        house.script.bring(refunding(part));
        let payment = house.billing.pay(house.anna, house.invoice).await.unwrap();
        let new = NewStaff {
            email: "rita@example.test".to_owned(),
            name: "Rita".to_owned(),
            role: Role::Owner,
            password_hash: "$argon2id$hash".to_owned(),
        };
        let staff = house.billing.store().create_staff(new, house.billing.now()).await.unwrap();
        let paid = Self { house, payment, staff };
        paid.settle(paid.claim("capture", 2_000, ClaimState::Paid)).await;
        paid
    }

    pub fn claim(&self, transaction: &str, minor: i64, state: ClaimState) -> Claim {
        Claim {
            payment: PaymentKey::Payment(self.payment.clone()),
            transaction: transaction.to_owned(),
            amount: eur(minor),
            state,
            fee: None,
            live: false,
            merchant: None,
            at: Timestamp(0),
            saved: None,
            provider_reference: None,
        }
    }

    pub async fn settle(&self, claim: Claim) -> Vec<tollgate_billing::billing::Settled> {
        self.house.billing.settle(&InstanceId::new(GATEWAY), &[claim], &ClaimSource::Gateway).await.unwrap()
    }

    pub async fn form(&self, minor: i64, key: &str) -> RefundForm {
        let invoice = self.house.billing.store().invoice(self.house.invoice).await.unwrap().unwrap();
        RefundForm {
            payment: self.payment.clone(),
            amount: eur(minor),
            reason: "Ordered twice".to_owned(),
            seen: invoice.version,
            form_key: key.to_owned(),
        }
    }

    async fn refund(&self, minor: i64, key: &str) -> Result<Refunded, RefundError> {
        let form = self.form(minor, key).await;
        self.house.billing.refund_payment(self.staff, form).await
    }

    pub async fn refunds(&self) -> Vec<Refund> {
        self.house.billing.store().refunds_of(self.house.invoice).await.unwrap()
    }

    async fn only(&self) -> Refund {
        let mut refunds = self.refunds().await;
        assert_eq!(refunds.len(), 1, "{refunds:?}");
        refunds.remove(0)
    }

    async fn sweep(&self) -> tollgate_billing::billing::Swept {
        self.house.billing.sweep(&InstanceId::new(GATEWAY)).await.unwrap()
    }

    async fn credit(&self) -> Money {
        self.house.billing.store().credit(self.house.anna, eur(0).currency()).await.unwrap()
    }

    /// Why Anna's credit changed, newest first.
    async fn history(&self) -> Vec<&'static str> {
        let entries = self.house.billing.credit_history(self.house.anna, PageOf::first(10)).await.unwrap();
        entries.iter().map(|entry| entry.reason.code()).collect()
    }

    async fn sound(&self) {
        let report = self.house.billing.store().check_ledger().await.unwrap();
        assert!(report.faults.is_empty(), "{:?}", report.faults);
    }
}

#[tokio::test]
async fn a_refund_is_asked_for_with_its_own_id_and_the_captures_and_is_done() {
    let paid = Paid::new().await;
    paid.house.script.refunds.answer([Does::Done]);
    let Refunded::Now(refund) = paid.refund(500, "f1").await.unwrap() else { panic!("a new one") };
    assert_eq!((refund.state, refund.staff), (RefundState::Done, Some(paid.staff)));
    let asked = paid.house.script.refunds.take_asked();
    assert_eq!((asked.len(), asked[0].export), (1, "refund"));
    let order = &asked[0].order;
    assert_eq!((order.id.as_str(), order.transaction.as_str()), (refund.id.as_str(), "capture"));
    assert_eq!((order.amount, order.reason.as_str()), (eur(500), "Ordered twice"));
    paid.sound().await;
}

#[tokio::test]
async fn the_same_form_twice_is_one_refund() {
    let paid = Paid::new().await;
    paid.house.script.refunds.answer([Does::Done, Does::Done]);
    let form = paid.form(500, "f1").await;
    let first = paid.house.billing.refund_payment(paid.staff, form.clone()).await.unwrap();
    assert!(matches!(first, Refunded::Now(_)));
    assert_eq!(paid.house.billing.refund_payment(paid.staff, form).await.unwrap(), Refunded::Before);
    assert_eq!((paid.only().await.amount, paid.house.script.refunds.take_asked().len()), (eur(500), 1));
    paid.sound().await;
}

#[tokio::test]
async fn of_two_staff_who_refund_what_they_saw_at_once_one_is_told_to_look_again() {
    let paid = Paid::new().await;
    paid.house.script.refunds.answer([Does::Done, Does::Done]);
    let (one, other) = (paid.form(500, "f1").await, paid.form(500, "f2").await);
    let billing = &paid.house.billing;
    let both = tokio::join!(billing.refund_payment(paid.staff, one), billing.refund_payment(paid.staff, other));
    let answers = [both.0, both.1];
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "{answers:?}");
    assert!(answers.contains(&Err(RefundError::Changed)), "{answers:?}");
    assert_eq!(paid.only().await.state, RefundState::Done);
    paid.sound().await;
}

#[tokio::test]
async fn what_cannot_be_is_refused_and_the_provider_is_not_asked() {
    let paid = Paid::new().await;
    let right = paid.form(500, "f").await;
    let long = "x".repeat(121);
    let too_much = RefundError::Refused(RefundRefusal::TooMuch { most: eur(2_000) });
    let table = [
        (RefundForm { reason: "  ".to_owned(), ..right.clone() }, RefundError::Reason),
        (RefundForm { reason: long, ..right.clone() }, RefundError::Reason),
        (RefundForm { reason: "a\nb".to_owned(), ..right.clone() }, RefundError::Reason),
        (RefundForm { seen: right.seen - 1, ..right.clone() }, RefundError::Changed),
        (RefundForm { amount: eur(2_001), ..right.clone() }, too_much),
        (RefundForm { amount: eur(0), ..right.clone() }, RefundError::Refused(RefundRefusal::NotPositive)),
    ];
    for (form, error) in table {
        assert_eq!(paid.house.billing.refund_payment(paid.staff, form).await, Err(error));
    }
    assert!(paid.refunds().await.is_empty() && paid.house.script.refunds.take_asked().is_empty());
}

#[tokio::test]
async fn a_gateway_without_the_capability_or_for_whole_payments_only_says_so() {
    let paid = Paid::with(false).await;
    assert_eq!(paid.refund(500, "f1").await, Err(RefundError::OnlyWhole { whole: eur(2_000) }));
    paid.house.script.bring(crate::plugins::gateway("<p>Pay</p>"));
    assert_eq!(paid.refund(2_000, "f2").await, Err(RefundError::Gateway));
    let offer = paid.house.billing.refund_offer(&paid.payment).await.unwrap();
    assert_eq!(offer, RefundOffer::NotByGateway);
}

#[tokio::test]
async fn a_declined_refund_is_put_back_with_the_providers_reason() {
    let paid = Paid::new().await;
    let declined = PluginError::Declined { client: Text::plain("no"), staff: "too old to refund".to_owned() };
    for (answer, words) in [
        (Does::Fails(declined), "too old to refund"),
        (Does::Fails(PluginError::Rejected("wrong key".to_owned())), "wrong key"),
        (Does::Failed("account closed"), "account closed"),
    ] {
        paid.house.script.refunds.answer([answer]);
        let Refunded::Now(refund) = paid.refund(500, words).await.unwrap() else { panic!("a new one") };
        assert_eq!((refund.state, refund.note), (RefundState::Failed, Some(Text::plain(words))));
    }
    let offer = paid.house.billing.refund_offer(&paid.payment).await.unwrap();
    assert!(matches!(offer, RefundOffer::Offered { most, .. } if most == eur(2_000)), "{offer:?}");
    paid.sound().await;
}

#[tokio::test]
async fn a_provider_that_was_not_reached_is_asked_again_by_the_sweep_under_the_same_id() {
    let paid = Paid::new().await;
    paid.house.script.refunds.answer([Does::Fails(PluginError::Unavailable("no route".to_owned()))]);
    let Refunded::Now(refund) = paid.refund(500, "f1").await.unwrap() else { panic!("a new one") };
    assert_eq!(refund.state, RefundState::Requested);
    assert_eq!(paid.sweep().await.refunds, 0, "not before a minute has passed");
    paid.house.clock.forward_ms(2 * MINUTE_MS);
    paid.house.script.refunds.answer([Does::Done]);
    assert_eq!(paid.sweep().await.refunds, 1);
    assert_eq!(paid.only().await.state, RefundState::Done);
    let asked = paid.house.script.refunds.take_asked();
    assert!(asked.len() == 2 && asked[0] == asked[1], "{asked:?}");
    paid.sound().await;
}

#[tokio::test]
async fn an_unknown_refund_is_looked_up_later_and_later_until_it_ends_and_never_after() {
    let paid = Paid::new().await;
    paid.house.script.refunds.answer([Does::Fails(PluginError::Unknown("cut off".to_owned()))]);
    paid.refund(500, "f1").await.unwrap();
    assert_eq!(paid.only().await.state, RefundState::Unknown);
    paid.house.script.refunds.take_asked();
    paid.house.script.refunds.otherwise(Does::Pending);
    let mut asked_on = Vec::new();
    for hour in 0..20 * 24 {
        paid.house.clock.forward_ms(60 * MINUTE_MS);
        if paid.sweep().await.refunds > 0 {
            asked_on.push(hour);
        }
    }
    assert!((8..30).contains(&asked_on.len()), "{asked_on:?}");
    let asked = paid.house.script.refunds.take_asked();
    assert!(asked.iter().all(|one| one.export == "check-refund"), "{asked:?}");
    assert_eq!(asked[1].order.provider_reference, Some(provider_id(asked[1].order.id.as_str())));
    paid.house.clock.forward_ms(4 * DAY_MS);
    paid.house.script.refunds.otherwise(Does::Done);
    paid.sweep().await;
    paid.house.clock.forward_ms(30 * DAY_MS);
    paid.house.script.refunds.take_asked();
    assert_eq!(paid.sweep().await.refunds, 0);
    assert!(paid.house.script.refunds.take_asked().is_empty(), "what has ended is never asked about again");
}

#[tokio::test]
async fn an_unknown_refund_that_the_provider_never_got_is_ordered_again() {
    let paid = Paid::new().await;
    let lost = || Does::Fails(PluginError::Unavailable("no such refund".to_owned()));
    paid.house.script.refunds.answer([Does::Fails(PluginError::Unknown("cut off".to_owned())), lost(), Does::Done]);
    paid.refund(500, "f1").await.unwrap();
    paid.house.clock.forward_ms(2 * MINUTE_MS);
    paid.sweep().await;
    let exports: Vec<&str> = paid.house.script.refunds.take_asked().iter().map(|one| one.export).collect();
    assert_eq!(exports, ["refund", "check-refund", "refund"]);
    assert_eq!(paid.only().await.state, RefundState::Done);
    paid.sound().await;
}

#[tokio::test]
async fn a_gateway_that_was_not_asked_about_a_refund_has_not_said_that_there_is_none() {
    let paid = Paid::new().await;
    let rests = || Does::Fails(PluginError::NotAsked("it rests for 30 s".to_owned()));
    paid.house.script.refunds.answer([Does::Fails(PluginError::Unknown("cut off".to_owned())), rests(), Does::Done]);
    paid.refund(500, "f1").await.unwrap();
    paid.house.clock.forward_ms(2 * MINUTE_MS);
    assert_eq!(paid.sweep().await.refunds_failed.len(), 1);
    paid.house.clock.forward_ms(10 * MINUTE_MS);
    paid.sweep().await;
    let exports: Vec<&str> = paid.house.script.refunds.take_asked().iter().map(|one| one.export).collect();
    assert_eq!(exports, ["refund", "check-refund", "check-refund"]);
    assert_eq!(paid.only().await.state, RefundState::Done);
    paid.sound().await;
}

#[tokio::test]
async fn a_refusal_of_our_request_ends_no_refund_that_may_have_been_sent() {
    let paid = Paid::new().await;
    let rejected = || Does::Fails(PluginError::Rejected("wrong key".to_owned()));
    paid.house.script.refunds.answer([Does::Fails(PluginError::Unknown("cut off".to_owned())), rejected(), Does::Done]);
    paid.refund(500, "f1").await.unwrap();
    paid.house.clock.forward_ms(2 * MINUTE_MS);
    assert_eq!(paid.sweep().await.refunds_failed.len(), 1);
    let open = paid.only().await;
    assert!(open.state.is_open() && open.note.is_some(), "{open:?}");
    paid.house.clock.forward_ms(10 * MINUTE_MS);
    paid.sweep().await;
    assert_eq!(paid.only().await.state, RefundState::Done);
    paid.sound().await;
}

#[tokio::test]
async fn lesson_13_a_refunds_webhook_that_races_its_answer_settles_it_once() {
    let paid = Paid::new().await;
    paid.house.script.refunds.answer([Does::Fails(PluginError::Unknown("cut off".to_owned()))]);
    paid.refund(500, "f1").await.unwrap();
    let id = paid.only().await.id.to_string();
    let webhook = paid.claim(&provider_id(&id), 500, ClaimState::Refunded(Some(id.clone())));
    paid.settle(webhook.clone()).await;
    paid.settle(webhook).await;
    assert_eq!(paid.only().await.state, RefundState::Done);
    paid.house.clock.forward_ms(2 * MINUTE_MS);
    assert_eq!(paid.sweep().await.refunds, 0, "its webhook has ended it");
    paid.sound().await;
}

#[tokio::test]
async fn a_refund_made_at_the_provider_in_parts_and_a_dispute_are_booked_once() {
    let paid = Paid::new().await;
    for (transaction, minor) in [("re_a", 300), ("re_b", 200), ("re_a", 300)] {
        paid.settle(paid.claim(transaction, minor, ClaimState::Refunded(None))).await;
    }
    assert_eq!(paid.refunds().await.len(), 2);
    let disputed = || ClaimState::Disputed(Text::plain("unrecognized"));
    paid.settle(paid.claim("dp_1", 1_500, disputed())).await;
    paid.settle(paid.claim("dp_1", 1_500, disputed())).await;
    let open = paid.house.billing.open_disputes(PageOf::first(10)).await.unwrap();
    assert_eq!((open.len(), open[0].1.exposure()), (1, eur(1_500)));
    assert_eq!(paid.house.billing.refund_offer(&paid.payment).await.unwrap(), RefundOffer::NothingLeft);
    paid.settle(paid.claim("dp_1", 1_500, ClaimState::DisputeLost)).await;
    paid.sound().await;
}

/// Five euros more come for the paid invoice, and become Anna's credit.
async fn overpaid() -> Paid {
    let paid = Paid::new().await;
    paid.settle(paid.claim("late", 500, ClaimState::Paid)).await;
    assert_eq!(paid.credit().await, eur(500));
    paid
}

/// Anna pays another invoice with her credit.
async fn spend(paid: &Paid, minor: i64) {
    let line = Line::new(LineKind::Service, "Domain".to_owned(), eur(minor), TaxRate::NONE).unwrap();
    let manual =
        ManualInvoice { client: paid.house.anna, lines: vec![line], gateway: None, form_key: "other".to_owned() };
    let other = paid.house.billing.create_invoice(manual).await.unwrap().into_inner();
    paid.house.billing.apply_credit(paid.house.anna, other, None, "spend").await.unwrap();
}

#[tokio::test]
async fn credit_is_taken_when_staff_ask_and_put_back_when_the_refund_fails() {
    let paid = overpaid().await;
    paid.house.script.refunds.answer([Does::Pending]);
    paid.refund(1_000, "f1").await.unwrap();
    assert_eq!(paid.credit().await, eur(0), "reserved while the provider is at it");
    let refund = paid.only().await;
    assert_eq!((refund.parts.credit, refund.parts.sales), (eur(500), eur(500)));
    assert_eq!(refund.transaction, "capture", "the movement that is large enough");
    paid.settle(Claim { transaction: provider_id(refund.id.as_str()), ..paid.claim("", 1_000, ClaimState::Cancelled) })
        .await;
    assert_eq!((paid.only().await.state, paid.credit().await), (RefundState::Failed, eur(500)));
    let reasons: Vec<&str> = paid.history().await;
    assert_eq!(reasons, ["refund-failed", "refund", "overpayment"]);
    paid.sound().await;
}

#[tokio::test]
async fn credit_that_was_spent_is_not_refunded() {
    let paid = overpaid().await;
    spend(&paid, 400).await;
    let offer = paid.house.billing.refund_offer(&paid.payment).await.unwrap();
    assert!(matches!(offer, RefundOffer::Offered { most, credit, .. } if (most, credit) == (eur(2_100), eur(100))));
    let refused = paid.refund(2_101, "f1").await;
    assert_eq!(refused, Err(RefundError::Refused(RefundRefusal::CreditSpent { most: eur(2_100) })));
    paid.house.script.refunds.answer([Does::Done]);
    paid.refund(2_100, "f2").await.unwrap();
    assert_eq!(paid.house.billing.refund_offer(&paid.payment).await.unwrap(), RefundOffer::CreditSpent);
    paid.sound().await;
}

#[tokio::test]
async fn what_a_bank_took_back_cannot_be_spent_until_it_is_won() {
    let paid = overpaid().await;
    paid.settle(paid.claim("dp_1", 2_500, ClaimState::Disputed(Text::plain("unrecognized")))).await;
    assert_eq!(paid.credit().await, eur(0));
    paid.settle(paid.claim("dp_1", 2_500, ClaimState::DisputeWon)).await;
    assert_eq!(paid.credit().await, eur(500));
    assert_eq!(paid.history().await, ["dispute-won", "dispute", "overpayment"]);
    paid.sound().await;
}
