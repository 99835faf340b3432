//! Clients that are too slow, and clients that are too busy.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{Request, header};
use http_body::Frame;
use tollgate_web::ReadWithin;

use crate::browser::Answer;
use crate::hooks::{ADDRESS, request};
use crate::house::{ANNA, BERT, House};

/// A body whose next byte never comes.
struct Endless;

impl http_body::Body for Endless {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Pending
    }
}

/// As sent by a client whose time is over.
fn too_late(mut request: Request<Body>) -> Request<Body> {
    request.extensions_mut().insert(ReadWithin(Duration::ZERO));
    request
}

fn cut_off(answer: &Answer) {
    assert_eq!((answer.status, answer.header("connection")), (408, "close"), "{}", answer.body);
}

#[tokio::test]
async fn a_webhook_that_never_ends_is_cut_off_before_any_gateway_sees_it() {
    let house = House::new().await;
    let slow = too_late(request("POST", ADDRESS, Body::new(Endless)));
    cut_off(&house.browser().send(slow).await);
    assert_eq!(house.script.take_hooks(), []);
    // One that is there in time is heard, however short the time is.
    let quick = too_late(request("POST", ADDRESS, "{}"));
    assert_ne!(house.browser().send(quick).await.status, 408);
    assert_eq!(house.script.take_hooks().len(), 1);
}

#[tokio::test]
async fn a_form_that_never_ends_is_cut_off_with_a_page() {
    let house = House::new().await;
    for path in ["/login", "/admin/login"] {
        let mut slow = too_late(request("POST", path, Body::new(Endless)));
        let form = "application/x-www-form-urlencoded".parse().expect("a header");
        slow.headers_mut().insert(header::CONTENT_TYPE, form);
        slow.headers_mut().insert("sec-fetch-site", "same-origin".parse().expect("a header"));
        let answer = house.browser().send(slow).await;
        cut_off(&answer);
        assert!(answer.body.contains("did not arrive whole"), "{}", answer.body);
    }
}

#[tokio::test]
async fn pages_of_payments_are_opened_only_so_often() {
    let house = House::new().await;
    let page = house.payment().await;
    let mut anna = house.logged_in(ANNA).await;
    for _ in 0..30 {
        assert_eq!(anna.get(&page).await.status, 200);
    }
    let refused = anna.get(&page).await;
    assert_eq!((refused.status, refused.header("retry-after")), (429, "61"), "{}", refused.body);
    assert!(refused.body.contains("Please wait"), "{}", refused.body);
    // Sending and coming back are counted apart, and so is everybody else.
    let key = ("code", "1");
    let back = format!("{page}/return");
    assert_eq!(anna.post_from("/billing/credit", &page, &[key]).await.status, 200);
    assert_eq!(anna.get(&back).await.status, 200);
    assert_eq!(house.logged_in(BERT).await.get(&page).await.status, 404);
    for _ in 0..29 {
        assert_eq!(anna.get(&back).await.status, 200);
        assert_eq!(anna.post_from("/billing/credit", &page, &[key]).await.status, 200);
    }
    assert_eq!(anna.get(&back).await.status, 429);
    assert_eq!(anna.post_from("/billing/credit", &page, &[key]).await.status, 429);
    house.clock.forward_ms(60_000);
    for url in [&page, &back] {
        assert_eq!(anna.get(url).await.status, 200, "{url}");
    }
}
