//! Files that are uploaded: what the form must be, what is refused and in which words, and who signed them.

use tollgate_billing::audit::{Action, Actor, NewEntry};
use tollgate_billing::plugin::{Environment, Manifest};
use tollgate_billing::ports::RequireSignature;
use tollgate_billing::publisher::Publisher;

use crate::admin::staff;
use crate::admin_plugins::{LIST, PAGE};
use crate::browser::{Answer, Browser};
use crate::house::House;
use crate::shelf::{NO_PLUGIN, id_of, install, version};

const UPLOAD: &str = "/admin/plugins";
const FILE: &[u8] = b"a plugin";
const MEGABYTE: usize = 1 << 20;
/// Public keys have 56 characters.
const KEY_A: &str = "RWAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
const KEY_B: &str = "RWBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB";

/// A field's name and what stands in it.
type Part<'a> = (&'a str, &'a [u8]);

async fn house() -> (House, Browser) {
    let house = House::new().await;
    let manifest = Manifest::Gateway(version("1.0.0", &[("api.example.com", Environment::Both)]));
    house.script.shelf.bring(FILE, manifest);
    let browser = staff(&house).await;
    (house, browser)
}

/// Whether the host kept anything of [`FILE`].
async fn kept(browser: &mut Browser) -> bool {
    browser.get(&format!("/admin/plugin-offers/{}", id_of(FILE))).await.status == 200
}

#[tokio::test]
async fn a_file_is_taken_only_from_a_form_of_ours_and_the_token_comes_first() {
    let (_house, mut browser) = house().await;
    let token = browser.get(LIST).await.hidden("csrf");
    let (token, wrong) = (token.as_bytes(), "0".repeat(64));
    let endless = vec![b'a'; 100_000];
    let own = [("origin", "http://localhost:8080")];
    let cases: [(&str, &[Part], u16); 8] = [
        ("no token", &[("file", FILE)], 403),
        ("a token after the file", &[("file", FILE), ("csrf", token)], 403),
        ("another's token", &[("csrf", wrong.as_bytes()), ("file", FILE)], 403),
        ("a token that never ends", &[("csrf", endless.as_slice()), ("file", FILE)], 403),
        ("a field that the form does not have", &[("csrf", token), ("file", FILE), ("more", b"1")], 400),
        ("two files", &[("csrf", token), ("file", FILE), ("file", FILE)], 400),
        ("two keys", &[("csrf", token), ("form_key", b"a"), ("form_key", b"b"), ("file", FILE)], 400),
        ("no file", &[("csrf", token), ("file", b"")], 422),
    ];
    for (case, parts, status) in cases {
        let answer = browser.post_parts(UPLOAD, parts, &own).await;
        assert_eq!(answer.status, status, "{case}: {}", answer.body);
    }
    let whole = [("csrf", token), ("file", FILE)];
    let foreign = browser.post_parts(UPLOAD, &whole, &[("origin", "https://evil.example")]).await;
    assert_eq!(foreign.status, 403);
    assert_eq!(browser.post_from(LIST, UPLOAD, &[("file", "a plugin")]).await.status, 400, "no form with files");
    assert!(!kept(&mut browser).await, "nothing of all that was kept");
    assert_eq!(browser.post_parts(UPLOAD, &whole, &own).await.status, 303);
    assert!(kept(&mut browser).await);
}

#[tokio::test]
async fn files_that_are_too_large_are_refused_and_other_forms_stay_small() {
    let (_house, mut browser) = house().await;
    let most = vec![0; 32 * MEGABYTE];
    let answer = browser.post_files(LIST, UPLOAD, &[("file", &most)]).await;
    assert!(answer.status == 422 && answer.body.contains("no component"), "as much as there may be is read");
    for bytes in [32 * MEGABYTE + 1, 34 * MEGABYTE] {
        let answer = browser.post_files(LIST, UPLOAD, &[("file", &vec![0; bytes])]).await;
        assert_eq!(answer.status, 413, "{bytes}");
        assert!(answer.body.contains("The file is larger than 32 MB."), "{bytes}: {}", answer.body);
    }
    let long = browser.post_files(LIST, UPLOAD, &[("file", FILE), ("signature", &[b'a'; 10_000])]).await;
    assert!(long.status == 413 && long.body.contains("This is no signature."), "{}", long.body);
    let grants = "x".repeat(100_000);
    assert_eq!(browser.post_from(LIST, "/admin/plugins/new-pay/grant", &[("grant", &grants)]).await.status, 413);
}

#[tokio::test]
async fn what_is_no_plugin_is_refused_in_words_that_are_no_markup() {
    let (_house, mut browser) = house().await;
    let answer = browser.post_files(LIST, UPLOAD, &[("file", b"<script>")]).await;
    assert_eq!(answer.status, 422);
    assert!(
        NO_PLUGIN.contains("<at all>") && answer.body.contains("it is no component &lt;at all&gt;. Ask its publisher")
    );
    assert!(answer.body.contains("id=\"file-error\""), "beside its field");
    let binary = browser.post_files(LIST, UPLOAD, &[("file", FILE), ("signature", b"\xff\xfe")]).await;
    assert!(binary.status == 422 && binary.body.contains("This is no signature."), "{}", binary.body);
}

#[tokio::test]
async fn what_a_plugin_says_of_itself_is_no_markup() {
    let (house, mut browser) = house().await;
    let offer = format!("/admin/plugin-offers/{}", id_of(FILE));
    assert_eq!(browser.post_files(LIST, UPLOAD, &[("file", FILE)]).await.header("location"), offer);
    let offered = browser.get(&offer).await.body;
    let order = [("grant", "host:api.example.com")];
    assert_eq!(browser.post_from(&offer, &offer, &order).await.status, 303);
    let (list, page) = (browser.get(LIST).await.body, browser.get(PAGE).await.body);
    for (name, shown) in [("offer", offered), ("list", list), ("page", page)] {
        assert!(!shown.contains("<script>alert"), "{name}");
        assert!(shown.contains("Example &lt;script&gt;alert("), "{name}: {shown}");
    }
    let again = browser.post_files(LIST, UPLOAD, &[("file", FILE)]).await;
    assert_eq!(again.header("location"), PAGE);
    assert!(browser.get(PAGE).await.body.contains("This very file is installed already."));
    let again = browser.post_from(LIST, &offer, &order).await;
    assert_eq!((again.status, again.header("location")), (303, PAGE));
    drop(house);
}

async fn trust(house: &House, key: &str, name: &str) {
    let now = house.billing.now();
    let publisher = Publisher { key: key.to_owned(), name: name.to_owned(), added: now };
    let noted = NewEntry::new(Actor::Command, now, Action::PublisherTrusted, name);
    house.billing.store().trust_publisher(publisher, noted).await.expect("a new publisher");
}

fn by(key: &str) -> String {
    format!("signed by {key}")
}

async fn signed(browser: &mut Browser, file: &[u8], signature: &str) -> Answer {
    browser.post_files(LIST, UPLOAD, &[("file", file), ("signature", signature.as_bytes())]).await
}

#[tokio::test]
async fn who_signed_a_file_is_said_and_a_wrong_signature_is_refused() {
    let (house, mut browser) = house().await;
    trust(&house, KEY_A, "Example <Publisher>").await;
    let altered = signed(&mut browser, FILE, "signed by nobody").await;
    assert_eq!(altered.status, 422);
    assert!(
        altered.body.contains("it was altered after &lt;it&gt; was signed. Get both files again"),
        "{}",
        altered.body
    );
    house.keys.require(RequireSignature::On);
    let unsigned = browser.post_files(LIST, UPLOAD, &[("file", FILE)]).await;
    assert!(unsigned.status == 422 && unsigned.body.contains("must be signed by a publisher whom you trust"));
    assert!(!kept(&mut browser).await);
    let taken = signed(&mut browser, FILE, &by(KEY_A)).await;
    assert_eq!(taken.status, 303, "{}", taken.body);
    let shown = browser.get(taken.header("location")).await.body;
    assert!(shown.contains("Signed by Example &lt;Publisher&gt;, a publisher whom you trust."), "{shown}");
}

#[tokio::test]
async fn another_publishers_file_does_not_take_the_place_of_a_signed_one() {
    let (house, mut browser) = house().await;
    trust(&house, KEY_A, "First").await;
    trust(&house, KEY_B, "Second").await;
    let offer = signed(&mut browser, FILE, &by(KEY_A)).await;
    let offer = offer.header("location").to_owned();
    assert_eq!(browser.post_from(&offer, &offer, &[]).await.status, 303);
    house.script.shelf.bring(b"taken over", Manifest::Gateway(version("9.0.0", &[])));
    let refused = signed(&mut browser, b"taken over", &by(KEY_B)).await;
    assert_eq!(refused.status, 422);
    let words = format!("new-pay belongs to the publisher who signed it with {KEY_A}");
    assert!(refused.body.contains(&words), "{}", refused.body);
    let now = house.billing.now();
    let noted = NewEntry::new(Actor::Command, now, Action::PublisherDistrusted, "First");
    house.billing.store().distrust_publisher(KEY_A, noted).await.expect("it was trusted");
    assert!(browser.get(LIST).await.body.contains("Signed with a key that is not trusted any more."));
}

#[tokio::test]
async fn the_file_is_downloaded_as_it_came() {
    let (house, mut browser) = house().await;
    install(&house, FILE, version("1.0.0 \"; x=<b>", &[])).await;
    let file = browser.get("/admin/plugins/new-pay/file").await;
    assert_eq!((file.status, file.body.as_bytes()), (200, FILE));
    assert_eq!(file.header("content-type"), "application/wasm");
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"new-pay-1.0.0----x--b-.wasm\"");
    assert_eq!(browser.get("/admin/plugins/test-bank/file").await.status, 404, "a file of the directory");
}
