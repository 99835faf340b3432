//! Which status every route answers: to nobody, to the client whose it is, and to another client.

use crate::house::{ANNA, BERT, House};

/// Method, path, and the answers to nobody, to Anna, to Bert. `{i}` is Anna's invoice, `{p}` her payment.
const GETS: &str = "\
GET /                                   303 303 303
GET /billing                            303 303 303
GET /login                              200 200 200
GET /terms                              303 200 200
GET /billing/terms                      303 200 200
GET /billing/invoices                   303 200 200
GET /billing/invoices?before=zz         303 200 200
GET /billing/invoices/{i}               303 200 404
GET /billing/invoices/{i}/pdf           303 200 404
GET /billing/invoices/{i}/state         303 200 404
GET /billing/invoices/999999            303 404 404
GET /billing/invoices/999999/pdf        303 404 404
GET /billing/invoices/x                 303 404 404
GET /billing/invoices/-1                303 404 404
GET /billing/invoices/99999999999999999999 303 404 404
GET /billing/payments/{p}               303 200 404
GET /billing/payments/{p}/return?a=b    303 200 404
GET /billing/payments/{p}/cancel        303 303 404
GET /billing/payments/PAY99999999999999999999999 303 404 404
GET /billing/payments/x                 303 404 404
GET /billing/credit                     303 200 200
GET /billing/add-funds                  303 200 200
GET /billing/no-such-tab                303 404 404
GET /health                             200 200 200
GET /brand.css                          200 200 200
GET /assets/tollgate.css                200 200 200
GET /assets/../portal/login.hbs         404 404 404
GET /assets/no-such-file                404 404 404
GET /plugins/test-bank/logo             200 200 200
GET /plugins/no-such-plugin/logo        404 404 404
GET /no/such/page                       404 404 404
GET /logout                             405 405 405
GET /billing/invoices/{i}/pay           405 405 405
";

/// The same for forms that come from a page of ours.
const POSTS: &str = "\
POST /billing/invoices/{i}/pay          303 303 404
POST /billing/invoices/{i}/reload       303 303 404
POST /billing/invoices/{i}/gateway      303 422 404
POST /billing/invoices/{i}/credit       303 422 404
POST /billing/payments/{p}              303 200 404
POST /billing/add-funds                 303 422 422
POST /billing/no-such-tab               303 404 404
POST /billing/invoices                  405 405 405
POST /logout                            303 303 303
";

#[tokio::test]
async fn every_page_answers_what_it_should_to_everybody() {
    let house = House::new().await;
    let payment = house.payment().await;
    let mut browsers = [house.browser(), house.logged_in(ANNA).await, house.logged_in(BERT).await];
    let mut got = String::new();
    for line in GETS.lines() {
        let path = line.split_whitespace().nth(1).expect("a line has a path");
        let real = path.replace("{i}", &house.invoice.to_string()).replace("/billing/payments/{p}", &payment);
        let mut statuses = Vec::new();
        for browser in &mut browsers {
            statuses.push(browser.get(&real).await.status.to_string());
        }
        got.push_str(&row("GET", path, &statuses));
    }
    assert_eq!(got, GETS);
}

#[tokio::test]
async fn every_form_answers_what_it_should_to_everybody() {
    let house = House::new().await;
    let payment = house.payment().await;
    let mut browsers = [house.browser(), house.logged_in(ANNA).await, house.logged_in(BERT).await];
    let mut got = String::new();
    for line in POSTS.lines() {
        let path = line.split_whitespace().nth(1).expect("a line has a path");
        let real = path.replace("{i}", &house.invoice.to_string()).replace("/billing/payments/{p}", &payment);
        let mut statuses = Vec::new();
        for browser in &mut browsers {
            statuses.push(browser.post_from("/billing/add-funds", &real, &[]).await.status.to_string());
        }
        got.push_str(&row("POST", path, &statuses));
    }
    assert_eq!(got, POSTS);
}

/// As the tables above are written.
fn row(method: &str, path: &str, statuses: &[String]) -> String {
    let start = format!("{method} {path}");
    format!("{start:<39} {}\n", statuses.join(" "))
}

#[tokio::test]
async fn what_is_anothers_cannot_be_told_from_what_is_not_there() {
    let house = House::new().await;
    let payment = house.payment().await;
    let mut bert = house.logged_in(BERT).await;
    let pairs = [
        (house.invoice_url(), "/billing/invoices/999999".to_owned()),
        (format!("{}/pdf", house.invoice_url()), "/billing/invoices/999999/pdf".to_owned()),
        (payment, "/billing/payments/PAY99999999999999999999999".to_owned()),
    ];
    for (anothers, missing) in pairs {
        let (anothers, missing) = (bert.get(&anothers).await, bert.get(&missing).await);
        assert_eq!((anothers.status, missing.status), (404, 404));
        assert_eq!(anothers.body, missing.body);
        assert_eq!(anothers.headers, missing.headers);
    }
}
