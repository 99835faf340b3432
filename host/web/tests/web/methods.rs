//! Stored ways to pay over the real store: what a scripted provider does with them, and what becomes of them.

use std::sync::{Mutex, PoisonError};

use tollgate_billing::claim::{Claim, ClaimSource, ClaimState, MethodToken, PaymentKey, SavedMethod};
use tollgate_billing::ids::{ClientId, InstanceId, MethodId, PaymentId, PluginId, Timestamp};
use tollgate_billing::payment::PaymentState;
use tollgate_billing::plugin::{Manifest, NextStep, PluginError, Step};
use tollgate_billing::ports::{GatewayAnswer, GatewayCall, Outcome};
use tollgate_billing::saved::{MethodTrouble, NewMethod};
use tollgate_billing::text::Text;

use crate::house::{BERT, House};
use crate::plugins::{GATEWAY, gateway, page};

const HOUR_MS: i64 = 3_600_000;
pub const TOKEN: &str = "cus_secret/pm_secret";
pub const LABEL: &str = "Visa <b>ending</b> 4242";

/// What the provider does with the next charge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Next {
    #[default]
    Pays,
    /// It claims that another amount was paid.
    PaysLess,
    Declines,
    AsksClient,
    Waits,
    Unknown,
    Unavailable,
    Breaks,
    SaysNothing,
}

/// A provider that stores ways to pay.
#[derive(Default)]
pub struct Methods {
    next: Mutex<Next>,
    cannot_forget: Mutex<bool>,
    charged: Mutex<Vec<(PaymentId, PaymentState)>>,
    forgotten: Mutex<Vec<String>>,
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Methods {
    pub fn next(&self, next: Next) {
        *lock(&self.next) = next;
    }

    pub fn cannot_forget(&self, cannot: bool) {
        *lock(&self.cannot_forget) = cannot;
    }

    /// The payments that were to be charged, and as what the gateway saw them.
    pub fn charged(&self) -> Vec<(PaymentId, PaymentState)> {
        lock(&self.charged).clone()
    }

    fn asked_to_forget(&self) -> usize {
        lock(&self.forgotten).len()
    }

    pub fn charge(&self, call: &GatewayCall, method: &SavedMethod) -> GatewayAnswer<Outcome> {
        assert!(method.token.expose().starts_with(TOKEN), "the gateway gets the token");
        lock(&self.charged).push((call.payment.id.clone(), call.payment.state));
        let next = *lock(&self.next);
        let minor = if next == Next::PaysLess { 1 } else { call.payment.amount.minor() };
        let step = |next| Ok(Outcome::Step(Step { next, provider_reference: Some("pi-1".to_owned()), memo: None }));
        match next {
            Next::Pays | Next::PaysLess => Ok(Outcome::Claims(vec![paid(&call.payment.id, minor)])),
            Next::Declines => {
                let staff = "card_declined <b>".to_owned();
                Err(PluginError::Declined { client: Text::plain("The bank says <no>."), staff })
            }
            Next::AsksClient => step(page("{\"note\":\"confirm\"}")),
            Next::Waits => step(NextStep::Wait(Text::plain("soon"))),
            Next::Unknown => Err(PluginError::Unknown("the connection was cut".to_owned())),
            Next::Unavailable => Err(PluginError::Unavailable("no connection".to_owned())),
            Next::Breaks => Err(PluginError::Rejected("the key is wrong".to_owned())),
            Next::SaysNothing => Ok(Outcome::Claims(Vec::new())),
        }
    }

    pub fn forget(&self, method: &SavedMethod) -> GatewayAnswer<()> {
        lock(&self.forgotten).push(method.token.expose().to_owned());
        if *lock(&self.cannot_forget) { Err(PluginError::Unavailable("no connection".to_owned())) } else { Ok(()) }
    }
}

/// The provider's word that a payment is paid.
pub fn paid(payment: &PaymentId, minor: i64) -> Claim {
    let currency = tollgate_billing::money::Currency::from_code("EUR").expect("a currency");
    Claim {
        payment: PaymentKey::Payment(payment.clone()),
        transaction: format!("tx-{payment}"),
        amount: tollgate_billing::money::Money::new(minor, currency).expect("an amount"),
        state: ClaimState::Paid,
        fee: None,
        live: false,
        merchant: None,
        provider_reference: Some("pi-1".to_owned()),
        at: Timestamp(0),
        saved: None,
    }
}

pub fn visa() -> SavedMethod {
    SavedMethod { token: MethodToken::new(TOKEN), label: LABEL.to_owned(), expires: Some(Timestamp(1_861_920_000_000)) }
}

/// A house whose gateway stores ways to pay.
pub async fn storing() -> House {
    let house = House::new().await;
    house.script.bring(able(|_| ()));
    house
}

/// The scripted gateway, able to store, with a change.
pub fn able(change: impl FnOnce(&mut tollgate_billing::plugin::GatewayManifest)) -> Manifest {
    let Manifest::Gateway(mut manifest) = gateway("<p>{{t \"lead\"}} {{data.note}}</p>") else {
        panic!("the scripted gateway is one")
    };
    manifest.capabilities.saved_methods = true;
    manifest.capabilities.payer_sets_amount = false;
    change(&mut manifest);
    Manifest::Gateway(manifest)
}

pub async fn bert(house: &House) -> ClientId {
    house.billing.store().client_by_email(BERT).await.unwrap().expect("Bert").id
}

/// Stores a way to pay for a client, as a claim would.
pub async fn give(house: &House, client: ClientId, method: SavedMethod) -> MethodId {
    let new = NewMethod {
        client,
        instance: InstanceId::new(GATEWAY),
        plugin: PluginId::new(GATEWAY),
        live: false,
        method,
        at: house.billing.now(),
    };
    house.billing.store().keep_method(new).await.unwrap();
    let all = house.billing.methods(client).await.unwrap();
    all.iter().map(|facts| facts.stored.id).max_by_key(|id| id.0).expect("it was kept")
}

/// Switches the gateway on or off.
pub async fn switch(house: &House, enabled: bool) {
    let store = house.billing.store();
    let instance = store.instance(&InstanceId::new(GATEWAY)).await.unwrap().expect("the gateway is set up");
    store.save_instance(tollgate_billing::plugin::Instance { enabled, ..instance }).await.unwrap();
}

async fn trouble(house: &House) -> Vec<Option<MethodTrouble>> {
    house.billing.methods(house.anna).await.unwrap().into_iter().map(|facts| facts.trouble).collect()
}

#[tokio::test]
async fn a_method_told_of_after_its_money_is_stored_once_and_not_after_it_was_removed() {
    let house = storing().await;
    let payment = house.billing.pay(house.anna, house.invoice).await.unwrap();
    let instance = InstanceId::new(GATEWAY);
    let settle = async |claim: Claim| house.billing.settle(&instance, &[claim], &ClaimSource::Gateway).await.unwrap();
    let (bare, full) = (paid(&payment, 2_000), Claim { saved: Some(visa()), ..paid(&payment, 2_000) });
    settle(bare).await;
    assert_eq!(trouble(&house).await, []);
    settle(full.clone()).await;
    settle(full.clone()).await;
    assert_eq!(trouble(&house).await, [None]);
    let id = house.billing.methods(house.anna).await.unwrap()[0].stored.id;
    house.billing.remove_method(house.anna, id).await.unwrap();
    settle(full.clone()).await;
    assert_eq!(trouble(&house).await, [], "an old message brings nothing back");
    settle(Claim { live: true, saved: Some(SavedMethod { token: MethodToken::new("x"), ..visa() }), ..full }).await;
    assert_eq!(trouble(&house).await, [], "nothing of the other mode");
}

#[tokio::test]
async fn a_claim_of_another_instance_stores_nothing() {
    let house = storing().await;
    let payment = house.billing.pay(house.anna, house.invoice).await.unwrap();
    let claim = Claim { saved: Some(visa()), ..paid(&payment, 2_000) };
    house.billing.settle(&InstanceId::new("other"), &[claim.clone(), claim], &ClaimSource::Gateway).await.unwrap();
    assert_eq!(trouble(&house).await, []);
}

#[tokio::test]
async fn what_cannot_be_used_now_stays_and_comes_back() {
    let house = storing().await;
    give(&house, house.anna, visa()).await;
    assert_eq!(trouble(&house).await, [None]);
    switch(&house, false).await;
    assert_eq!(trouble(&house).await, [Some(MethodTrouble::SwitchedOff)]);
    switch(&house, true).await;
    house.script.lose(GATEWAY);
    assert_eq!(trouble(&house).await, [Some(MethodTrouble::Missing)]);
    house.script.bring(able(|manifest| manifest.capabilities.saved_methods = false));
    assert_eq!(trouble(&house).await, [Some(MethodTrouble::Missing)]);
    house.script.bring(able(|_| ()));
    assert_eq!(trouble(&house).await, [None]);
    house.clock.forward_ms(24 * 365 * 3 * HOUR_MS);
    assert_eq!(trouble(&house).await, [Some(MethodTrouble::Expired)]);
}

#[tokio::test]
async fn a_method_of_the_other_mode_or_of_another_plugin_at_its_instance_cannot_be_used() {
    let house = storing().await;
    let new = |live, plugin: &str| NewMethod {
        client: house.anna,
        instance: InstanceId::new(GATEWAY),
        plugin: PluginId::new(plugin),
        live,
        method: visa(),
        at: house.billing.now(),
    };
    house.billing.store().keep_method(new(true, GATEWAY)).await.unwrap();
    house.billing.store().keep_method(new(false, "another-plugin")).await.unwrap();
    let mut found = trouble(&house).await;
    found.sort_by_key(|trouble| *trouble == Some(MethodTrouble::Missing));
    assert_eq!(found, [Some(MethodTrouble::OtherMode), Some(MethodTrouble::Missing)]);
}

#[tokio::test]
async fn a_removed_method_is_forgotten_by_its_provider_at_once_or_later() {
    let house = storing().await;
    let id = give(&house, house.anna, visa()).await;
    house.script.methods.cannot_forget(true);
    house.billing.remove_method(house.anna, id).await.unwrap();
    assert_eq!((trouble(&house).await, house.script.methods.asked_to_forget()), (vec![], 1), "gone here at once");
    assert_eq!(house.billing.forget_methods().await.unwrap().failed.len(), 0, "not again at once");
    house.clock.forward_ms(HOUR_MS);
    assert_eq!(house.billing.forget_methods().await.unwrap().failed.len(), 1);
    house.script.methods.cannot_forget(false);
    house.clock.forward_ms(24 * HOUR_MS);
    assert_eq!(house.billing.forget_methods().await.unwrap().done, 1);
    house.clock.forward_ms(24 * 30 * HOUR_MS);
    house.billing.forget_methods().await.unwrap();
    assert_eq!(house.script.methods.asked_to_forget(), 3, "never again");
}

#[tokio::test]
async fn a_provider_whose_plugin_or_instance_is_gone_is_asked_once_it_is_back() {
    let house = storing().await;
    let new = NewMethod {
        client: house.anna,
        instance: InstanceId::new("gone"),
        plugin: PluginId::new(GATEWAY),
        live: false,
        method: visa(),
        at: house.billing.now(),
    };
    house.billing.store().keep_method(new).await.unwrap();
    let id = house.billing.methods(house.anna).await.unwrap()[0].stored.id;
    house.billing.remove_method(house.anna, id).await.unwrap();
    house.clock.forward_ms(48 * HOUR_MS);
    let forgot = house.billing.forget_methods().await.unwrap();
    assert!(matches!(forgot.failed.as_slice(), [(_, PluginError::Missing(_))]), "{forgot:?}");
    assert_eq!(house.script.methods.asked_to_forget(), 0);
}
