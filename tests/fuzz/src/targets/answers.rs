//! Answers of providers: a line with the status, then the body. Every request of every call gets it.

use tollgate_card::Card;
use tollgate_paypal::PayPal;
use tollgate_sdk::gateway::{ClaimState, Gateway, Outcome, Payment, RefundOrder};
use tollgate_sdk::testing::{FakeHost, payment};
use tollgate_sdk::{Error, Form, Instance, Money};

use super::hold;

/// More than any call of a gateway asks.
const REQUESTS_MAX: usize = 40;
const CLAIMS_MAX: usize = 1_000;

pub fn card_instance() -> Instance {
    let settings = [
        ("publishable-key", "pk_test_51Qexample"),
        ("secret-key", "set"),
        ("merchant", "acct_1Qexample"),
        ("webhook-secret", "set"),
        ("save-cards", "true"),
    ];
    let mut instance = Instance::with_settings(settings);
    instance.test_mode = true;
    instance
}

pub fn paypal_instance() -> Instance {
    let settings = [
        ("client-id", "EXAMPLE-client_id"),
        ("client-secret", "set"),
        ("merchant", "EXAMPLESHPP23"),
        ("brand-name", "Example Hosting"),
        ("webhook-id", "1JE4291016473214C"),
    ];
    let mut instance = Instance::with_settings(settings);
    instance.test_mode = true;
    instance
}

/// # Errors
/// Where an answer that is none made a payment paid.
pub fn card(input: &[u8]) -> Result<String, String> {
    let opened = Payment { provider_reference: Some("pi_3QabcDEF".into()), ..payment(2_500, "EUR") };
    fed::<Card>(input, &card_instance(), &opened, "confirmation_token=ctoken_1Qabc&save=1")
}

/// # Errors
/// Where an answer that is none made a payment paid.
pub fn paypal(input: &[u8]) -> Result<String, String> {
    let order = "5O190127TN364715T";
    let opened =
        Payment { provider_reference: Some(order.into()), memo: Some(format!("1:1:{order}")), ..payment(1_050, "EUR") };
    fed::<PayPal>(input, &paypal_instance(), &opened, "")
}

fn fed<G: Gateway>(input: &[u8], instance: &Instance, opened: &Payment, form: &str) -> Result<String, String> {
    let text = String::from_utf8_lossy(input);
    let (status, body) = text.split_once('\n').unwrap_or(("200", &text));
    let status: u16 = status.trim().parse().unwrap_or(200);
    let fresh = Payment { provider_reference: None, memo: None, ..opened.clone() };
    let order = RefundOrder {
        id: "01JTESTREFUND0000000000000".into(),
        amount: Money { minor: 1_000, currency: "EUR".into() },
        transaction: opened.provider_reference.clone().unwrap_or_default(),
        reason: "Ordered twice".into(),
        provider_reference: None,
    };
    let asked = || {
        let host = FakeHost::install();
        for _ in 0..REQUESTS_MAX {
            host.answer(status, body);
        }
        host
    };
    let mut words = String::new();
    let mut note = |host: &FakeHost, answered: Result<Outcome, Error>| {
        let requests = host.requests().len();
        hold(requests < REQUESTS_MAX, || format!("one call asked {requests} times"))?;
        if let Ok(Outcome::Claims(claims)) = &answered {
            let paid = claims.iter().any(|claim| claim.state == ClaimState::Paid);
            hold(!paid || (200..300).contains(&status), || {
                format!("a payment was paid by an answer of status {status}")
            })?;
            hold(claims.len() <= CLAIMS_MAX, || format!("{} claims", claims.len()))?;
        }
        words.push_str(&kind(&answered));
        Ok::<(), String>(())
    };
    for shown in [&fresh, opened] {
        let host = asked();
        note(&host, G::pay_now(instance, shown).map(Outcome::Step))?;
        let host = asked();
        note(&host, G::submit(instance, shown, &Form::parse(form)))?;
        let host = asked();
        note(&host, G::return_from_provider(instance, shown, &Form::parse("")))?;
        let host = asked();
        note(&host, G::check(instance, shown).map(Outcome::Claims))?;
    }
    let host = asked();
    note(&host, G::refund(instance, opened, &order).map(|claim| Outcome::Claims(vec![claim])))?;
    let host = asked();
    note(&host, G::check_refund(instance, opened, &order).map(|claim| Outcome::Claims(vec![claim])))?;
    Ok(words)
}

/// The beginning of each word is enough to tell answers apart.
fn kind(answered: &Result<Outcome, Error>) -> String {
    let short = |words: String| words.chars().take(6).collect::<String>();
    match answered {
        Ok(Outcome::Claims(claims)) => claims.iter().take(4).map(|claim| short(format!("{:?}", claim.state))).collect(),
        Ok(Outcome::Step(step)) => short(format!("{:?}", step.next)),
        // Its own words, and not those around them.
        Err(error) => format!("{error:?}").chars().filter(char::is_ascii_alphabetic).take(40).collect(),
    }
}
