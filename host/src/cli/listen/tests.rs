use axum::routing::get;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::net::TcpStream;

use super::*;
use crate::tls::tests::Folder;

const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nhost: a\r\n\r\n";
const LAST_REQUEST: &[u8] = b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";

/// Ends every wait at once: what a test sends later comes too late.
const NONE: Patience =
    Patience { handshake: Duration::ZERO, headers: Duration::ZERO, body: ReadWithin(Duration::ZERO) };

struct Line {
    client: DuplexStream,
    stop: watch::Sender<bool>,
    served: tokio::task::JoinHandle<()>,
}

/// Tells everybody their address.
fn router() -> Router {
    let whose = |ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.to_string() };
    Router::new().route("/", get(whose))
}

fn line(patience: Patience) -> Line {
    line_with(patience, None)
}

fn line_with(patience: Patience, acceptor: Option<TlsAcceptor>) -> Line {
    let (client, far_end) = duplex(16_384);
    let (stop, stopped) = watch::channel(false);
    let peer = SocketAddr::from(([192, 0, 2, 7], 4_711));
    let served = tokio::spawn(welcome(far_end, Client { peer, patience }, acceptor, router(), stopped));
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
    line.client.write_all(LAST_REQUEST).await.expect("the line is open");
    let answer = line.read().await;
    assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("192.0.2.7:4711"), "{answer}");
}

#[tokio::test]
async fn an_idle_connection_ends_when_the_server_stops() {
    let line = line(Patience::ordinary());
    line.stop.send(true).expect("it is served");
    assert_eq!(line.read().await, "");
}

#[tokio::test]
async fn over_tls_a_client_is_served_as_without() {
    let folder = Folder::new();
    let line = line_with(Patience::ordinary(), Some(folder.open().acceptor()));
    let mut client = folder.client().connect(Folder::name(), line.client).await.expect("a handshake");
    assert_eq!(client.get_ref().1.alpn_protocol(), Some(&b"http/1.1"[..]));
    client.write_all(LAST_REQUEST).await.expect("the line is open");
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.expect("text, and an end that TLS tells");
    assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("192.0.2.7:4711"), "{answer}");
    line.served.await.expect("a connection that ends by itself");
}

#[tokio::test]
async fn a_handshake_that_never_ends_or_is_none_is_cut_off() {
    let folder = Folder::new();
    // The beginning of a hello, and nothing more; plain http, which is no hello at all.
    for (patience, beginning) in
        [(NONE, &b""[..]), (NONE, b"\x16\x03\x01\x02\x00\x01"), (Patience::ordinary(), LAST_REQUEST)]
    {
        let mut line = line_with(patience, Some(folder.open().acceptor()));
        line.client.write_all(beginning).await.expect("the line is open");
        let mut answer = Vec::new();
        line.client.read_to_end(&mut answer).await.expect("an end");
        assert!(!answer.windows(6).any(|window| window == b"200 OK"), "{beginning:?}");
        line.served.await.expect("a connection that ends by itself");
    }
}

#[tokio::test]
async fn a_handshake_under_way_ends_when_the_server_stops() {
    let line = line_with(Patience::ordinary(), Some(Folder::new().open().acceptor()));
    line.stop.send(true).expect("it is served");
    assert_eq!(line.read().await, "");
}

/// A server on a real port, because connections wait in the system.
struct Door {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    listening: tokio::task::JoinHandle<()>,
}

impl Door {
    async fn open(tls: Option<Arc<Tls>>, connections_max: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = watch::channel(false);
        let listening = tokio::spawn(listen(listener, Service { router: router(), tls, connections_max }, stopped));
        Self { address, stop, listening }
    }

    async fn knock(&self) -> TcpStream {
        TcpStream::connect(self.address).await.expect("the system takes it, even where the server waits")
    }

    async fn close(self) {
        self.stop.send(true).expect("it listens");
        self.listening.await.expect("it ends");
    }
}

/// Asks on a connection that stays open.
async fn ask(stream: &mut TcpStream) -> String {
    stream.write_all(REQUEST).await.expect("an open connection");
    let mut answer = vec![0; 1_024];
    let bytes = stream.read(&mut answer).await.expect("an answer");
    String::from_utf8_lossy(&answer[..bytes]).into_owned()
}

#[tokio::test]
async fn connections_beyond_the_limit_wait_until_one_ends() {
    let door = Door::open(None, 2).await;
    let (mut first, mut second) = (door.knock().await, door.knock().await);
    assert!(ask(&mut first).await.contains("200 OK") && ask(&mut second).await.contains("200 OK"));
    let mut third = door.knock().await;
    third.write_all(REQUEST).await.expect("the system keeps it");
    // However often the server turns to its clients meanwhile.
    for _ in 0..50 {
        assert!(ask(&mut first).await.contains("200 OK"));
        let mut nothing = [0; 1];
        assert!(third.try_read(&mut nothing).is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock));
    }
    drop(second);
    let mut answer = vec![0; 1_024];
    let bytes = third.read(&mut answer).await.expect("an answer");
    assert!(answer[..bytes].starts_with(b"HTTP/1.1 200 OK"));
    drop((first, third));
    door.close().await;
}

#[tokio::test]
async fn handshakes_that_are_stuck_hold_nobody_up() {
    let folder = Folder::new();
    let door = Door::open(Some(Arc::new(folder.open())), 100).await;
    let mut stuck = Vec::new();
    for _ in 0..20 {
        let mut stream = door.knock().await;
        stream.write_all(b"\x16\x03\x01").await.expect("an open connection");
        stuck.push(stream);
    }
    let mut client = folder.client().connect(Folder::name(), door.knock().await).await.expect("a handshake");
    client.write_all(LAST_REQUEST).await.expect("an open connection");
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.expect("text");
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    drop(stuck);
    door.close().await;
}
