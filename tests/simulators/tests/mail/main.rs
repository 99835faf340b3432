//! The mail server: what it takes, and what it refuses as RFC 5321 has it.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};

use tollgate_simulators::mail::{PostOffice, Received, Security, Step};
use tollgate_simulators::serve::listen;

async fn start(login: Option<(&str, &str)>) -> (PostOffice, SocketAddr) {
    let office = PostOffice::new(login);
    let socket = listen("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = socket.local_addr().unwrap();
    tokio::spawn(office.clone().serve(socket, Security::Never));
    (office, address)
}

/// Says each line after the answer to the one before; answers the last one's code. A line in a mail has no answer.
fn say(address: SocketAddr, lines: &[&str]) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut last = answer(&mut reader);
    let mut in_mail = false;
    for line in lines {
        stream.write_all(format!("{line}\r\n").as_bytes()).unwrap();
        if in_mail && *line != "." {
            continue;
        }
        last = answer(&mut reader);
        in_mail = last.starts_with("354");
    }
    last
}

fn answer(reader: &mut impl BufRead) -> String {
    let mut line = String::new();
    loop {
        line.clear();
        reader.read_line(&mut line).unwrap();
        if line.as_bytes().get(3) != Some(&b'-') {
            return line.chars().take(3).collect();
        }
    }
}

async fn told(address: SocketAddr, lines: &'static [&'static str]) -> String {
    tokio::task::spawn_blocking(move || say(address, lines)).await.unwrap()
}

const MAIL: [&str; 11] = [
    "EHLO client.example",
    "MAIL FROM:<a@b.example>",
    "RCPT TO:<c@d.example>",
    "RCPT TO:<e@f.example>",
    "DATA",
    "From: a@b.example",
    "Date: Mon, 23 Nov 2026 00:00:00 +0000",
    "Subject: =?utf-8?b?44OR44K5?=",
    "",
    "..begins with a dot",
    ".",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_is_taken_and_read() {
    let (office, address) = start(None).await;
    assert_eq!(told(address, &MAIL).await, "250");
    let mails = office.wait_for(1).await.unwrap();
    let Received { from, to, .. } = &mails[0];
    assert_eq!((from.as_str(), to.join(" ")), ("a@b.example", "c@d.example e@f.example".to_owned()));
    assert_eq!((mails[0].subject(), mails[0].text()), ("パス".to_owned(), ".begins with a dot".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_out_of_order_or_no_command_is_refused() {
    let (office, address) = start(None).await;
    let table: [(&'static [&'static str], &str); 16] = [
        (&["MAIL FROM:<a@b.example>"], "503"),
        (&["EHLO"], "501"),
        (&["EHLO a", "RCPT TO:<c@d.example>"], "503"),
        (&["EHLO a", "MAIL FROM:a@b.example"], "501"),
        (&["EHLO a", "MAIL FROM:<a b@c.example>"], "501"),
        (&["EHLO a", "MAIL FROM:<a@b.example> X=1"], "555"),
        (&["EHLO a", "MAIL FROM:<a@b.example> SIZE=99999999"], "552"),
        (&["EHLO a", "MAIL FROM:<a@b.example>", "MAIL FROM:<a@b.example>"], "503"),
        (&["EHLO a", "MAIL FROM:<a@b.example>", "RCPT TO:<>"], "501"),
        (&["EHLO a", "MAIL FROM:<a@b.example>", "RCPT TO:<a@b.example,c@d.example>"], "501"),
        (&["EHLO a", "MAIL FROM:<a@b.example>", "DATA"], "503"),
        (&["EHLO a", "MAIL FROM:<a@b.example>", "RCPT TO:<c@d.example>", "DATA", "Subject: x", "", "x", "."], "554"),
        (&["EHLO a", "MAIL FROM:<a@b.example>", "RSET", "RCPT TO:<c@d.example>"], "503"),
        (&["EHLO a", "STARTTLS"], "502"),
        (&["EHLO a", "MAIL FROM:<a@b.example>\nRCPT TO:<c@d.example>"], "500"),
        (&["TURN"], "500"),
    ];
    for (lines, code) in table {
        assert_eq!(told(address, lines).await, code, "{lines:?}");
    }
    assert!(office.received().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_must_log_in_does_so_first() {
    let (_office, address) = start(Some(("user", "word"))).await;
    // "\0user\0word" and "\0user\0wrong".
    assert_eq!(told(address, &["EHLO a", "AUTH PLAIN AHVzZXIAd29yZA==", "MAIL FROM:<a@b.example>"]).await, "250");
    assert_eq!(told(address, &["EHLO a", "AUTH PLAIN AHVzZXIAd3Jvbmc="]).await, "535");
    assert_eq!(told(address, &["EHLO a", "MAIL FROM:<a@b.example>"]).await, "530");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_may_have_it_refuse_for_a_while() {
    let (office, address) = start(None).await;
    office.refuse(Step::Recipient, "451 later", 1);
    assert_eq!(told(address, &MAIL[..3]).await, "451");
    assert_eq!(told(address, &MAIL[..3]).await, "250");
}
