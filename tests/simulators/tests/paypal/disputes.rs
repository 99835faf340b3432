use serde_json::json;
use tollgate_simulators::paypal::Complaint;
use tollgate_simulators::paypal::capture::RefundScript;
use tollgate_simulators::paypal::dispute::{DisputeOutcome, DisputeStatus};
use tollgate_simulators::paypal::order::{Funding, Reason};

use crate::shop::{Shop, euros, ten};

const COMPLAINT: Complaint = Complaint { reason: "UNAUTHORISED", stage: "CHARGEBACK", amount_minor: None };

#[tokio::test]
async fn a_dispute_is_opened_reviewed_and_won_by_the_seller() {
    let shop = Shop::open().await;
    shop.listen().await;
    let capture = shop.paid(&ten(), Funding::Balance).await;
    let id = shop.simulator.dispute(&capture, COMPLAINT).unwrap().expect("a dispute");
    let path = format!("/v1/customer/disputes/{id}");
    let open = shop.get(&path).await;
    assert_eq!((&open.json["status"], &open.json["dispute_amount"]), (&json!("OPEN"), &euros("10.00")));
    assert_eq!(open.json["disputed_transactions"][0]["seller_transaction_id"], capture);
    assert_eq!(shop.simulator.dispute(&capture, COMPLAINT), Ok(None));
    let part = shop.refund(&capture, "", &json!({ "amount": euros("1.00") })).await;
    assert_eq!(part.said(), (422, "TRANSACTION_DISPUTED"));

    shop.simulator.update_dispute(&id, DisputeStatus::UnderReview).unwrap();
    shop.simulator.resolve_dispute(&id, DisputeOutcome::Seller).unwrap();
    shop.simulator.resolve_dispute(&id, DisputeOutcome::Buyer).unwrap();
    let won = shop.get(&path).await;
    assert_eq!(won.json["dispute_outcome"]["outcome_code"], "RESOLVED_SELLER_FAVOUR");
    assert_eq!(shop.get(&format!("/v2/payments/captures/{capture}")).await.json["status"], "COMPLETED");
    let expected = ["CUSTOMER.DISPUTE.CREATED", "CUSTOMER.DISPUTE.UPDATED", "CUSTOMER.DISPUTE.RESOLVED"];
    assert_eq!(shop.heard()[2..], expected);
}

#[tokio::test]
async fn a_dispute_that_the_buyer_wins_takes_the_money_back() {
    let shop = Shop::open().await;
    shop.listen().await;
    let capture = shop.paid(&ten(), Funding::Balance).await;
    let id = shop.simulator.dispute(&capture, COMPLAINT).unwrap().expect("a dispute");
    shop.simulator.resolve_dispute(&id, DisputeOutcome::Buyer).unwrap();
    let lost = shop.get(&format!("/v1/customer/disputes/{id}")).await;
    assert_eq!(lost.json["dispute_outcome"]["amount_refunded"], euros("10.00"));
    assert_eq!(lost.json["disputed_transactions"][0]["transaction_status"], "REVERSED");
    let taken = shop.get(&format!("/v2/payments/captures/{capture}")).await;
    assert_eq!(
        (&taken.json["status"], &taken.json["status_details"]["reason"]),
        (&json!("REFUNDED"), &json!("CHARGEBACK"))
    );
    assert_eq!(shop.heard()[3..], ["PAYMENT.CAPTURE.REVERSED", "CUSTOMER.DISPUTE.RESOLVED"]);
    assert_eq!(shop.refund(&capture, "", &json!({})).await.said(), (422, "REFUND_NOT_PERMITTED_DUE_TO_CHARGEBACK"));
}

#[tokio::test]
async fn disputes_are_found_by_payment() {
    let shop = Shop::open().await;
    let (one, two) = (shop.paid(&ten(), Funding::Balance).await, shop.paid(&ten(), Funding::Balance).await);
    let id = shop.simulator.dispute(&one, COMPLAINT).unwrap().expect("a dispute");
    let found = shop.get(&format!("/v1/customer/disputes?disputed_transaction_id={one}")).await;
    assert_eq!(found.json["items"][0]["dispute_id"], id);
    let none = shop.get(&format!("/v1/customer/disputes?disputed_transaction_id={two}")).await;
    assert_eq!((none.status, none.json.get("items")), (200, None));
    assert_eq!(shop.get("/v1/customer/disputes?colour=red").await.status, 400);
    assert_eq!(shop.get("/v1/customer/disputes/PP-R-AAA-1").await.said(), (404, "INVALID_RESOURCE_ID"));
}

#[tokio::test]
async fn money_that_never_came_is_not_disputed_or_reversed() {
    let shop = Shop::open().await;
    let pending = shop.paid(&ten(), Funding::Later(Reason::Echeck)).await;
    assert_eq!(shop.simulator.dispute(&pending, COMPLAINT), Ok(None));
    assert_eq!(shop.simulator.reverse(&pending, None), Ok(None));
}

#[tokio::test]
async fn the_bank_takes_back_what_was_not_refunded_and_nothing_more() {
    let shop = Shop::open().await;
    let capture = shop.paid(&ten(), Funding::Balance).await;
    shop.refund(&capture, "", &json!({ "amount": euros("4.00") })).await;
    let reversal = shop.simulator.reverse(&capture, None).unwrap().expect("a reversal");
    let told = shop.get(&format!("/v2/payments/refunds/{reversal}")).await;
    assert_eq!(told.json["amount"], euros("6.00"));
    assert_eq!(shop.simulator.reverse(&capture, None), Ok(None));
}

#[tokio::test]
async fn no_money_is_given_back_twice_by_a_refund_and_a_dispute() {
    let shop = Shop::open().await;
    let part = shop.paid(&ten(), Funding::Balance).await;
    shop.simulator.script_refund(&part, RefundScript::Pending).unwrap();
    assert_eq!(shop.refund(&part, "", &json!({ "amount": euros("4.00") })).await.status, 201);
    assert_eq!(shop.simulator.dispute(&part, COMPLAINT), Ok(None), "only six euros are left");

    let whole = shop.paid(&ten(), Funding::Balance).await;
    let id = shop.simulator.dispute(&whole, COMPLAINT).unwrap().expect("a dispute");
    assert_eq!(shop.refund(&whole, "", &json!({ "amount": euros("10.00") })).await.status, 201);
    shop.simulator.resolve_dispute(&id, DisputeOutcome::Buyer).unwrap();
    let ended = shop.get(&format!("/v1/customer/disputes/{id}")).await;
    assert_eq!(ended.json["dispute_outcome"]["outcome_code"], "CANCELED_BY_BUYER");
}
