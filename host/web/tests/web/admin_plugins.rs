//! The life of a plugin in the back office: uploaded, looked at, installed with what staff grant, upgraded, rolled back.

use std::collections::BTreeSet;

use tollgate_billing::ids::{InstanceId, PluginId, Timestamp};
use tollgate_billing::plugin::{Environment, FieldKind, GatewayManifest, Instance, Manifest};
use tollgate_billing::roles::Role;

use crate::admin::{hired, staff};
use crate::browser::Browser;
use crate::house::House;
use crate::shelf::{NEW, field, id_of, install, settings, version};

pub const LIST: &str = "/admin/gateways";
pub const PAGE: &str = "/admin/plugins/new-pay";
const FIRST: &[u8] = b"the first version";
const SECOND: &[u8] = b"the second version";

fn first() -> GatewayManifest {
    version("1.0.0", &[("api.example.com", Environment::Live), ("sandbox.example.com", Environment::Test)])
}

/// Asks for one host more.
fn second() -> GatewayManifest {
    let hosts = [
        ("api.example.com", Environment::Live),
        ("sandbox.example.com", Environment::Test),
        ("fraud.example.com", Environment::Both),
    ];
    version("1.1.0", &hosts)
}

fn bring(house: &House, bytes: &[u8], manifest: GatewayManifest) {
    house.script.shelf.bring(bytes, Manifest::Gateway(manifest));
}

/// Uploads a file and answers where it is looked at.
async fn upload(browser: &mut Browser, bytes: &[u8]) -> String {
    let answer = browser.post_files(LIST, "/admin/plugins", &[("file", bytes), ("signature", b"")]).await;
    let expected = format!("/admin/plugin-offers/{}", id_of(bytes));
    assert_eq!((answer.status, answer.header("location")), (303, expected.as_str()), "{}", answer.body);
    expected
}

pub async fn granted(house: &House) -> BTreeSet<String> {
    let installed = house.billing.installed_plugins().await.expect("the store answers");
    installed.into_iter().find(|plugin| plugin.id.as_str() == NEW).expect("it is installed").granted
}

fn words(words: &[&str]) -> BTreeSet<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// The switches of a page: each word, and whether it is on.
fn switches(body: &str) -> Vec<(String, bool)> {
    let parts = body.split("name=\"grant\" value=\"").skip(1);
    let switch = |part: &str| {
        let (word, rest) = part.split_once('"').expect("a value ends");
        (word.to_owned(), rest.starts_with(" checked"))
    };
    parts.map(switch).collect()
}

fn running(house: &House) -> String {
    let manifest = house.billing.plugins().manifest(&PluginId::new(NEW)).expect("it runs");
    manifest.identity().version.clone()
}

#[tokio::test]
async fn a_plugin_is_installed_upgraded_and_rolled_back_with_what_staff_grant() {
    let house = House::new().await;
    bring(&house, FIRST, first());
    bring(&house, SECOND, second());
    let mut browser = staff(&house).await;

    let offer = upload(&mut browser, FIRST).await;
    let shown = browser.get(&offer).await.body;
    let asked = ["host:api.example.com", "host:sandbox.example.com", "refund"];
    assert_eq!(switches(&shown), asked.map(|word| (word.to_owned(), false)), "nothing is granted unasked");
    let sha256 = id_of(FIRST).to_string();
    let facts = ["1.0.0", "Apache-2.0", "contract", "Not signed", sha256.as_str(), "Real money only", "Test mode only"];
    for fact in facts.into_iter().chain(["Refund payments", "sends money back", "Label of &lt;key&gt;", ">Install<"]) {
        assert!(shown.contains(fact), "{fact}: {shown}");
    }
    assert!(house.billing.plugins().manifest(&PluginId::new(NEW)).is_none(), "looking installs nothing");

    let grants = [("grant", "host:sandbox.example.com"), ("grant", "refund")];
    let installed = browser.post_from(&offer, &offer, &grants).await;
    assert_eq!((installed.status, installed.header("location")), (303, PAGE), "{}", installed.body);
    assert!(browser.get(PAGE).await.body.contains("new-pay 1.0.0 is installed."));
    assert_eq!(granted(&house).await, words(&["host:sandbox.example.com", "refund"]));

    let offer = upload(&mut browser, SECOND).await;
    let shown = browser.get(&offer).await.body;
    let (new, known) = shown.split_once("Decided before").expect("two parts");
    assert_eq!(switches(new), [("host:fraud.example.com".to_owned(), false)], "asked only for what is new");
    let stands = [("host:api.example.com", false), ("host:sandbox.example.com", true), ("refund", true)];
    assert_eq!(switches(known), stands.map(|(word, on)| (word.to_owned(), on)));
    assert!(shown.contains("Upgrade from 1.0.0 to 1.1.0"), "{shown}");
    let all = [&grants[..], &[("grant", "host:fraud.example.com")]].concat();
    assert_eq!(browser.post_from(&offer, &offer, &all).await.status, 303);
    assert_eq!(running(&house), "1.1.0");
    assert_eq!(granted(&house).await, words(&["host:fraud.example.com", "host:sandbox.example.com", "refund"]));

    let page = browser.get(PAGE).await.body;
    assert!(page.contains("Roll back to 1.0.0"), "{page}");
    assert_eq!(browser.post_from(PAGE, "/admin/plugins/new-pay/rollback", &[]).await.status, 303);
    assert_eq!(running(&house), "1.0.0");
    assert!(browser.get(PAGE).await.body.contains("1.0.0 runs again."));
    assert!(browser.get(PAGE).await.body.contains("Roll back to 1.1.0"), "and forward again");
}

#[tokio::test]
async fn a_plugin_is_held_to_less_than_all_others_through_every_upgrade_until_that_is_taken_back() {
    let house = House::new().await;
    install(&house, FIRST, first()).await;
    bring(&house, SECOND, second());
    let mut browser = staff(&house).await;
    let address = "/admin/plugins/new-pay/limits";
    for (typed, most) in [("65", "64"), ("0", "64"), ("many", "64"), ("-1", "64"), ("99999999999", "64")] {
        let refused = browser.post_from(PAGE, address, &[("memory-mib", typed), ("deadline-ms", "500")]).await;
        assert_eq!(refused.status, 422, "{typed}");
        let said = format!("Enter a whole number from 1 to {most}, or nothing");
        assert!(refused.body.contains(&said) && refused.body.contains(&format!("value=\"{typed}\"")), "{typed}");
    }
    let before = granted(&house).await;
    let saved = browser.post_from(PAGE, address, &[("memory-mib", " 16 "), ("deadline-ms", "")]).await;
    assert_eq!((saved.status, saved.header("location")), (303, PAGE), "{}", saved.body);
    assert_eq!(granted(&house).await.difference(&before).collect::<Vec<_>>(), ["limit:memory-mib=16"]);
    assert!(
        browser
            .get(PAGE)
            .await
            .body
            .contains("name=\"memory-mib\" inputmode=\"numeric\" autocomplete=\"off\" value=\"16\"")
    );
    let offer = upload(&mut browser, SECOND).await;
    assert!(!browser.get(&offer).await.body.contains("limit:"), "a limit is nothing that it asks for");
    assert_eq!(browser.post_from(&offer, &offer, &[("grant", "refund")]).await.status, 303);
    assert_eq!(granted(&house).await, words(&["limit:memory-mib=16", "refund"]));
    assert_eq!(browser.post_from(PAGE, "/admin/plugins/new-pay/grant", &[("grant", "refund")]).await.status, 303);
    assert_eq!(browser.post_from(PAGE, address, &[]).await.status, 303);
    assert_eq!(granted(&house).await, words(&["refund"]));
    let log = browser.get("/admin/audit").await.body;
    assert!(log.contains("limit:memory-mib&#x3D;16"), "{log}");
    let forged = browser.post_from(PAGE, "/admin/plugins/new-pay/grant", &[("grant", "limit:memory-mib=1")]).await;
    assert_eq!(forged.status, 422, "limits are no grants of the form");
}

#[tokio::test]
async fn grants_are_seen_and_changed_on_the_plugins_page() {
    let house = House::new().await;
    install(&house, FIRST, first()).await;
    let mut browser = staff(&house).await;
    let list = browser.get(LIST).await.body;
    assert!(list.contains("<a href=\"/admin/plugins/new-pay\">New Pay</a>") && list.contains("Not signed"), "{list}");
    assert!(list.contains("In the directory, put there by hand: granted all that it asks for."));
    assert!(switches(&browser.get(PAGE).await.body).iter().all(|(_, on)| *on));
    let address = "/admin/plugins/new-pay/grant";
    let saved = browser.post_from(PAGE, address, &[("grant", "host:api.example.com")]).await;
    assert_eq!((saved.status, saved.header("location")), (303, PAGE));
    assert_eq!(granted(&house).await, words(&["host:api.example.com"]));
    let shown = browser.get(PAGE).await.body;
    assert!(shown.contains("Denied") && shown.contains("holds from now on"), "{shown}");
    let unasked = browser.post_from(PAGE, address, &[("grant", "host:evil.example.com")]).await;
    assert_eq!(unasked.status, 422);
    assert!(unasked.body.contains("does not ask for host:evil.example.com"), "{}", unasked.body);
    assert_eq!(granted(&house).await, words(&["host:api.example.com"]), "nothing changed");
}

#[tokio::test]
async fn a_new_instance_begins_with_the_hosts_that_the_plugin_was_granted() {
    let house = House::new().await;
    install(&house, FIRST, first()).await;
    let mut browser = staff(&house).await;
    let form = browser.get("/admin/gateways/new-pay?plugin=new-pay").await.body;
    assert!(form.contains("name=\"hosts\" value=\"sandbox.example.com\" checked"), "{form}");
    assert!(!form.contains("api.example.com"), "a host of real money is not asked about in test mode");
    browser.post_from(PAGE, "/admin/plugins/new-pay/grant", &[("grant", "refund")]).await;
    let form = browser.get("/admin/gateways/new-pay?plugin=new-pay").await.body;
    assert!(!form.contains("name=\"hosts\""), "what was denied is not there to switch on");
    let by_hand = browser.get("/admin/gateways/test-bank-2?plugin=test-bank").await.body;
    assert!(by_hand.contains("value=\"pay.example\" aria"), "a file of the directory is granted here: {by_hand}");
}

#[tokio::test]
async fn settings_that_the_new_version_refuses_are_named_and_can_be_switched_off() {
    let house = House::new().await;
    let with = |manifest: GatewayManifest, required: bool| {
        let mut note = field("note", FieldKind::Line { chars_max: 40 });
        note.required = required;
        GatewayManifest { configuration: vec![settings(vec![note])], ..manifest }
    };
    install(&house, FIRST, with(first(), false)).await;
    let instance = Instance {
        id: InstanceId::new(NEW),
        plugin: PluginId::new(NEW),
        enabled: true,
        position: 7,
        label: "Our <pay>".to_owned(),
        settings: Vec::new(),
        currencies: Vec::new(),
        granted_hosts: Vec::new(),
        component: None,
        updated: Timestamp(1),
    };
    house.billing.store().save_instance(instance).await.expect("a new instance");
    bring(&house, SECOND, with(second(), true));
    let mut browser = staff(&house).await;
    let offer = upload(&mut browser, SECOND).await;
    let refused = browser.post_from(&offer, &offer, &[("grant", "refund")]).await;
    assert_eq!(refused.status, 422);
    for said in
        ["Our &lt;pay&gt; does not fit this version", "Label of &lt;note&gt;: Enter a value.", "id=\"switch_off\""]
    {
        assert!(refused.body.contains(said), "{said}: {}", refused.body);
    }
    assert_eq!(switches(&refused.body).into_iter().filter(|(_, on)| *on).count(), 1, "what was chosen is not lost");
    assert_eq!(running(&house), "1.0.0");
    let done = browser.post_from(&offer, &offer, &[("grant", "refund"), ("switch_off", "true")]).await;
    assert_eq!(done.status, 303, "{}", done.body);
    assert_eq!(running(&house), "1.1.0");
    assert!(browser.get(PAGE).await.body.contains("Switched off until they are configured: new-pay."));
    let all = house.billing.instances().await.expect("the store answers");
    assert!(all.iter().any(|instance| instance.id.as_str() == NEW && !instance.enabled));
}

#[tokio::test]
async fn whoever_may_not_configure_sees_all_of_it_and_changes_nothing() {
    let house = House::new().await;
    install(&house, FIRST, first()).await;
    bring(&house, SECOND, second());
    let mut owner = staff(&house).await;
    let offer = upload(&mut owner, SECOND).await;
    let mut reader = hired(&house, "reader@example.test", Role::ReadOnly).await;
    for (page, words) in [(PAGE, "api.example.com"), (&offer, "fraud.example.com"), (LIST, "New Pay")] {
        let shown = reader.get(page).await;
        assert!(shown.status == 200 && shown.body.contains(words), "{page}: {}", shown.body);
        assert!(!shown.body.contains("type=\"file\"") && !shown.body.contains("/remove\""), "{page}");
    }
    let posts = ["grant", "rollback", "disable", "remove"].map(|what| format!("{PAGE}/{what}"));
    for address in posts.iter().chain([&offer]) {
        assert_eq!(reader.post_from("/admin/clients", address, &[]).await.status, 403, "{address}");
    }
    let upload = reader.post_files("/admin/clients", "/admin/plugins", &[("file", SECOND)]).await;
    assert_eq!(upload.status, 403);
    assert_eq!(running(&house), "1.0.0");
}
