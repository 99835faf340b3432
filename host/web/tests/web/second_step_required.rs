//! Where staff must have a second step: what is open to whoever has none.

use axum::http::Method;
use tollgate_billing::roles::Right;
use tollgate_web::{Access, WebConfig};

use crate::admin::{SAM, staff};
use crate::house::{ANNA, House, PASSWORD, config, theme};
use crate::second_step_set_up::set_up;

async fn strict() -> House {
    House::with_config(WebConfig { staff_second_step_required: true, ..config(&theme()) }).await
}

#[tokio::test]
async fn every_route_of_staff_but_those_of_the_own_access_leads_to_setting_it_up() {
    let house = strict().await;
    let mut own = staff(&house).await;
    let mut closed = 0;
    for route in &house.routes {
        let Access::Staff(right) = route.access else { continue };
        if right == Right::OwnAccess {
            continue;
        }
        let address = route.path.replace("{id}", "1").replace("{sha256}", "1").replace("{instance}", "1");
        let answer = match route.method {
            Method::GET => own.get(&address).await,
            _ => own.post_from("/admin/security", &address, &[]).await,
        };
        let to = (answer.status, answer.header("location"));
        assert_eq!(to, (303, "/admin/security"), "{} {}", route.method, route.path);
        closed += 1;
    }
    assert!(closed > 30, "{closed} routes");
    let page = own.get("/admin/security").await;
    assert!(page.status == 200 && page.body.contains("Set it up to go on"), "{}", page.body);
    assert!(!page.body.contains("href=\"/admin/invoices\""), "the menu leads nowhere else");
}

#[tokio::test]
async fn whoever_set_it_up_goes_on_and_whoever_turns_it_off_does_not() {
    let house = strict().await;
    let mut own = staff(&house).await;
    set_up(&house, &mut own, "/admin/security").await;
    assert_eq!(own.get("/admin").await.status, 200);
    assert!(!own.get("/admin/security").await.body.contains("Set it up to go on"));
    let off = [("second-password", PASSWORD)];
    assert_eq!(own.post_from("/admin/security", "/admin/security/second-step/off", &off).await.status, 303);
    assert_eq!(own.get("/admin").await.header("location"), "/admin/security");
    assert_eq!(own.post_from("/admin/security", "/admin/logout", &[]).await.header("location"), "/admin/login");
}

#[tokio::test]
async fn it_is_asked_of_no_client_and_where_it_is_optional_of_nobody() {
    let house = strict().await;
    let mut anna = house.logged_in(ANNA).await;
    assert_eq!(anna.get("/billing/invoices").await.status, 200);
    let free = House::new().await;
    let mut own = staff(&free).await;
    assert_eq!(own.get("/admin").await.status, 200, "{SAM}");
}
