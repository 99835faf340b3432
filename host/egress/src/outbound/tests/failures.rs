//! `unavailable` or `unknown`: what is known to have been sent.

use tokio::net::TcpListener;

use super::server::{answer, hang};
use super::*;

/// No text says more of the URL than the host.
fn discreet(why: &str) -> bool {
    !why.contains("/path") && !why.contains("hidden") && !why.contains("http")
}

const PATH: &str = "/path?key=hidden";

/// Sends to a server that does this, where the answer must be `unknown`.
async fn unknown_after(acts: impl Fn() -> Vec<Act> + Send + Sync + 'static) -> String {
    let rig = Rig::new(move |_| acts()).await;
    let why = unknown(rig.send(rig.get(PATH, Auth::None)).await);
    assert_eq!(rig.server.seen().len(), 1, "it is never sent twice");
    assert!(discreet(&why), "{why}");
    why
}

fn write(text: &str) -> Act {
    Act::Write(text.as_bytes().to_vec())
}

#[tokio::test]
async fn where_nobody_listens_nothing_was_sent() {
    let rig = Rig::new(|_| Vec::new()).await;
    let free = TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("an address");
    let caller = EgressCaller { hosts: vec![free.to_string()], ..rig.caller() };
    let request = EgressRequest { url: format!("http://{free}{PATH}"), ..rig.get("/", Auth::None) };
    let why = unavailable(rig.outbound.send(&caller, request).await);
    assert!(why.contains("takes no connections") && discreet(&why), "{why}");
}

/// Asks for a name over https, whose addresses are these.
async fn https_to(addresses: &[&str]) -> (String, usize, Rig) {
    let says = Says(addresses.iter().map(|text| text.parse().expect("an address")).collect(), Arc::default());
    let asked = says.1.clone();
    let server = Server::plain(|_| Vec::new()).await;
    let rig = Rig::with(server, FilteredNames::new(Arc::new(says))).await;
    let url = format!("https://pay.example.com:{}{PATH}", rig.server.port);
    let why = unavailable(rig.send(EgressRequest { url, ..rig.get("/", Auth::None) }).await);
    assert!(discreet(&why), "{why}");
    (why, asked.load(Ordering::SeqCst), rig)
}

#[tokio::test]
async fn a_name_that_leads_to_this_machine_or_its_network_is_not_connected_to() {
    for addresses in [&["127.0.0.1"][..], &["10.0.0.1", "169.254.169.254"][..], &["::1", "::ffff:127.0.0.1"][..]] {
        let (why, asked, rig) = https_to(addresses).await;
        assert!(why.contains("private network"), "{why}");
        assert_eq!((asked, rig.server.connections()), (1, 0));
    }
}

#[tokio::test]
async fn a_name_that_nobody_knows_was_not_asked_anything() {
    let (why, _, _) = https_to(&[]).await;
    assert!(why.contains("knows no such name"), "{why}");
}

/// Never answers.
struct Silent;

#[async_trait]
impl Lookup for Silent {
    async fn lookup(&self, _name: &str) -> io::Result<Vec<IpAddr>> {
        hang().await;
        Ok(Vec::new())
    }
}

#[tokio::test]
async fn time_that_runs_out_before_there_is_a_connection_is_unavailable() {
    for remaining in [Duration::from_secs(2), Duration::from_secs(20)] {
        let server = Server::plain(|_| Vec::new()).await;
        let rig = Rig::with(server, FilteredNames::new(Arc::new(Silent))).await;
        let url = format!("https://pay.example.com:{}{PATH}", rig.server.port);
        let caller = EgressCaller { remaining, ..rig.caller() };
        let request = EgressRequest { url, ..rig.get("/", Auth::None) };
        let why = unavailable(rig.outbound.send(&caller, request).await);
        assert!(discreet(&why), "{why}");
        tokio::time::resume();
    }
}

#[tokio::test]
async fn a_tls_handshake_that_hangs_is_unavailable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let mut server = Server::plain(|_| Vec::new()).await;
    server.port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        let connection = listener.accept().await.expect("a connection");
        hang().await;
        drop(connection);
    });
    let rig = Rig::with(server, FilteredNames::with_filter(Arc::new(says_here()), |_| true)).await;
    let url = format!("https://pay.example.com:{}{PATH}", rig.server.port);
    let why = unavailable(rig.send(EgressRequest { url, ..rig.get("/", Auth::None) }).await);
    assert!(discreet(&why), "{why}");
}

#[tokio::test]
async fn a_provider_that_hangs_after_the_request_leaves_it_unknown() {
    let why = unknown_after(|| vec![Act::Hang]).await;
    assert!(why.contains("no answer within"), "{why}");
}

#[tokio::test]
async fn a_provider_that_hangs_in_its_answer_leaves_it_unknown() {
    unknown_after(|| vec![write("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf"), Act::Hang]).await;
}

#[tokio::test]
async fn a_connection_cut_after_the_request_leaves_it_unknown() {
    unknown_after(Vec::new).await;
}

#[tokio::test]
async fn half_an_answer_leaves_it_unknown() {
    unknown_after(|| vec![write("HTTP/1.1 200 OK\r\ncontent-le")]).await;
    unknown_after(|| vec![write("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf")]).await;
    unknown_after(|| vec![write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n")]).await;
}

#[tokio::test]
async fn an_answer_that_is_no_http_leaves_it_unknown() {
    unknown_after(|| vec![write("220 mail.example.com ESMTP\r\n\r\n")]).await;
}

#[tokio::test]
async fn four_megabytes_are_read_and_more_leaves_it_unknown() {
    let body = |bytes: usize| move || answer(200, &[], &"a".repeat(bytes));
    let acts = body(4 << 20);
    let rig = Rig::new(move |_| acts()).await;
    assert_eq!(rig.send(rig.get("/", Auth::None)).await.expect("an answer").body.len(), 4 << 20);
    let why = unknown_after(body((4 << 20) + 1)).await;
    assert!(why.contains("more than 4096 kB"), "{why}");
}

#[tokio::test]
async fn an_endless_answer_is_read_no_further_than_its_bound() {
    let chunk = format!("{:x}\r\n{}\r\n", 1 << 20, "a".repeat(1 << 20));
    let why = unknown_after(move || {
        let head = write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
        std::iter::once(head).chain((0..6).map(|_| write(&chunk))).collect()
    });
    assert!(why.await.contains("more than 4096 kB"));
}

#[tokio::test]
async fn more_than_a_hundred_headers_leave_it_unknown() {
    let many = |count: usize| {
        move || {
            let headers = "x-a: b\r\n".repeat(count);
            vec![write(&format!("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n{headers}\r\n"))]
        }
    };
    let acts = many(99);
    let rig = Rig::new(move |_| acts()).await;
    assert_eq!(rig.send(rig.get("/", Auth::None)).await.expect("an answer").headers.len(), 99);
    unknown_after(many(100)).await;
}

#[tokio::test]
async fn a_packed_answer_leaves_it_unknown() {
    let why = unknown_after(|| answer(200, &[("content-encoding", "gzip")], "\u{1f}packed")).await;
    assert!(why.contains("packed"), "{why}");
}
