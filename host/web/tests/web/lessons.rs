//! What went wrong in other systems, tried through the host's public faces: the numbers are those of the table in
//! `tests/README.md`. Those about webhooks alone are in `hooks_lessons`.

use tollgate_billing::audit::Actor;
use tollgate_billing::claim::{Claim, ClaimSource};
use tollgate_billing::ids::{InstanceId, PluginId};
use tollgate_billing::invoice::InvoiceStatus;
use tollgate_billing::payment::PaymentState;
use tollgate_billing::plugin::{Manifest, Setting};
use tollgate_billing::ports::PageOf;
use tollgate_billing::settlement::HeldRow;

use crate::admin::staff;
use crate::admin_attention::{dollars, told};
use crate::hooks::{event, hook, paid, payment, settled};
use crate::house::{ANNA, House};
use crate::plugins::{GATEWAY, gateway};

async fn held(house: &House) -> Vec<HeldRow> {
    house.billing.held(PageOf::first(10)).await.expect("the store answers")
}

#[tokio::test]
async fn lesson_01_currency_mismatch_is_held() {
    let house = House::new().await;
    let id = payment(&house).await;
    told(&house, Claim { amount: dollars(2_000), ..paid(&id, "T1", 0) }).await;
    let row = held(&house).await.remove(0);
    assert_eq!((row.reason.as_str(), row.expected.as_str(), row.amount), ("currency", "EUR", dollars(2_000)));
    assert_eq!(settled(&house).await, 0);
}

#[tokio::test]
async fn lesson_02_an_amount_of_nothing_is_not_the_full_balance() {
    let house = House::new().await;
    let id = payment(&house).await;
    for (number, minor) in [0, -2_000].into_iter().enumerate() {
        told(&house, paid(&id, &format!("T{number}"), minor)).await;
    }
    assert_eq!(held(&house).await.iter().filter(|row| row.reason == "not-positive").count(), 2);
    told(&house, paid(&id, "credit", 500)).await;
    let mut anna = house.logged_in(ANNA).await;
    for typed in ["", "0", "0.00", "-1"] {
        let url = house.invoice_url();
        let answer = anna.post_from(&url, &format!("{url}/credit"), &[("credit_amount", typed)]).await;
        assert_eq!(answer.status, 422, "“{typed}” is no amount of credit");
    }
    let mut sam = staff(&house).await;
    let url = format!("/admin/invoices/{}", house.invoice);
    for typed in ["", "0"] {
        let fields =
            [("instance", GATEWAY), ("currency", "EUR"), ("date", "2026-11-20"), ("bank_id", "1"), ("amount", typed)];
        let answer = sam.post_from(&url, &format!("{url}/record"), &fields).await;
        assert_eq!(answer.status, 422, "“{typed}” is no amount of a bank payment");
    }
    assert_eq!(settled(&house).await, 500);
}

#[tokio::test]
async fn lesson_03_an_invoice_of_which_less_is_due_gets_a_new_payment() {
    let house = House::new().await;
    let first = payment(&house).await;
    assert_eq!(payment(&house).await, first, "the open payment of what is due");
    // A part of it is paid in another way, so that less is due.
    let mut other = house.billing.instances().await.expect("the store answers").remove(0);
    other.id = InstanceId::new("test-bank-2");
    house.billing.store().save_instance(other.clone()).await.expect("a new instance");
    house.billing.change_gateway(house.anna, house.invoice, &other.id).await.expect("it is offered");
    let part = payment(&house).await;
    house.billing.settle(&other.id, &[paid(&part, "T1", 500)], &ClaimSource::Gateway).await.expect("it is settled");
    house.billing.change_gateway(house.anna, house.invoice, &InstanceId::new(GATEWAY)).await.expect("it is offered");
    let second = payment(&house).await;
    let amount = house.billing.store().payment(&second).await.unwrap().unwrap().amount;
    assert_eq!((second == first, amount.minor()), (false, 1_500), "the first one froze another amount");
}

#[tokio::test]
async fn lesson_07_money_that_another_merchant_got_is_held() {
    let house = House::new().await;
    let id = payment(&house).await;
    let mut instance = house.billing.instances().await.expect("the store answers").remove(0);
    instance.settings = vec![Setting { key: "merchant".to_owned(), value: "ours".to_owned() }];
    house.billing.store().save_instance(instance).await.expect("a change");
    for (number, merchant) in [None, Some("theirs"), Some("Ours"), Some("")].into_iter().enumerate() {
        let merchant = merchant.map(str::to_owned);
        told(&house, Claim { merchant, ..paid(&id, &format!("T{number}"), 2_000) }).await;
    }
    assert_eq!((held(&house).await.len(), settled(&house).await), (4, 0));
    told(&house, Claim { merchant: Some("ours".to_owned()), ..paid(&id, "T9", 2_000) }).await;
    assert_eq!(settled(&house).await, 2_000);
}

#[tokio::test]
async fn lesson_10_a_broken_plugin_is_a_row_with_its_error_and_everything_else_works() {
    let house = House::new().await;
    let mut sam = staff(&house).await;
    let page = sam.get("/admin/gateways").await;
    assert_eq!(page.status, 200);
    for words in ["broken.wasm", "is no component &lt;at all&gt;", "test-bank &lt;name&gt;", "add-funds &lt;name&gt;"] {
        assert!(page.body.contains(words), "the page does not say {words}");
    }
    house.script.lose(GATEWAY);
    assert_eq!(sam.get("/admin/gateways").await.status, 200);
    assert_eq!(house.logged_in(ANNA).await.get(&house.invoice_url()).await.status, 200);
}

/// The plugin's file is another version of the same plugin.
fn upgraded() -> Manifest {
    let mut manifest = gateway("<p>new</p>");
    let Manifest::Gateway(gateway) = &mut manifest else { panic!("the scripted gateway is one") };
    "2.0.0".clone_into(&mut gateway.identity.version);
    "Another name".clone_into(&mut gateway.identity.name);
    manifest
}

#[tokio::test]
async fn lesson_12_a_plugin_that_went_and_came_back_in_another_version_still_has_its_payments() {
    let house = House::new().await;
    let id = payment(&house).await;
    house.script.lose(GATEWAY);
    house.script.bring(upgraded());
    let mut instance = house.billing.instances().await.expect("the store answers").remove(0);
    instance.label = "A new label".to_owned();
    house.billing.store().save_instance(instance).await.expect("a change");
    told(&house, paid(&id, "T1", 2_000)).await;
    let payment = house.billing.store().payment(&id).await.unwrap().unwrap();
    assert_eq!((payment.plugin, payment.instance), (PluginId::new(GATEWAY), InstanceId::new(GATEWAY)));
    assert_eq!((payment.state, settled(&house).await), (PaymentState::Paid, 2_000));
}

#[tokio::test]
async fn lesson_16_return_and_webhook_addresses_never_change() {
    let house = House::new().await;
    let id = payment(&house).await;
    house.script.verify_answers(Ok(event("E1", vec![])));
    assert_eq!(hook(&house, "{}").await.status, 200, "POST /hooks/INSTANCE");
    let mut anna = house.logged_in(ANNA).await;
    for path in [format!("/billing/payments/{id}/return?token=x"), format!("/billing/payments/{id}/cancel")] {
        let answer = anna.get(&path).await;
        assert!(matches!(answer.status, 200 | 303), "{path}: {}", answer.status);
    }
}

#[tokio::test]
async fn lesson_17_what_is_switched_off_or_upgraded_is_still_asked_about_its_payments() {
    let house = House::new().await;
    let id = payment(&house).await;
    let instance = InstanceId::new(GATEWAY);
    house.billing.enable(Actor::Command, &instance, false).await.expect("switched off");
    house.script.bring(upgraded());
    assert_eq!(house.billing.sweepable().await.expect("the store answers"), vec![instance.clone()]);
    house.script.check_answers(Ok(vec![paid(&id, "T1", 2_000)]));
    house.clock.forward_ms(120_000);
    assert_eq!(house.billing.sweep(&instance).await.expect("the store answers").checked, 1);
    let invoice = house.billing.store().invoice(house.invoice).await.unwrap().unwrap();
    assert_eq!((invoice.status, settled(&house).await), (InvoiceStatus::Paid, 2_000));
    house.script.lose(GATEWAY);
    assert!(house.billing.sweepable().await.expect("the store answers").is_empty(), "nobody is left who could ask");
}
