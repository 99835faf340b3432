//! Staff are told when a gateway's page cannot be drawn because the server has no second address.

use tollgate_billing::audit::Actor;
use tollgate_billing::ids::InstanceId;
use tollgate_billing::plugin::{Manifest, Script};
use tollgate_web::WebConfig;

use crate::admin::staff;
use crate::house::{House, config, theme};
use crate::plugins::{GATEWAY, gateway};

const NOTICE: &str = "Clients cannot pay with";
const PAGES: [&str; 2] = ["/admin", "/admin/gateways"];

fn scripted() -> Manifest {
    let Manifest::Gateway(mut manifest) = gateway("<p></p>") else { panic!("the scripted gateway is one") };
    manifest.scripts = vec![Script { name: "card".to_owned(), source: String::new() }];
    Manifest::Gateway(manifest)
}

async fn told(house: &House) -> [bool; 2] {
    let mut browser = staff(house).await;
    let mut told = [false; 2];
    for (told, page) in told.iter_mut().zip(PAGES) {
        let body = browser.get(page).await.body;
        *told = body.contains(NOTICE);
        assert_eq!(*told, body.contains("Set server.pages-url"), "{body}");
    }
    told
}

async fn house(pages_url: Option<String>, manifest: Manifest) -> House {
    let house = House::with_config(WebConfig { pages_url, ..config(&theme()) }).await;
    house.script.bring(manifest);
    house
}

#[tokio::test]
async fn a_gateway_that_is_on_and_cannot_be_drawn_is_named() {
    assert_eq!(told(&house(None, scripted()).await).await, [true; 2]);
}

#[tokio::test]
async fn nothing_is_said_where_nothing_is_missing() {
    assert_eq!(told(&house(config(&theme()).pages_url, scripted()).await).await, [false; 2]);
    assert_eq!(told(&house(None, gateway("<p></p>")).await).await, [false; 2], "its page runs no scripts");
    let off = house(None, scripted()).await;
    off.billing.enable(Actor::Command, &InstanceId::new(GATEWAY), false).await.expect("switched off");
    assert_eq!(told(&off).await, [false; 2], "it is not offered");
}
