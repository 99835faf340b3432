//! Connections: taken, served with an end to every wait for the client, and finished gently when the server stops.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tollgate_web::ReadWithin;
use tower::ServiceExt;

use super::serve::told;
use crate::tls::Tls;

/// After a connection could not be taken, most likely because the process has no file left for it.
const ACCEPT_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// How long a client is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// From the connection to the end of its TLS handshake.
    pub handshake: Duration,
    /// From the end of one request to the end of the next one's headers. Longer than the minute for which proxies keep a
    /// connection that is idle, so that none of them sends a request into one that was closed just then.
    pub headers: Duration,
    /// For a request's body.
    pub body: ReadWithin,
}

impl Patience {
    pub fn ordinary() -> Self {
        // Two exchanges of a few kilobytes, over the slowest of lines.
        let handshake = Duration::from_secs(10);
        Self { handshake, headers: Duration::from_secs(75), body: ReadWithin::default() }
    }
}

/// What is served, and how.
pub struct Service {
    pub router: Router,
    /// `None`: plain http.
    pub tls: Option<Arc<Tls>>,
    /// Connections that are open at the same time. The system keeps some more waiting until one of them ends.
    pub connections_max: usize,
}

/// Serves until told to stop; then requests under way are finished.
pub async fn listen(listener: TcpListener, service: Service, mut stopped: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    let mut full = false;
    loop {
        let room = connections.len() < service.connections_max;
        if !room && !full {
            tracing::warn!("all {} connections are taken; more wait (server.connections)", connections.len());
        }
        full = !room;
        let taken = tokio::select! {
            taken = listener.accept(), if room => taken,
            // Those that ended make room.
            Some(_) = connections.join_next() => continue,
            () = told(&mut stopped) => break,
        };
        match taken {
            Ok((stream, peer)) => {
                let client = Client { peer, patience: Patience::ordinary() };
                let acceptor = service.tls.as_ref().map(|tls| tls.acceptor());
                connections.spawn(welcome(stream, client, acceptor, service.router.clone(), stopped.clone()));
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(ACCEPT_AGAIN_AFTER).await;
            }
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

/// Who is at the other end.
#[derive(Debug, Clone, Copy)]
struct Client {
    peer: SocketAddr,
    patience: Patience,
}

/// One connection, in a task of its own from its first byte on, so that nobody waits for another's handshake.
async fn welcome<S>(
    stream: S,
    client: Client,
    acceptor: Option<TlsAcceptor>,
    router: Router,
    mut stopped: watch::Receiver<bool>,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let Some(acceptor) = acceptor else { return serve(stream, client, router, stopped).await };
    let shaken = tokio::select! {
        shaken = shake(&acceptor, stream, client) => shaken,
        // Nothing was asked yet.
        () = told(&mut stopped) => None,
    };
    if let Some(stream) = shaken {
        serve(stream, client, router, stopped).await;
    }
}

/// The handshake; `None` where it failed or took too long, which scanners and plain http do all day.
async fn shake<S: AsyncRead + AsyncWrite + Unpin>(
    acceptor: &TlsAcceptor,
    stream: S,
    client: Client,
) -> Option<TlsStream<S>> {
    match timeout(client.patience.handshake, acceptor.accept(stream)).await {
        Ok(Ok(stream)) => Some(stream),
        Ok(Err(error)) => {
            tracing::debug!(peer = %client.peer, %error, "a TLS handshake failed");
            None
        }
        Err(_) => {
            tracing::debug!(peer = %client.peer, "a TLS handshake took too long");
            None
        }
    }
}

/// One connection, to its end. HTTP/1.1 alone: to tell it from other versions would need a wait without an end.
async fn serve<S>(stream: S, client: Client, router: Router, mut stopped: watch::Receiver<bool>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(client.peer));
        request.extensions_mut().insert(client.patience.body);
        router.clone().oneshot(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(client.patience.headers)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = told(&mut stopped) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(peer = %client.peer, %error, "a connection ended early");
    }
}

#[cfg(test)]
mod tests;
