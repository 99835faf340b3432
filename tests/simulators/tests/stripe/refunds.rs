//! Money given back: never more than was taken.

use tollgate_simulators::stripe::REFUND_MS;

use super::support::{Api, id};

#[tokio::test]
async fn refunds_are_partial_or_full_and_bounded() {
    let api = Api::new();
    let payment = api.pay("pm_card_visa", &[]).await.ok();
    let of = [("payment_intent", id(&payment))];
    let part = api.post("/v1/refunds", &[of[0], ("amount", "500"), ("reason", "requested_by_customer")]).await.ok();
    assert_eq!((&part["status"], &part["amount"]), (&"succeeded".into(), &500.into()));
    let over = api.post("/v1/refunds", &[of[0], ("amount", "701")]).await;
    assert_eq!((over.status, over.body["error"]["param"].as_str()), (400, Some("amount")));
    assert_eq!(api.post("/v1/refunds", &of).await.ok()["amount"], 700);
    api.post("/v1/refunds", &of).await.refused(400, "charge_already_refunded");
    let path = format!("/v1/payment_intents/{}?expand[]=latest_charge", id(&payment));
    let charge = api.get(&path).await.ok()["latest_charge"].clone();
    assert_eq!((&charge["amount_refunded"], &charge["refunded"]), (&1200.into(), &true.into()));
    let events: Vec<String> = api.events().into_iter().filter(|kind| kind.contains("refund")).collect();
    assert_eq!(events, ["charge.refunded", "refund.created", "charge.refunded", "refund.created"]);
    let shown = api.get(&format!("/v1/refunds/{}?expand[]=balance_transaction", id(&part))).await.ok();
    assert_eq!(shown["balance_transaction"]["amount"], -500);
}

#[tokio::test]
async fn what_was_not_taken_cannot_be_given_back() {
    let api = Api::new();
    let open = api.pay("pm_card_authenticationRequired", &[]).await.ok();
    api.post("/v1/refunds", &[("payment_intent", id(&open))]).await.refused(400, "resource_missing");
    let declined = api.pay("pm_card_chargeDeclined", &[]).await.body["error"]["payment_intent"].clone();
    api.post("/v1/refunds", &[("payment_intent", id(&declined))]).await.refused(400, "charge_not_refundable");
    api.post("/v1/refunds", &[("payment_intent", "pi_none")]).await.refused(400, "resource_missing");
    api.post("/v1/refunds", &[]).await.refused(400, "parameter_missing");
}

#[tokio::test]
async fn a_slow_refund_is_pending_and_then_done() {
    let api = Api::new();
    let payment = api.pay("pm_card_pendingRefund", &[]).await.ok();
    let refund = api.post("/v1/refunds", &[("payment_intent", id(&payment))]).await.ok();
    assert_eq!(refund["status"], "pending");
    api.advance(REFUND_MS);
    assert_eq!(api.get(&format!("/v1/refunds/{}", id(&refund))).await.ok()["status"], "succeeded");
    assert!(api.events().contains(&"refund.updated".to_owned()));
}

#[tokio::test]
async fn a_refund_that_fails_later_brings_the_money_back() {
    let api = Api::new();
    let payment = api.pay("pm_card_refundFail", &[]).await.ok();
    let refund = api.post("/v1/refunds", &[("payment_intent", id(&payment))]).await.ok();
    assert_eq!(refund["status"], "succeeded");
    api.advance(REFUND_MS);
    let failed = api.get(&format!("/v1/refunds/{}", id(&refund))).await.ok();
    assert_eq!((&failed["status"], &failed["failure_reason"]), (&"failed".into(), &"expired_or_canceled_card".into()));
    assert_eq!(api.events().last().unwrap(), "refund.failed");
    assert_eq!(api.post("/v1/refunds", &[("payment_intent", id(&payment))]).await.ok()["amount"], 1200);
}
