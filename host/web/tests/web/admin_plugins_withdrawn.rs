//! Plugins that are switched off, removed, or whose file cannot be read any more.

use tollgate_billing::plugin::{Environment, GatewayManifest};

use crate::admin::staff;
use crate::admin_attention::told;
use crate::admin_plugins::{LIST, PAGE};
use crate::hooks::{paid, payment};
use crate::house::House;
use crate::plugins::GATEWAY;
use crate::shelf::{install, version};

const FIRST: &[u8] = b"the first version";
const SECOND: &[u8] = b"the second version";
const REMOVE: &str = "/admin/plugins/test-bank/remove";

/// A version that takes the place of the file in the directory, whose instance has payments.
fn bank(number: &str) -> GatewayManifest {
    let mut manifest = version(number, &[("pay.example", Environment::Both)]);
    manifest.identity.id = tollgate_billing::ids::PluginId::new(GATEWAY);
    manifest.configuration = Vec::new();
    manifest
}

async fn enabled(house: &House) -> bool {
    let instances = house.billing.instances().await.expect("the store answers");
    instances.iter().any(|instance| instance.id.as_str() == GATEWAY && instance.enabled)
}

#[tokio::test]
async fn removing_is_refused_while_payments_are_open_and_names_them() {
    let house = House::new().await;
    install(&house, FIRST, bank("1.0.0")).await;
    let open = payment(&house).await;
    let mut browser = staff(&house).await;
    let before = browser.get(REMOVE).await.body;
    assert!(before.contains("Its payments are open") && !before.contains(&format!("action=\"{REMOVE}\"")), "{before}");
    let refused = browser.post_from(LIST, REMOVE, &[]).await;
    assert_eq!(refused.status, 422);
    for words in ["It was not removed: 1 of its payments are open.", open.as_str(), "/admin/invoices?number&#x3D;INV-"]
    {
        assert!(refused.body.contains(words), "{words}: {}", refused.body);
    }
    let link = refused.body.split("href=\"/admin/invoices?").nth(1).expect("a link").split('"').next();
    let invoice = browser.get(&format!("/admin/invoices?{}", link.expect("it ends").replace("&#x3D;", "="))).await;
    assert_eq!(invoice.header("location"), format!("/admin/invoices/{}", house.invoice));

    told(&house, paid(&open, "T1", 2_000)).await;
    let asked = browser.get(REMOVE).await.body;
    assert!(asked.contains(&format!("action=\"{REMOVE}\"")) && asked.contains("Their settings, secrets and stored"));
    let removed = browser.post_from(REMOVE, REMOVE, &[]).await;
    assert_eq!((removed.status, removed.header("location")), (303, LIST), "{}", removed.body);
    assert!(browser.get(LIST).await.body.contains("test-bank is removed."));
    assert!(!enabled(&house).await);
    assert_eq!(browser.get("/admin/plugins/test-bank").await.status, 404);
    assert_eq!(browser.post_from(LIST, REMOVE, &[]).await.status, 404, "it is gone");
}

#[tokio::test]
async fn switching_a_plugin_off_ends_nothing_that_is_under_way() {
    let house = House::new().await;
    install(&house, FIRST, bank("1.0.0")).await;
    let open = payment(&house).await;
    let mut browser = staff(&house).await;
    let page = "/admin/plugins/test-bank";
    assert!(browser.get(page).await.body.contains("href=\"/admin/gateways/test-bank\""), "its instance is linked");
    assert_eq!(browser.post_from(page, "/admin/plugins/test-bank/disable", &[]).await.status, 303);
    let shown = browser.get(page).await.body;
    assert!(shown.contains("Everything of this plugin is off.") && !shown.contains("/disable\""), "{shown}");
    assert!(!enabled(&house).await);
    told(&house, paid(&open, "T1", 2_000)).await;
    let page = house.billing.invoice_page(house.anna, house.invoice).await.expect("it is Anna's");
    assert_eq!(page.invoice.status, tollgate_billing::invoice::InvoiceStatus::Paid);
}

#[tokio::test]
async fn versions_that_open_payments_go_on_with_are_listed() {
    let house = House::new().await;
    install(&house, FIRST, bank("1.0.0")).await;
    payment(&house).await;
    install(&house, SECOND, bank("1.1.0")).await;
    install(&house, b"the third version", bank("1.2.0")).await;
    let shown = staff(&house).await.get("/admin/plugins/test-bank").await.body;
    let in_use = shown.split_once("Versions still in use").expect("they are listed").1;
    assert!(in_use.contains("<li>1.0.0<br>") && shown.contains("Roll back to 1.1.0"), "{shown}");
}

#[tokio::test]
async fn a_plugin_whose_file_is_damaged_can_be_rolled_back() {
    let house = House::new().await;
    install(&house, FIRST, version("1.0.0", &[])).await;
    install(&house, SECOND, version("1.1.0", &[])).await;
    house.script.shelf.damage(SECOND);
    house.billing.place_plugins().await.expect("the store answers");
    let mut browser = staff(&house).await;
    assert!(browser.get(LIST).await.body.contains("<a href=\"/admin/plugins/new-pay\">"), "the broken row leads there");
    let shown = browser.get(PAGE).await;
    assert_eq!(shown.status, 200);
    assert!(shown.body.contains("Its file cannot be read") && shown.body.contains("no component &lt;at all&gt;"));
    let back = browser.post_from(PAGE, "/admin/plugins/new-pay/rollback", &[]).await;
    assert_eq!(back.status, 303, "{}", back.body);
    assert!(browser.get(PAGE).await.body.contains("1.0.0 runs again."));
    install(&house, b"other", GatewayManifest { ..bank("1.0.0") }).await;
    let none = browser.post_from("/admin/plugins/test-bank", "/admin/plugins/test-bank/rollback", &[]).await;
    assert!(none.status == 422 && none.body.contains("There is no version before this one"), "{}", none.body);
}
