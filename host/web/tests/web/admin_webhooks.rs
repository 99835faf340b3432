//! Webhooks in the back office: what came, what became of it, and processing it again.

use tollgate_billing::ids::InstanceId;
use tollgate_billing::ports::{SecretText, Secrets, WebhookRefusal};

use crate::admin::staff;
use crate::hooks::{ADDRESS, event, hook, paid, payment, request, send, settled, unproven};
use crate::house::House;
use crate::plugins::GATEWAY;

const LIST: &str = "/admin/webhooks";
const FIRST: &str = "/admin/webhooks/1";

#[tokio::test]
async fn the_list_says_what_became_of_each_in_words() {
    let house = House::new().await;
    let mut browser = staff(&house).await;
    let empty = browser.get(LIST).await.body;
    assert!(empty.contains("No provider has sent a webhook yet.") && empty.contains("href=\"/admin/webhooks\""));
    assert!(!empty.contains("refused"));

    hook(&house, "forged").await;
    let events =
        [Ok(event("evt_<1>", vec![])), Err(WebhookRefusal::Malformed("no <amount> in it".to_owned())), unproven()];
    for answer in events {
        house.script.verify_answers(answer);
        hook(&house, "{}").await;
    }
    let list = browser.get(LIST).await.body;
    for words in [
        "evt_&lt;1&gt;",
        "Done",
        "Unreadable",
        "no &lt;amount&gt; in it",
        "Not proven yet",
        "the provider &lt;b&gt; does not answer",
        "A webhook for test-bank &lt;name&gt; was refused.",
        "the signature &lt;b&gt; is wrong",
        "href=\"/admin/webhooks/3\"",
    ] {
        assert!(list.contains(words), "the list does not say {words}");
    }
    assert!(!list.contains("admin-webhook") && !list.contains("<b> "), "no id of a message, nothing run");
}

#[tokio::test]
async fn the_list_comes_in_pieces() {
    let house = House::new().await;
    let mut browser = staff(&house).await;
    for number in 0..26 {
        house.script.verify_answers(Ok(event(&format!("evt_{number:02}"), vec![])));
        hook(&house, "{}").await;
    }
    let newest = browser.get(LIST).await.body;
    assert!(newest.contains("evt_25") && newest.contains("evt_01") && !newest.contains("evt_00"));
    assert!(newest.contains("href=\"/admin/webhooks?before&#x3D;2\""));
    let older = browser.get("/admin/webhooks?before=2").await.body;
    assert!(older.contains("evt_00") && !older.contains("evt_01"));
}

#[tokio::test]
async fn a_webhook_is_shown_whole_and_without_secrets() {
    let house = House::new().await;
    let mut browser = staff(&house).await;
    let secret = SecretText::new("planted-swordfish".to_owned());
    house.safe.set_secret(&InstanceId::new(GATEWAY), "key", secret).await.expect("a safe that works");
    let reason = "planted-swordfish is not right".to_owned();
    house.script.verify_answers(Err(WebhookRefusal::Malformed(reason)));
    let body = r#"{"id":"evt_1","amount":1.10,"key":"planted-swordfish","name":"<script>alert(1)</script>"}"#;
    let mut sent = request("POST", &format!("{ADDRESS}?key=planted-swordfish&a=1"), body);
    for (name, value) in [("x-key", "planted-swordfish"), ("authorization", "Basic planted"), ("x-plain", "<i>")] {
        let value = axum::http::HeaderValue::from_static(value);
        sent.headers_mut().insert(axum::http::HeaderName::from_static(name), value);
    }
    send(&house, sent).await;
    for path in [FIRST, LIST] {
        let shown = browser.get(path).await.body;
        assert!(!shown.contains("planted") && shown.contains("[secret] is not right"), "{path}: {shown}");
    }
    let shown = browser.get(FIRST).await.body;
    for words in [
        "{\n  &quot;id&quot;: &quot;evt_1&quot;,\n  &quot;amount&quot;: 1.10,\n  &quot;key&quot;: &quot;[secret]&quot;",
        "&lt;script&gt;alert(1)",
        "key&#x3D;[secret]&amp;a&#x3D;1",
        "x-plain",
        "&lt;i&gt;",
        "Not shown",
        "Unreadable",
        "the gateway cannot read it",
    ] {
        assert!(shown.contains(words), "the page does not say {words}: {shown}");
    }
}

#[tokio::test]
async fn hostile_bodies_are_shown_in_bounds() {
    let house = House::new().await;
    let mut browser = staff(&house).await;
    let deep = "[".repeat(1 << 20).into_bytes();
    let wide = format!("[{}0]", "{},".repeat(300_000)).into_bytes();
    let bodies = [b"".to_vec(), b"\xff\xfe\0".to_vec(), deep, wide, "\u{202e}".repeat(300_000).into_bytes()];
    house.script.verify_answers(Err(WebhookRefusal::Malformed("?".to_owned())));
    for body in &bodies {
        assert_eq!(hook(&house, body.clone()).await.status, 400);
    }
    for (number, body) in (1..).zip(&bodies) {
        let answer = browser.get(&format!("{LIST}/{number}")).await;
        assert_eq!(answer.status, 200);
        assert!(answer.body.len() < 200_000, "{}", answer.body.len());
        assert_eq!(answer.body.contains("Only the beginning is shown"), body.len() > 1_000, "{number}");
    }
    assert!(browser.get(FIRST).await.body.contains("The body is empty."));
}

#[tokio::test]
async fn a_webhook_that_was_kept_is_processed_by_a_button() {
    let house = House::new().await;
    let mut browser = staff(&house).await;
    let payment = payment(&house).await;
    house.script.verify_answers(unproven());
    hook(&house, "{}").await;
    let process = format!("{FIRST}/process");
    let mut press = async |words: &str| {
        let answer = browser.post_from(FIRST, &process, &[]).await;
        assert_eq!((answer.status, answer.header("location")), (303, FIRST), "{words}");
        let shown = browser.get(FIRST).await.body;
        assert!(shown.contains(words), "the page does not say {words}");
    };
    press("cannot be proven or settled now").await;
    house.script.verify_answers(Err(WebhookRefusal::Forged("no".to_owned())));
    press("Nothing was booked.").await;
    house.script.verify_answers(Err(WebhookRefusal::Malformed("no".to_owned())));
    press("cannot read the webhook").await;
    house.script.verify_answers(Ok(event("E1", vec![paid(&payment, "T1", 2_000)])));
    press("What it said is settled.").await;
    press("It said nothing new.").await;
    assert_eq!(settled(&house).await, 2_000);
}

#[tokio::test]
async fn a_webhook_whose_event_came_before_goes_into_its_row() {
    let house = House::new().await;
    let mut browser = staff(&house).await;
    house.script.verify_answers(unproven());
    hook(&house, "{}").await;
    house.script.verify_answers(Ok(event("E1", vec![])));
    hook(&house, "{}").await;
    let answer = browser.post_from(FIRST, &format!("{FIRST}/process"), &[]).await;
    assert_eq!((answer.status, answer.header("location")), (303, LIST));
    assert_eq!(browser.get(FIRST).await.status, 404);
    assert_eq!(browser.get("/admin/webhooks/2").await.status, 200);
}

#[tokio::test]
async fn a_forged_form_processes_nothing() {
    let house = House::new().await;
    let mut browser = staff(&house).await;
    house.script.verify_answers(unproven());
    hook(&house, "{}").await;
    house.script.take_hooks();
    for csrf in ["", "x"] {
        assert_eq!(browser.post_raw(&format!("{FIRST}/process"), &[("csrf", csrf)], &[]).await.status, 403);
    }
    assert_eq!(house.script.take_hooks(), []);
}
