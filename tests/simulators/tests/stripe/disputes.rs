//! Money that the bank takes back.

use super::support::{Api, id};

#[tokio::test]
async fn a_dispute_is_opened_and_won_or_lost_once() {
    for (won, status, last) in
        [(true, "won", "charge.dispute.funds_reinstated"), (false, "lost", "charge.dispute.closed")]
    {
        let api = Api::new();
        let payment = api.pay("pm_card_visa", &[]).await.ok();
        let dispute = api.stripe.with(|books| books.open_dispute(id(&payment), "product_not_received", None)).unwrap();
        assert_eq!((&dispute["status"], &dispute["amount"]), (&"needs_response".into(), &1200.into()));
        assert_eq!(dispute["balance_transactions"][0]["net"], -2700);
        api.post("/v1/refunds", &[("payment_intent", id(&payment))]).await.refused(400, "charge_disputed");
        assert!(api.stripe.with(|books| books.open_dispute(id(&payment), "fraudulent", None)).is_err());
        assert_eq!(api.stripe.with(|books| books.close_dispute(id(&dispute), won)).unwrap()["status"], status);
        assert!(api.stripe.with(|books| books.close_dispute(id(&dispute), !won)).is_err());
        assert_eq!(api.events().last().unwrap(), last);
        let net: i64 = api
            .stripe
            .with(|books| books.disputes[id(&dispute)].balances.iter().map(|id| books.balances[id].amount).sum());
        assert_eq!(net, if won { 0 } else { -1200 });
        let refund = api.post("/v1/refunds", &[("payment_intent", id(&payment))]).await;
        assert_eq!(refund.status, if won { 200 } else { 400 }, "won money can be given back by choice");
    }
}

#[tokio::test]
async fn a_card_whose_holder_disputes_does_so_after_paying() {
    let api = Api::new();
    let payment = api.pay("pm_card_createDispute", &[]).await.ok();
    assert_eq!(payment["status"], "succeeded");
    let expected = [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "charge.dispute.created",
        "charge.dispute.funds_withdrawn",
    ];
    assert_eq!(api.events(), expected);
}
