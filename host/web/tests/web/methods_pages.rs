//! Stored ways to pay as clients and staff see them.

use tollgate_billing::claim::{MethodToken, SavedMethod};
use tollgate_billing::ids::{MethodId, Timestamp};
use tollgate_billing::invoice::InvoiceStatus;

use crate::admin::staff;
use crate::browser::{Answer, Browser};
use crate::house::{ANNA, BERT, House};
use crate::methods::{Next, TOKEN, bert, give, storing, switch, visa};

const LIST: &str = "/billing/payment-methods";
/// As pages write the label.
const SHOWN: &str = "Visa &lt;b&gt;ending&lt;/b&gt; 4242";

async fn charge(browser: &mut Browser, house: &House, method: MethodId) -> Answer {
    let url = house.invoice_url();
    let page = format!("{url}/charge?method={method}");
    browser.post_from(&page, &format!("{url}/charge"), &[("method", &method.to_string())]).await
}

#[tokio::test]
async fn the_list_says_what_there_is_and_never_shows_a_token() {
    let house = storing().await;
    let mut anna = house.logged_in(ANNA).await;
    let empty = anna.get(LIST).await.body;
    assert!(empty.contains("You have no stored payment methods.") && empty.contains("Tick the box"));
    assert!(empty.contains("href=\"/billing/payment-methods\" aria-current=\"page\""), "the tab is there");
    give(&house, house.anna, visa()).await;
    let old = SavedMethod {
        token: MethodToken::new(format!("{TOKEN}-2")),
        label: "Old".to_owned(),
        expires: Some(Timestamp(1_640_995_200_000)),
    };
    give(&house, house.anna, old).await;
    let shown = anna.get(LIST).await.body;
    for words in [SHOWN, "Expires 12/28", "Expired 12/21", "Default", "test-bank &lt;name&gt;"] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    let pages = [
        LIST.to_owned(),
        format!("{LIST}/1/remove"),
        house.invoice_url(),
        format!("{}/charge?method=1", house.invoice_url()),
    ];
    for page in pages {
        let answer = anna.get(&page).await;
        assert!(answer.status == 200 && !answer.body.contains("secret"), "{page}");
    }
    switch(&house, false).await;
    assert!(anna.get(LIST).await.body.contains("Cannot be used now: its gateway is switched off. It stays stored."));
}

#[tokio::test]
async fn where_no_gateway_stores_anything_there_is_no_tab_and_the_page_says_so() {
    let house = House::new().await;
    let mut anna = house.logged_in(ANNA).await;
    assert!(!anna.get("/billing/credit").await.body.contains(LIST));
    let page = anna.get(LIST).await;
    assert!(page.status == 200 && page.body.contains("No gateway stores payment methods at the moment."));
}

#[tokio::test]
async fn the_default_is_chosen_and_a_removal_is_asked_about_first() {
    let house = storing().await;
    let first = give(&house, house.anna, visa()).await;
    let second =
        give(&house, house.anna, SavedMethod { token: MethodToken::new(format!("{TOKEN}-2")), ..visa() }).await;
    let mut anna = house.logged_in(ANNA).await;
    let answer = anna.post_from(LIST, &format!("{LIST}/{second}/default"), &[]).await;
    assert_eq!((answer.status, answer.header("location")), (303, LIST));
    assert!(anna.get(LIST).await.body.contains("is your default payment method now"));
    assert_eq!(house.billing.methods(house.anna).await.unwrap()[0].stored.id, second);

    let remove = format!("{LIST}/{first}/remove");
    let asked = anna.get(&remove).await.body;
    assert!(asked.contains(&format!("Remove {SHOWN}?")) && asked.contains("Keep it"));
    assert_eq!(house.billing.methods(house.anna).await.unwrap().len(), 2, "looking removes nothing");
    house.script.methods.cannot_forget(true);
    let answer = anna.post_from(&remove, &remove, &[]).await;
    assert_eq!((answer.status, answer.header("location")), (303, LIST));
    assert!(anna.get(LIST).await.body.contains("is removed. It cannot be used any more."));
    assert_eq!(anna.get(&remove).await.status, 404);
    assert_eq!(anna.post_from(LIST, &remove, &[]).await.status, 404);
}

#[tokio::test]
async fn another_client_s_method_is_not_found_whatever_is_tried() {
    let house = storing().await;
    let annas = give(&house, house.anna, visa()).await;
    let own_id = bert(&house).await;
    give(&house, own_id, visa()).await;
    let mut browser = house.logged_in(BERT).await;
    for id in [annas.to_string(), "404".to_owned(), "x".to_owned(), "-1".to_owned(), "99999999999999999999".to_owned()]
    {
        assert_eq!(browser.get(&format!("{LIST}/{id}/remove")).await.status, 404, "{id}");
        for action in ["remove", "default"] {
            assert_eq!(
                browser.post_from(LIST, &format!("{LIST}/{id}/{action}"), &[]).await.status,
                404,
                "{action} {id}"
            );
        }
        let url = house.invoice_url();
        assert_eq!(browser.get(&format!("{url}/charge?method={id}")).await.status, 404, "{id}");
        let answer = browser.post_from(LIST, &format!("{url}/charge"), &[("method", &id)]).await;
        assert_eq!(answer.status, 404, "{id}");
    }
    assert_eq!(house.billing.methods(house.anna).await.unwrap().len(), 1);
    assert_eq!(house.script.methods.charged(), []);
}

#[tokio::test]
async fn a_forged_form_neither_charges_nor_removes() {
    let house = storing().await;
    let id = give(&house, house.anna, visa()).await;
    let mut anna = house.logged_in(ANNA).await;
    let paths =
        [format!("{}/charge", house.invoice_url()), format!("{LIST}/{id}/remove"), format!("{LIST}/{id}/default")];
    for path in paths {
        let fields = [("method", id.to_string()), ("form_key", "k".to_owned())];
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = anna.post_raw(&path, &fields, &[("origin", "http://localhost:8080")]).await;
        assert_eq!(answer.status, 403, "{path}");
    }
    assert_eq!((house.script.methods.charged(), house.billing.methods(house.anna).await.unwrap().len()), (vec![], 1));
}

#[tokio::test]
async fn an_invoice_offers_what_is_stored_and_one_page_confirms_it() {
    let house = storing().await;
    let method = give(&house, house.anna, visa()).await;
    let mut anna = house.logged_in(ANNA).await;
    let url = house.invoice_url();
    let page = anna.get(&url).await.body;
    assert!(
        page.contains(&format!("href=\"{url}/charge?method={method}\"")) && page.contains(&format!("Pay with {SHOWN}"))
    );
    let confirm = anna.get(&format!("{url}/charge?method={method}")).await.body;
    assert!(confirm.contains("Pay €20.00") && confirm.contains(&format!("€20.00 will be charged to {SHOWN}")));
    assert_eq!(house.script.methods.charged(), [], "looking charges nothing");
    let answer = charge(&mut anna, &house, method).await;
    assert_eq!((answer.status, answer.header("location")), (303, url.as_str()));
    let paid = anna.get(&url).await.body;
    assert!(paid.contains("Thank you. Your payment has arrived.") && paid.contains("Paid in full"));
    assert!(!paid.contains("/charge?method="), "nothing is due any more");
    let late = anna.get(&format!("{url}/charge?method={method}")).await;
    assert!(late.status == 422 && late.body.contains("Nothing is due on this invoice any more."));
}

#[tokio::test]
async fn every_answer_of_the_provider_is_told_to_the_client() {
    let table = [
        (Next::Declines, "The payment did not go through. No money was taken. The reason stands below"),
        (Next::Declines, "The bank says &lt;no&gt;."),
        (Next::Unavailable, "Nothing was sent and no money was taken"),
        (Next::Unknown, "Please do not pay a second time: we ask again by ourselves"),
        (Next::Waits, "We have noted what your payment"),
    ];
    for (next, words) in table {
        let house = storing().await;
        let method = give(&house, house.anna, visa()).await;
        house.script.methods.next(next);
        let mut anna = house.logged_in(ANNA).await;
        assert_eq!(charge(&mut anna, &house, method).await.status, 303, "{next:?}");
        let shown = anna.get(&house.invoice_url()).await.body;
        assert!(shown.contains(words), "{next:?} does not say {words}: {shown}");
        if next == Next::Unknown {
            let again = charge(&mut anna, &house, method).await;
            assert!(again.status == 422 && again.body.contains("is still being checked"), "{}", again.body);
        }
    }
    let house = storing().await;
    let method = give(&house, house.anna, visa()).await;
    house.script.methods.next(Next::Breaks);
    let mut anna = house.logged_in(ANNA).await;
    let broken = charge(&mut anna, &house, method).await;
    assert!(broken.status == 502 && !broken.body.contains("the key is wrong"));
}

#[tokio::test]
async fn a_client_whose_bank_asks_goes_on_in_the_gateway_s_page() {
    let house = storing().await;
    let method = give(&house, house.anna, visa()).await;
    house.script.methods.next(Next::AsksClient);
    let mut anna = house.logged_in(ANNA).await;
    let answer = charge(&mut anna, &house, method).await;
    let location = answer.header("location").to_owned();
    assert!(answer.status == 303 && location.starts_with("/billing/payments/"), "{location}");
    assert_eq!(anna.get(&location).await.status, 200);
    let page = anna.get(&house.invoice_url()).await.body;
    assert!(
        page.contains("Your bank wants you to confirm this payment") && page.contains(&format!("href=\"{location}\""))
    );
}

#[tokio::test]
async fn staff_charge_a_stored_method_and_are_told_what_came_of_it() {
    let table = [
        (Next::Pays, "The payment method was charged."),
        (Next::Waits, "The provider takes its time."),
        (Next::Declines, "The payment method was declined. No money was taken."),
        (Next::Declines, "card_declined &lt;b&gt;"),
        (Next::Unavailable, "the reason stands with the charge"),
        (Next::Breaks, "the key is wrong"),
        (Next::Unknown, "It is not known yet whether the charge went through."),
        (Next::AsksClient, "http://localhost:8080/billing/payments/"),
    ];
    for (next, words) in table {
        let house = storing().await;
        let method = give(&house, house.anna, visa()).await;
        let mut browser = staff(&house).await;
        house.script.methods.next(next);
        let url = format!("/admin/invoices/{}", house.invoice);
        let page = browser.get(&url).await.body;
        assert!(page.contains("The client agreed to have these stored") && page.contains("Charge €20.00"), "{page}");
        let answer = browser.post_from(&url, &format!("{url}/charge"), &[("method", &method.to_string())]).await;
        assert_eq!((answer.status, answer.header("location")), (303, url.as_str()), "{next:?}");
        let shown = browser.get(&url).await.body;
        assert!(shown.contains(words) && !shown.contains("secret"), "{next:?} does not say {words}: {shown}");
        let client = house.logged_in(ANNA).await.get(&house.invoice_url()).await.body;
        let invited = client.contains("Your bank wants you to confirm this payment");
        assert_eq!(invited, next == Next::AsksClient, "{next:?}");
    }
}

#[tokio::test]
async fn staff_cannot_charge_what_is_not_the_client_s_or_not_due() {
    let house = storing().await;
    let annas = give(&house, house.anna, visa()).await;
    let berts = give(&house, bert(&house).await, visa()).await;
    let mut browser = staff(&house).await;
    let url = format!("/admin/invoices/{}", house.invoice);
    for id in [berts.to_string(), "404".to_owned(), String::new()] {
        assert_eq!(browser.post_from(&url, &format!("{url}/charge"), &[("method", &id)]).await.status, 404, "{id}");
    }
    let method = annas.to_string();
    for words in ["The payment method was charged.", "Nothing is due on this invoice any more."] {
        let answer = browser.post_from(&url, &format!("{url}/charge"), &[("method", &method)]).await;
        assert_eq!(answer.status, 303);
        assert!(browser.get(&url).await.body.contains(words), "{words}");
    }
    let invoice = house.billing.store().invoice(house.invoice).await.unwrap().unwrap();
    assert_eq!((invoice.status, house.script.methods.charged().len()), (InvoiceStatus::Paid, 1));
    let mut nobody = house.browser();
    let answer = nobody.post_raw(&format!("{url}/charge"), &[("method", &method)], &[]).await;
    assert_eq!((answer.status, answer.header("location")), (303, "/admin/login?next=/admin"));
}
