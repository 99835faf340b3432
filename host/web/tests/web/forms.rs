//! Forms that were forged, repeated, swollen or filled in wrong.

use tollgate_billing::ports::PageOf;

use crate::house::{ANNA, BERT, House};

const TAB: &str = "/billing/add-funds";

/// Names and values: fields, or headers.
type Pairs<'a> = &'a [(&'a str, &'a str)];

#[tokio::test]
async fn a_forged_form_changes_nothing() {
    let house = House::new().await;
    let mut anna = house.logged_in(ANNA).await;
    let mut bert = house.logged_in(BERT).await;
    let own = anna.get(TAB).await.hidden("csrf");
    let berts = bert.get(TAB).await.hidden("csrf");
    let here = ("origin", "http://localhost:8080");
    let cases: [(&str, Pairs, Pairs); 7] = [
        ("no token", &[], &[here]),
        ("an empty token", &[("csrf", "")], &[here]),
        ("another session's token", &[("csrf", &berts)], &[here]),
        ("another site's form", &[("csrf", &own)], &[("origin", "https://evil.example")]),
        ("a sandboxed frame", &[("csrf", &own)], &[("origin", "null")]),
        ("a form that the browser calls cross-site", &[("csrf", &own)], &[here, ("sec-fetch-site", "cross-site")]),
        ("a form of a neighbouring site", &[("csrf", &own)], &[("sec-fetch-site", "same-site")]),
    ];
    for (what, token, headers) in cases {
        let mut fields = vec![("amount", "10"), ("gateway", "test-bank"), ("form_key", "k")];
        fields.extend(token);
        let answer = anna.post_raw(TAB, &fields, headers).await;
        assert_eq!(answer.status, 403, "{what}");
        assert!(answer.body.contains("Nothing was changed"), "{what}: the page says what to do");
    }
    assert_eq!(house.billing.invoices_of(house.anna, PageOf::first(10)).await.map(|all| all.len()), Ok(1));
}

#[tokio::test]
async fn forms_beyond_their_bounds_are_refused() {
    let house = House::new().await;
    let mut anna = house.logged_in(ANNA).await;
    let csrf = anna.get(TAB).await.hidden("csrf");
    let long = "x".repeat(70_000);
    let key = "k".repeat(65);
    let many: Vec<(&str, &str)> = std::iter::once(("csrf", csrf.as_str())).chain(vec![("a", "b"); 1_001]).collect();
    let cases: [(&str, Pairs, u16); 7] = [
        ("too large", &[("csrf", &csrf), ("form_key", "k"), ("amount", &long)], 413),
        ("too many fields", &many, 413),
        ("an oversized form key", &[("csrf", &csrf), ("form_key", &key), ("amount", "10")], 400),
        ("a form key that is none", &[("csrf", &csrf), ("form_key", "a b"), ("amount", "10")], 400),
        ("no form key", &[("csrf", &csrf), ("amount", "10")], 400),
        ("two tokens", &[("csrf", &csrf), ("csrf", &csrf), ("form_key", "k")], 400),
        ("two form keys", &[("csrf", &csrf), ("form_key", "a"), ("form_key", "b")], 400),
    ];
    for (what, fields, expected) in cases {
        assert_eq!(anna.post_raw(TAB, fields, &[]).await.status, expected, "{what}");
    }
    assert_eq!(house.billing.invoices_of(house.anna, PageOf::first(10)).await.map(|all| all.len()), Ok(1));
}

#[tokio::test]
async fn a_form_that_is_sent_twice_makes_one_invoice() {
    let house = House::new().await;
    let mut anna = house.logged_in(ANNA).await;
    let page = anna.get(TAB).await;
    let (csrf, key) = (page.hidden("csrf"), page.hidden("form_key"));
    let fields = [("csrf", csrf.as_str()), ("form_key", key.as_str()), ("amount", "25"), ("gateway", "test-bank")];
    let first = anna.post_raw(TAB, &fields, &[]).await;
    let second = anna.post_raw(TAB, &fields, &[]).await;
    assert_eq!((first.status, second.status), (303, 303));
    assert_eq!(first.header("location"), second.header("location"));
    house.clock.forward_ms(3_600_000);
    let replayed = anna.post_raw(TAB, &fields, &[]).await;
    assert_eq!(replayed.header("location"), first.header("location"));
    assert_eq!(house.billing.invoices_of(house.anna, PageOf::first(10)).await.map(|all| all.len()), Ok(2));
}

#[tokio::test]
async fn a_refused_amount_comes_back_with_its_reason_and_what_was_typed() {
    let house = House::new().await;
    let mut anna = house.logged_in(ANNA).await;
    let answer = anna.post_from(TAB, TAB, &[("amount", "1e9\"><script>")]).await;
    assert_eq!(answer.status, 422);
    assert!(answer.body.contains("id=\"amount-error\""));
    assert!(answer.body.contains("&lt;b&gt;write the amount"), "the module's words are text: {}", answer.body);
    assert!(answer.body.contains("value=\"1e9&quot;&gt;&lt;script&gt;\""));
    assert!(answer.body.contains("href=\"#amount\""), "the summary leads to the field");
}

#[tokio::test]
async fn an_unknown_voucher_is_named_beside_its_field() {
    let house = House::new().await;
    let mut anna = house.logged_in(ANNA).await;
    let answer = anna.post_from(TAB, TAB, &[("voucher", "<SPRING>")]).await;
    assert_eq!(answer.status, 422);
    assert!(answer.body.contains("voucher-error") && answer.body.contains("&lt;SPRING&gt;"));
}

#[tokio::test]
async fn credit_takes_only_amounts_that_people_write() {
    let house = House::new().await;
    let mut anna = house.logged_in(ANNA).await;
    let url = house.invoice_url();
    let wrong = [
        ("", "Enter an amount"),
        ("1e9", "plain digits"),
        ("-5", "above zero"),
        ("0", "above zero"),
        ("NaN", "plain digits"),
        ("10.005", "at most 2 decimals"),
        ("１０", "plain digits"),
        ("1,000", "plain digits"),
        ("9999999999999999999999999999999999999999", "too large"),
        ("5", "Credit cannot be used"),
    ];
    for (typed, expected) in wrong {
        let fields = [("all", "no"), ("credit_amount", typed)];
        let answer = anna.post_from(&url, &format!("{url}/credit"), &fields).await;
        assert_eq!(answer.status, 422, "{typed}");
        assert!(answer.body.contains(expected), "{typed}: does not say {expected:?}");
    }
}

#[tokio::test]
async fn a_gateway_that_is_not_offered_is_refused_beside_its_field() {
    let house = House::new().await;
    let mut anna = house.logged_in(ANNA).await;
    let url = house.invoice_url();
    let long = "x".repeat(61);
    for wrong in ["", "no-such-gateway", "add-funds", "<script>", &long] {
        let answer = anna.post_from(&url, &format!("{url}/gateway"), &[("gateway", wrong)]).await;
        assert_eq!(answer.status, 422, "{wrong}");
        assert!(answer.body.contains("gateway-error"), "{wrong}");
    }
    let right = anna.post_from(&url, &format!("{url}/gateway"), &[("gateway", "test-bank")]).await;
    assert_eq!(right.status, 303);
    let page = anna.get(&url).await;
    assert!(page.body.contains("The gateway of this invoice is now test-bank &lt;name&gt;"), "{}", page.body);
    assert!(!anna.get(&url).await.body.contains("is now"), "a message is shown once");
}

#[tokio::test]
async fn a_lost_session_does_not_send_its_form_later() {
    let house = House::new().await;
    let mut anna = house.logged_in(ANNA).await;
    let csrf = anna.get(TAB).await.hidden("csrf");
    house.clock.forward_ms(13 * 3_600_000);
    let answer = anna.post_raw(TAB, &[("csrf", &csrf), ("form_key", "k"), ("amount", "10")], &[]).await;
    assert_eq!((answer.status, answer.header("location")), (303, "/login?expired=yes"));
}
