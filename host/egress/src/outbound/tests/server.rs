//! A provider of a few lines: reads a request, does what it is told, notes what it saw.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use parking_lot::Mutex;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// A request as it arrived.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    pub method: String,
    pub path: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Seen {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }
}

/// What the server does once it has read a request; then it closes.
pub enum Act {
    Write(Vec<u8>),
    /// Waits for another request on the same connection.
    Again,
    /// Never says another word. The clock runs ahead from here on, so that nobody waits for a deadline in earnest.
    Hang,
}

type Answer = dyn Fn(&Seen) -> Vec<Act> + Send + Sync;

pub struct Server {
    pub port: u16,
    seen: Arc<Mutex<Vec<Seen>>>,
    connections: Arc<AtomicUsize>,
}

impl Server {
    pub async fn plain(answer: impl Fn(&Seen) -> Vec<Act> + Send + Sync + 'static) -> Self {
        Self::start(None, Arc::new(answer)).await
    }

    pub async fn tls(acceptor: TlsAcceptor, answer: impl Fn(&Seen) -> Vec<Act> + Send + Sync + 'static) -> Self {
        Self::start(Some(acceptor), Arc::new(answer)).await
    }

    async fn start(tls: Option<TlsAcceptor>, answer: Arc<Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let server = Self { port, seen: Arc::default(), connections: Arc::default() };
        let (seen, connections) = (server.seen.clone(), server.connections.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                connections.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(talk(stream, tls.clone(), answer.clone(), seen.clone()));
            }
        });
        server
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().clone()
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

async fn talk(stream: TcpStream, tls: Option<TlsAcceptor>, answer: Arc<Answer>, seen: Arc<Mutex<Vec<Seen>>>) {
    match tls {
        None => serve(stream, &*answer, &seen).await,
        Some(tls) => {
            if let Ok(stream) = tls.accept(stream).await {
                serve(stream, &*answer, &seen).await;
            }
        }
    }
}

async fn serve(mut stream: impl AsyncRead + AsyncWrite + Unpin, answer: &Answer, seen: &Mutex<Vec<Seen>>) {
    let mut again = true;
    while std::mem::take(&mut again) {
        let Some(request) = read(&mut stream).await else { return };
        seen.lock().push(request.clone());
        for act in answer(&request) {
            match act {
                Act::Again => again = true,
                Act::Write(bytes) => {
                    if stream.write_all(&bytes).await.is_err() || stream.flush().await.is_err() {
                        return;
                    }
                }
                Act::Hang => hang().await,
            }
        }
    }
    let _ = stream.shutdown().await;
}

/// Only where the test runs on one thread, as those with deadlines do.
pub async fn hang() {
    tokio::time::pause();
    std::future::pending::<()>().await;
}

async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Option<Seen> {
    let mut bytes = Vec::new();
    let head_end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        let mut more = [0; 8 << 10];
        let count = stream.read(&mut more).await.ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&more[..count]);
    };
    let head = String::from_utf8(bytes[..head_end].to_vec()).ok()?;
    let mut lines = head.lines();
    let mut first = lines.next()?.split(' ');
    let (method, path) = (first.next()?.to_owned(), first.next()?.to_owned());
    let header = |line: &str| line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.to_owned()));
    let headers = lines.filter_map(header).collect();
    let mut seen = Seen { method, path, headers, body: bytes.split_off(head_end + 4) };
    let length: usize = seen.header("content-length").map_or(Some(0), |length| length.parse().ok())?;
    while seen.body.len() < length {
        let mut more = vec![0; 64 << 10];
        let count = stream.read(&mut more).await.ok().filter(|count| *count > 0)?;
        seen.body.extend_from_slice(&more[..count]);
    }
    Some(seen)
}

/// A whole answer, after which the connection could be used again.
pub fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Vec<Act> {
    let mut text = format!("HTTP/1.1 {status} Status\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in headers {
        let _ = write!(text, "{name}: {value}\r\n");
    }
    vec![Act::Write(format!("{text}\r\n{body}").into_bytes()), Act::Again]
}

pub fn ok(body: &str) -> Vec<Act> {
    answer(200, &[], body)
}
