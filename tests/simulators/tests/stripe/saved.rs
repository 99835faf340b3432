//! Cards that are kept, and charged without their holder.

use super::support::{Api, id};

async fn save(api: &Api, customer: &str, method: &str) -> String {
    let more = [("customer", customer), ("setup_future_usage", "off_session")];
    let payment = api.pay(method, &more).await.ok();
    if payment["status"] == "requires_action" {
        api.stripe.with(|books| books.authenticate(id(&payment), true)).unwrap();
    }
    payment["payment_method"].as_str().unwrap().to_owned()
}

fn absent(customer: &str) -> [(&str, &str); 2] {
    [("customer", customer), ("off_session", "true")]
}

#[tokio::test]
async fn a_saved_card_is_listed_charged_and_removed() {
    let api = Api::new();
    let customer = api.customer().await;
    let first = save(&api, &customer, "pm_card_visa").await;
    let second = save(&api, &customer, "pm_card_mastercard").await;
    let list = api.get(&format!("/v1/payment_methods?customer={customer}&type=card")).await.ok();
    let ids: Vec<&str> = list["data"].as_array().unwrap().iter().map(id).collect();
    assert_eq!(ids, [second.as_str(), first.as_str()]);
    let page = api.get(&format!("/v1/customers/{customer}/payment_methods?limit=1")).await.ok();
    assert_eq!((page["data"].as_array().unwrap().len(), &page["has_more"]), (1, &true.into()));
    assert_eq!(api.pay(&first, &absent(&customer)).await.ok()["status"], "succeeded");
    let gone = api.post(&format!("/v1/payment_methods/{first}/detach"), &[]).await.ok();
    assert!(gone["customer"].is_null());
    api.pay(&first, &absent(&customer)).await.refused(400, "payment_method_unexpected_state");
    assert_eq!(api.post(&format!("/v1/payment_methods/{first}/detach"), &[]).await.status, 400);
}

#[tokio::test]
async fn a_card_that_always_asks_cannot_be_charged_without_its_holder() {
    let api = Api::new();
    let customer = api.customer().await;
    let method = save(&api, &customer, "pm_card_authenticationRequired").await;
    let body = api.pay(&method, &absent(&customer)).await.refused(402, "authentication_required");
    let payment = &body["error"]["payment_intent"];
    assert_eq!(
        (&body["error"]["decline_code"], &payment["status"]),
        (&"authentication_required".into(), &"requires_payment_method".into())
    );
    let path = format!("/v1/payment_intents/{}/confirm", id(payment));
    let asked = api.post(&path, &[("payment_method", &method), ("use_stripe_sdk", "true")]).await.ok();
    assert_eq!(asked["status"], "requires_action");
}

#[tokio::test]
async fn a_card_that_was_set_up_can_be_charged_without_its_holder() {
    let api = Api::new();
    let customer = api.customer().await;
    let method = save(&api, &customer, "pm_card_authenticationRequiredOnSetup").await;
    assert_eq!(api.pay(&method, &absent(&customer)).await.ok()["status"], "succeeded");
    assert_eq!(api.pay(&method, &[("customer", &customer)]).await.ok()["status"], "requires_action");
}

#[tokio::test]
async fn a_card_that_attaches_may_still_fail() {
    let api = Api::new();
    let customer = api.customer().await;
    let attached =
        api.post("/v1/payment_methods/pm_card_chargeCustomerFail/attach", &[("customer", &customer)]).await.ok();
    api.pay(id(&attached), &absent(&customer)).await.refused(402, "card_declined");
}

#[tokio::test]
async fn a_card_is_its_customers_alone_and_an_unsaved_one_pays_once() {
    let api = Api::new();
    let (customer, other) = (api.customer().await, api.customer().await);
    let method = save(&api, &customer, "pm_card_visa").await;
    for more in [vec![], vec![("customer", other.as_str())]] {
        let body = api.pay(&method, &more).await;
        assert_eq!((body.status, body.body["error"]["param"].as_str()), (400, Some("payment_method")));
    }
    let unsaved = api.pay("pm_card_visa", &[]).await.ok()["payment_method"].as_str().unwrap().to_owned();
    api.pay(&unsaved, &[]).await.refused(400, "payment_method_unexpected_state");
}
