//! Connections: taken, served with an end to every wait for the client, and finished gently when the server stops.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tollgate_web::ReadWithin;
use tower::ServiceExt;

use super::serve::told;

/// After a connection could not be taken, most likely because the process has no file left for it.
const ACCEPT_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// How long a client is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// From the end of one request to the end of the next one's headers. Longer than the minute for which proxies keep a
    /// connection that is idle, so that none of them sends a request into one that was closed just then.
    pub headers: Duration,
    /// For a request's body.
    pub body: ReadWithin,
}

impl Patience {
    pub fn ordinary() -> Self {
        Self { headers: Duration::from_secs(75), body: ReadWithin::default() }
    }
}

/// Serves until told to stop; then requests under way are finished.
pub async fn listen(listener: TcpListener, router: Router, mut stopped: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    loop {
        let taken = tokio::select! {
            taken = listener.accept() => taken,
            // Those that ended make room.
            Some(_) = connections.join_next() => continue,
            () = told(&mut stopped) => break,
        };
        match taken {
            Ok((stream, peer)) => {
                let client = Client { peer, patience: Patience::ordinary() };
                connections.spawn(serve::<TcpStream>(stream, client, router.clone(), stopped.clone()));
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
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

    use super::*;

    /// Ends every wait at once: what a test sends later comes too late.
    const NONE: Patience = Patience { headers: Duration::ZERO, body: ReadWithin(Duration::ZERO) };

    struct Line {
        client: DuplexStream,
        stop: watch::Sender<bool>,
        served: tokio::task::JoinHandle<()>,
    }

    fn line(patience: Patience) -> Line {
        let (client, far_end) = duplex(4_096);
        let (stop, stopped) = watch::channel(false);
        let peer = SocketAddr::from(([192, 0, 2, 7], 4_711));
        let whose = |ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.to_string() };
        let router = Router::new().route("/", get(whose));
        let served = tokio::spawn(serve(far_end, Client { peer, patience }, router, stopped));
        Line { client, stop, served }
    }

    impl Line {
        /// All that comes until the server closes.
        async fn read(mut self) -> String {
            let mut answer = String::new();
            self.client.read_to_string(&mut answer).await.expect("text");
            self.served.await.expect("a connection that ends by itself");
            answer
        }
    }

    #[tokio::test]
    async fn a_client_that_never_ends_its_headers_is_cut_off() {
        for beginning in ["", "G", "GET / HTTP/1.1\r\nhost: a\r\n"] {
            let mut line = line(NONE);
            line.client.write_all(beginning.as_bytes()).await.expect("the line is open");
            let answer = line.read().await;
            assert!(!answer.contains("200 OK"), "{beginning:?}: {answer}");
        }
    }

    #[tokio::test]
    async fn a_client_in_time_is_served_and_known_by_its_address() {
        let mut line = line(Patience::ordinary());
        line.client
            .write_all(b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
            .await
            .expect("the line is open");
        let answer = line.read().await;
        assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("192.0.2.7:4711"), "{answer}");
    }

    #[tokio::test]
    async fn an_idle_connection_ends_when_the_server_stops() {
        let line = line(Patience::ordinary());
        line.stop.send(true).expect("it is served");
        assert_eq!(line.read().await, "");
    }
}
