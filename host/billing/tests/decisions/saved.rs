//! Which claims bring a way to pay that is stored.

use crate::world::{World, euros};
use tollgate_billing::claim::{Claim, ClaimState, MethodToken, PaymentKey, SavedMethod};
use tollgate_billing::ids::{PaymentId, Timestamp};
use tollgate_billing::money::{Currency, Money};
use tollgate_billing::plan::{Facts, Plan, plan};
use tollgate_billing::saved::{ChargeState, kept_by};
use tollgate_billing::settlement::Settlement;
use tollgate_billing::text::Text;

fn visa() -> SavedMethod {
    SavedMethod { token: MethodToken::new("tok-1"), label: "Visa ending 4242".to_owned(), expires: None }
}

fn claim() -> Claim {
    Claim {
        payment: PaymentKey::Payment(PaymentId::new("P")),
        transaction: "t1".to_owned(),
        amount: euros(2500),
        state: ClaimState::Paid,
        fee: None,
        live: true,
        merchant: Some("M".to_owned()),
        provider_reference: Some("pi-1".to_owned()),
        at: Timestamp(5),
        saved: Some(visa()),
    }
}

fn facts(world: &World) -> Facts<'_> {
    Facts {
        payment: &world.payment,
        invoice: &world.invoice,
        payer_sets_amount: false,
        live: true,
        merchant: Some("M"),
        at: Timestamp(10),
    }
}

fn settlement(world: &World, claim: &Claim) -> Settlement {
    match plan(facts(world), claim).unwrap() {
        Plan::Settle(settlement) => *settlement,
        Plan::Known => panic!("the claim is known"),
    }
}

#[test]
fn what_the_payer_agreed_to_is_stored_with_the_money() {
    let world = World::new(2500, 0, false);
    let settlement = settlement(&world, &claim());
    let kept = settlement.saved.expect("it is stored");
    assert_eq!((kept.client, kept.instance, kept.live), (world.payment.client, world.payment.instance.clone(), true));
    assert_eq!((kept.plugin, kept.method), (world.payment.plugin.clone(), visa()));
    assert!(!settlement.transfers.is_empty());
}

#[test]
fn the_provider_s_reference_comes_with_whatever_is_settled() {
    let world = World::new(2500, 0, false);
    let waits = ClaimState::Pending(Some(Text::plain("wait")));
    for state in [ClaimState::Paid, waits, ClaimState::Cancelled] {
        let change = settlement(&world, &Claim { state, ..claim() }).payment.expect("the payment changes");
        assert_eq!(change.provider_reference.as_deref(), Some("pi-1"));
    }
}

#[test]
fn nothing_is_stored_with_a_claim_that_is_not_the_payment_s() {
    let dollars = Money::new(2500, Currency::from_code("USD").unwrap()).unwrap();
    let failed = ClaimState::Failed { client: Text::plain("no"), staff: String::new() };
    let refused = [
        Claim { saved: None, ..claim() },
        Claim { live: false, ..claim() },
        Claim { merchant: Some("other".to_owned()), ..claim() },
        Claim { merchant: None, ..claim() },
        Claim { amount: dollars, ..claim() },
        Claim { state: ClaimState::Pending(None), ..claim() },
        Claim { state: ClaimState::Authorized, ..claim() },
        Claim { state: ClaimState::Refunded(None), ..claim() },
        Claim { state: failed, ..claim() },
    ];
    for claim in refused {
        let world = World::new(2500, 0, false);
        assert_eq!(kept_by(facts(&world), &claim), None, "{claim:?}");
        if let Plan::Settle(settlement) = plan(facts(&world), &claim).unwrap() {
            assert_eq!(settlement.saved, None, "{claim:?}");
        }
    }
    let world = World::new(2500, 0, false);
    assert_eq!(settlement(&world, &Claim { amount: euros(2499), ..claim() }).saved, None, "a claim that is held");
}

#[test]
fn a_token_says_nothing_of_itself() {
    assert!(!format!("{:?} {:#?}", visa(), claim()).contains("tok-1"));
    assert_eq!(visa().token.expose(), "tok-1");
}

#[test]
fn the_words_of_charges_are_read_back() {
    for state in ChargeState::ALL {
        assert_eq!(ChargeState::from_code(state.code()), Some(state));
    }
    assert_eq!(ChargeState::from_code("paid"), None);
}
