//! A router on a socket of this machine. Written with hyper, because a connection must be closed without an answer where
//! a scripted fault says so.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use http::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tower::ServiceExt;

use crate::delivery::Outbox;
use crate::faults::Mark;

/// Opens a socket, on this machine alone: a simulator gives its money away to anybody who asks.
///
/// # Errors
/// The address is not a loopback address, or cannot be had.
pub async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    anyhow::ensure!(
        address.ip().is_loopback(),
        "{address} is not a loopback address: simulators serve this machine only"
    );
    Ok(TcpListener::bind(address).await?)
}

/// Serves until the future is dropped, and delivers webhooks by themselves where an outbox is given.
pub async fn serve(listener: TcpListener, router: Router, outbox: Option<Outbox>) {
    let mut tasks = JoinSet::new();
    if let Some(outbox) = outbox {
        tasks.spawn(outbox.run());
    }
    loop {
        while tasks.try_join_next().is_some() {}
        match listener.accept().await {
            Ok((stream, _)) => drop(tasks.spawn(connection(stream, router.clone()))),
            // Too many open files, mostly: the next moment may be better.
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

async fn connection(stream: TcpStream, router: Router) {
    let answer = service_fn(move |request: Request<Incoming>| answer(router.clone(), request));
    // A client that goes away, or a fault that closed the connection: nobody is left to tell.
    let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), answer).await;
}

async fn answer(router: Router, request: Request<Incoming>) -> io::Result<Response> {
    let answer = router.oneshot(request.map(Body::new)).await.unwrap_or_else(|never: Infallible| match never {});
    match answer.extensions().get::<Mark>().copied() {
        None => {}
        Some(Mark::Slow { delay_ms }) => tokio::time::sleep(Duration::from_millis(delay_ms)).await,
        Some(Mark::Hang) => std::future::pending().await,
        Some(Mark::Drop) => return Err(io::Error::other("dropped as scripted")),
    }
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faults::{Fault, Kind};
    use crate::rig::{Rig, watch};
    use axum::middleware::from_fn_with_state;
    use axum::routing::post;
    use tokio::task::JoinHandle;

    async fn start() -> (Rig, String, JoinHandle<()>) {
        let listener = listen("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let rig = Rig::for_test(&base, 1);
        let router = Router::new().route("/v1/a", post(async || "done")).layer(from_fn_with_state(rig.clone(), watch));
        let server = tokio::spawn(serve(listener, router, None));
        (rig, format!("{base}/v1/a"), server)
    }

    #[tokio::test]
    async fn scripted_faults_reach_the_wire() {
        let (rig, url, server) = start().await;
        let client = crate::http_client::builder().build().unwrap();
        for kind in [Kind::DropAfter, Kind::ErrorBefore, Kind::ErrorAfter] {
            rig.faults.add(Fault::once("POST", "/v1", kind));
        }
        assert!(client.post(&url).send().await.unwrap_err().is_request());
        for _ in 0..2 {
            assert_eq!(client.post(&url).send().await.unwrap().status(), 500);
        }
        assert_eq!(client.post(&url).send().await.unwrap().text().await.unwrap(), "done");
        let seen: Vec<(u16, String)> =
            rig.requests.all().iter().map(|record| (record.status, record.answer.clone())).collect();
        let done = (200, "done".to_owned());
        assert_eq!(seen, [done.clone(), (500, String::new()), done.clone(), done]);
        server.abort();
    }

    #[tokio::test]
    async fn a_hanging_answer_was_processed_and_never_comes() {
        let (rig, url, server) = start().await;
        rig.faults.add(Fault::once("POST", "/v1", Kind::HangAfter));
        let client = crate::http_client::builder().timeout(Duration::from_millis(200)).build().unwrap();
        assert!(client.post(&url).send().await.unwrap_err().is_timeout());
        assert_eq!(rig.requests.all().len(), 1);
        server.abort();
    }

    #[tokio::test]
    async fn other_machines_are_not_served() {
        for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
            assert!(listen(address.parse().unwrap()).await.is_err(), "{address}");
        }
    }
}
