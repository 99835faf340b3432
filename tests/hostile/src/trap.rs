//! A server of a few lines on this machine: what an attack must not reach, or a provider that works with it.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Between two bytes of an answer that drips.
const DRIP: Duration = Duration::from_millis(5);
/// More than any answer may have.
const FLOOD_BYTES: usize = 5 << 20;
const HEADERS_FLOOD: usize = 101;

/// What it was sent, whole requests as they came.
#[derive(Clone)]
pub struct Trap {
    pub port: u16,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Trap {
    pub async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let trap = Self { port, seen: Arc::default() };
        let seen = trap.seen.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                seen.lock().push(String::new());
                tokio::spawn(talk(stream, port, seen.clone()));
            }
        });
        trap
    }

    /// As a grant names it.
    #[must_use]
    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Each request that came, and an empty text for each connection.
    #[must_use]
    pub fn seen(&self) -> Vec<String> {
        self.seen.lock().clone()
    }
}

async fn talk(mut stream: TcpStream, port: u16, seen: Arc<Mutex<Vec<String>>>) {
    let mut bytes = Vec::new();
    while !bytes.windows(4).any(|four| four == b"\r\n\r\n") {
        let mut more = [0; 8 << 10];
        match stream.read(&mut more).await {
            Ok(count) if count > 0 => bytes.extend_from_slice(&more[..count]),
            _ => return,
        }
    }
    let request = String::from_utf8_lossy(&bytes).into_owned();
    seen.lock().push(request.clone());
    // Whoever sent it may be gone by now, which is no fault here.
    let _ = answer(&mut stream, &request, port).await;
    let _ = stream.shutdown().await;
}

async fn answer(stream: &mut TcpStream, request: &str, port: u16) -> std::io::Result<()> {
    let path = request.split(' ').nth(1).unwrap_or_default();
    let head = |status: &str, headers: &str, length: usize| {
        format!("HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\n\r\n")
    };
    let whole = match path {
        "/echo" => head("200 OK", "", request.len()) + request,
        "/error" => head("400 Bad Request", "", request.len()) + request,
        "/hex" => {
            let hex = hexadecimal(request);
            head("200 OK", "", hex.len()) + &hex
        }
        "/nonsense" => format!("HTTP/1.1 {request}"),
        "/redirect" => head("302 Found", &format!("location: http://127.0.0.1:{port}/reached\r\n"), 0),
        "/packed" => head("200 OK", "content-encoding: gzip\r\n", 4) + "abcd",
        "/flood" => head("200 OK", "", FLOOD_BYTES) + &"x".repeat(FLOOD_BYTES),
        "/headers" => head("200 OK", &"x-a: b\r\n".repeat(HEADERS_FLOOD), 0),
        "/hang" => return std::future::pending().await,
        "/drip" => return drip(stream).await,
        _ => head("200 OK", "", 2) + "ok",
    };
    stream.write_all(whole.as_bytes()).await
}

/// As some echo services write what they were sent.
pub fn hexadecimal(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}

/// A byte now and then, for ever.
async fn drip(stream: &mut TcpStream) -> std::io::Result<()> {
    stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await?;
    loop {
        stream.write_all(b"1\r\nx\r\n").await?;
        stream.flush().await?;
        tokio::time::sleep(DRIP).await;
    }
}
