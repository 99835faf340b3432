//! Who may see what of the back office.

use tollgate_billing::people::NewStaff;
use tollgate_billing::roles::Role;
use tollgate_web::hash_password;

use crate::browser::{Answer, Browser};
use crate::house::{ANNA, House, PASSWORD};

pub const SAM: &str = "sam@example.test";

/// A browser that an owner is logged in with.
pub async fn staff(house: &House) -> Browser {
    hired(house, SAM, Role::Owner).await
}

/// A browser that somebody new of staff is logged in with.
pub async fn hired(house: &House, email: &str, role: Role) -> Browser {
    hire(house, email, role).await;
    let mut browser = house.browser();
    let answer = log_in(&mut browser, email, PASSWORD).await;
    assert_eq!((answer.status, answer.header("location")), (303, "/admin"), "{}", answer.body);
    browser
}

pub async fn hire(house: &House, email: &str, role: Role) {
    let password_hash = hash_password(email, PASSWORD).expect("a long password");
    let new = NewStaff { email: email.to_owned(), name: "Sam <b>Staff</b>".to_owned(), role, password_hash };
    house.billing.store().create_staff(new, house.billing.now()).await.expect("somebody new");
}

pub async fn log_in(browser: &mut Browser, email: &str, password: &str) -> Answer {
    browser.post_from("/admin/login", "/admin/login", &[("email", email), ("password", password)]).await
}

/// Method, path, and the answers to nobody, to a client, to staff. `{i}` is the client's invoice.
const GETS: &str = "\
GET /admin 303 303 200
GET /admin/login 200 200 200
GET /admin/gateways 303 303 200
GET /admin/gateways/test-bank 303 303 200
GET /admin/gateways/test-bank-2?plugin=test-bank 303 303 200
GET /admin/gateways/test-bank-2 303 303 404
GET /admin/gateways/anything?plugin=test-bank 303 303 404
GET /admin/gateways/nothing?plugin=nothing 303 303 404
GET /admin/gateways/test-bank/webhook 405 405 405
GET /admin/invoices 303 303 200
GET /admin/invoices?status=paid 303 303 200
GET /admin/invoices?status=nothing 303 303 400
GET /admin/invoices?before=x 303 303 400
GET /admin/invoices?number=inv-000001 303 303 303
GET /admin/invoices?number=none 303 303 200
GET /admin/invoices/{i} 303 303 200
GET /admin/invoices/999999 303 303 404
GET /admin/invoices/x 303 303 404
GET /admin/payments 303 303 200
GET /admin/payments/nothing/refund 303 303 404
GET /admin/webhooks 303 303 200
GET /admin/webhooks?before=x 303 303 400
GET /admin/webhooks/1 303 303 404
GET /admin/webhooks/x 303 303 404
GET /admin/webhooks/99999999999999999999 303 303 404
GET /admin/webhooks/1/process 405 405 405
GET /admin/attention 303 303 200
GET /admin/attention?before=x 303 303 400
GET /admin/attention/decided 303 303 200
GET /admin/attention/decided?before=x 303 303 400
GET /admin/attention/1 303 303 404
GET /admin/attention/x 303 303 404
GET /admin/attention/99999999999999999999 303 303 404
GET /admin/attention/1/review 405 405 405
GET /admin/attention/1/decide 405 405 405
GET /admin/clients 303 303 200
GET /admin/audit 303 303 200
GET /admin/audit?before=x 303 303 400
GET /admin/nothing 404 404 404
GET /admin/logout 405 405 405
GET /billing/invoices/{i} 303 200 303
";

/// The same for forms of our own pages. Clients and strangers are sent to the login, whatever the form is.
const POSTS: &str = "\
POST /admin/gateways/test-bank 303 303 303
POST /admin/gateways/nothing 303 303 404
POST /admin/gateways/test-bank/enable 303 303 400
POST /admin/gateways/test-bank/webhook 303 303 400
POST /admin/gateways/nothing/webhook 303 303 404
POST /admin/gateways/test-bank/move 303 303 400
POST /admin/invoices/{i}/record 303 303 422
POST /admin/invoices/999999/record 303 303 404
POST /admin/payments/nothing/refund 303 303 404
POST /admin/webhooks/1/process 303 303 404
POST /admin/attention/1/review 303 303 400
POST /admin/attention/1/decide 303 303 400
POST /admin/attention/decided 405 405 405
POST /admin/invoices 405 405 405
POST /admin/logout 303 303 303
";

#[tokio::test]
async fn the_back_office_is_open_to_staff_only() {
    let house = House::new().await;
    let mut browsers = [house.browser(), house.logged_in(ANNA).await, staff(&house).await];
    let mut got = String::new();
    for line in GETS.lines() {
        let path = path_of(line);
        got += &["GET ", path].concat();
        for browser in &mut browsers {
            let answer = browser.get(&path.replace("{i}", &house.invoice.to_string())).await;
            got += &[" ", &answer.status.to_string()].concat();
            let foreign = answer.status == 303 && path.starts_with("/admin") && !path.contains("number=inv");
            assert!(!foreign || answer.header("location").starts_with("/admin/login"), "{path}");
        }
        got.push('\n');
    }
    assert_eq!(got, GETS);
}

#[tokio::test]
async fn the_forms_of_the_back_office_are_taken_from_staff_only() {
    let house = House::new().await;
    let mut browsers = [house.browser(), house.logged_in(ANNA).await, staff(&house).await];
    let pages = ["/admin/login", "/billing/credit", "/admin/clients"];
    let mut got = String::new();
    for line in POSTS.lines() {
        let path = path_of(line);
        got += &["POST ", path].concat();
        for (browser, page) in browsers.iter_mut().zip(pages) {
            let answer = browser.post_from(page, &path.replace("{i}", &house.invoice.to_string()), &[]).await;
            got += &[" ", &answer.status.to_string()].concat();
        }
        got.push('\n');
    }
    assert_eq!(got, POSTS);
}

fn path_of(line: &str) -> &str {
    line.split_whitespace().nth(1).expect("a line has a path")
}

#[tokio::test]
async fn a_forged_form_changes_nothing() {
    let house = House::new().await;
    let mut browser = staff(&house).await;
    let foreign = house.browser().get("/admin/login").await.hidden("csrf");
    for (path, field) in [
        ("/admin/gateways/test-bank/enable", ("enabled", "false")),
        ("/admin/gateways/add-funds/move", ("direction", "up")),
        ("/admin/gateways/test-bank", ("label", "Forged")),
        ("/admin/gateways/test-bank/webhook", ("x", "y")),
    ] {
        for token in ["", foreign.as_str()] {
            let answer = browser.post_raw(path, &[("csrf", token), field], &[]).await;
            assert_eq!(answer.status, 403, "{path}");
            assert!(answer.body.contains("This form is no longer valid"), "{path}");
        }
    }
    let instances = house.billing.instances().await.expect("the store answers");
    let unchanged = instances.iter().all(|instance| instance.enabled && instance.label.is_empty());
    assert!(unchanged && instances[0].plugin.as_str() == "test-bank");
}

#[tokio::test]
async fn a_client_is_not_let_in_as_staff_nor_staff_as_a_client() {
    let house = House::new().await;
    hire(&house, SAM, Role::Owner).await;
    let refused = log_in(&mut house.browser(), ANNA, PASSWORD).await;
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("The e-mail address or the password is not right."));
    assert_eq!(house.browser().log_in(SAM, PASSWORD).await.status, 422);
}

#[tokio::test]
async fn a_login_of_staff_tells_nobody_who_works_here() {
    let house = House::new().await;
    hire(&house, SAM, Role::Owner).await;
    let mut pages = Vec::new();
    for email in [SAM, "nobody@example.test", ANNA] {
        let answer = log_in(&mut house.browser(), email, "wrong password").await;
        let (key, csrf) = (answer.hidden("form_key"), answer.hidden("csrf"));
        pages.push((answer.status, answer.body.replace(email, "EMAIL").replace(&key, "KEY").replace(&csrf, "CSRF")));
    }
    assert_eq!(pages[0].0, 422);
    assert!(pages.iter().all(|page| *page == pages[0]), "the same page, whoever was named");
}

#[tokio::test]
async fn a_login_of_staff_leads_back_to_the_page_that_was_asked_for() {
    let house = House::new().await;
    hire(&house, SAM, Role::Owner).await;
    let check = async |next: &str, expected: &str| {
        let mut browser = house.browser();
        let fields = [("email", SAM), ("password", PASSWORD), ("next", next)];
        let answer = browser.post_from("/admin/login", "/admin/login", &fields).await;
        assert_eq!((answer.status, answer.header("location")), (303, expected), "{next}");
    };
    check("/admin/payments?before=5", "/admin/payments?before=5").await;
    check("/billing/invoices", "/admin").await;
    check("https://evil.example/admin", "/admin").await;
    let asked = house.browser().get("/admin/payments").await;
    assert_eq!(asked.header("location"), "/admin/login?next=/admin/payments");
}

#[tokio::test]
async fn after_the_logout_the_cookie_opens_nothing() {
    let house = House::new().await;
    let mut browser = staff(&house).await;
    let kept = browser.cookies.clone();
    let out = browser.post_from("/admin", "/admin/logout", &[]).await;
    assert_eq!((out.status, out.header("clear-site-data")), (303, "\"cache\", \"storage\""));
    browser.cookies = kept;
    assert_eq!(browser.get("/admin").await.status, 303);
}

#[tokio::test]
async fn names_of_people_and_plugins_are_shown_and_never_run() {
    let house = House::new().await;
    let mut browser = staff(&house).await;
    for path in ["/admin", "/admin/clients", "/admin/invoices", "/admin/gateways", "/admin/attention"] {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(!answer.body.contains("<b>Staff") && !answer.body.contains("<script>alert"), "{path}");
        assert!(answer.body.contains("Sam &lt;b&gt;Staff"), "{path}");
    }
    let gateways = browser.get("/admin/gateways").await.body;
    assert!(gateways.contains("broken.wasm") && gateways.contains("is no component &lt;at all&gt;"));
    assert!(browser.get("/admin").await.body.contains("broken.wasm does not load"));
}

#[tokio::test]
async fn an_unknown_number_is_said_beside_its_field() {
    let house = House::new().await;
    let mut browser = staff(&house).await;
    let answer = browser.get("/admin/invoices?number=%3Cnone%3E").await;
    assert!(
        answer.body.contains("id=\"number-error\"")
            && answer.body.contains("No invoice has the number “&lt;none&gt;”.")
    );
    let found = browser.get("/admin/invoices?number=inv-000001").await;
    assert_eq!(found.header("location"), format!("/admin/invoices/{}", house.invoice));
}
