//! A conversation on a socket.

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use super::conversation::{Conversation, Rules, Step, Then};
use super::{PostOffice, Security};

/// More than the longest line that is understood: what is longer ends the connection.
const LINE_BYTES_MAX: usize = 16 * 1024;

/// Whatever a line is made of.
trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// A line with what was read of it beyond the last one that was answered.
struct Line {
    stream: Box<dyn Stream>,
    read: Vec<u8>,
}

pub async fn talk(office: PostOffice, stream: TcpStream, security: Security) {
    // A client that goes away is no failure of the server.
    drop(converse(&office, stream, security).await);
}

async fn converse(office: &PostOffice, stream: TcpStream, security: Security) -> std::io::Result<()> {
    let rules = Rules {
        login: office.0.login.clone(),
        offers_tls: matches!(security, Security::Starttls(_)),
        hidden: matches!(security, Security::Always(_)),
    };
    let stream: Box<dyn Stream> = match &security {
        Security::Always(config) => Box::new(TlsAcceptor::from(config.clone()).accept(stream).await?),
        _ => Box::new(stream),
    };
    let mut line = Line { stream, read: Vec::new() };
    let greeting = office.scripted(Step::Greeting);
    line.say(&format!("{}\r\n", greeting.as_deref().unwrap_or("220 simulator.example ESMTP"))).await?;
    if greeting.is_some() {
        return Ok(());
    }
    let mut conversation = Conversation::new(rules);
    while let Some(heard) = line.next().await? {
        let (answer, then) = conversation.hear(&heard, &|step| office.scripted(step));
        // Before the answer, so that whoever got it finds the mail.
        if let Then::Taken(mail) = &then {
            office.take(mail.clone());
        }
        line.say(&answer).await?;
        match then {
            Then::Close => break,
            Then::Go | Then::Taken(_) => {}
            Then::StartTls => {
                let Security::Starttls(config) = &security else { break };
                // Whatever was slipped in before the line was hidden would count as said after it.
                if !line.read.is_empty() {
                    break;
                }
                let hidden = TlsAcceptor::from(config.clone()).accept(line.stream).await?;
                line = Line { stream: Box::new(hidden), read: Vec::new() };
            }
        }
    }
    Ok(())
}

impl Line {
    async fn say(&mut self, text: &str) -> std::io::Result<()> {
        self.stream.write_all(text.as_bytes()).await?;
        self.stream.flush().await
    }

    /// The next line without its end; `None` at the end, and at what is no line: one without an end for too long, or with a
    /// line feed or a carriage return of its own, by which a second mail could be hidden in a first one.
    async fn next(&mut self) -> std::io::Result<Option<Vec<u8>>> {
        loop {
            if let Some(end) = self.read.iter().position(|byte| *byte == b'\n') {
                let mut line: Vec<u8> = self.read.drain(..=end).collect();
                let whole = line.ends_with(b"\r\n");
                line.truncate(line.len().saturating_sub(2));
                if !whole || line.contains(&b'\r') {
                    self.say("500 Lines end with CRLF alone\r\n").await?;
                    return Ok(None);
                }
                return Ok(Some(line));
            }
            if self.read.len() > LINE_BYTES_MAX || self.stream.read_buf(&mut self.read).await? == 0 {
                return Ok(None);
            }
        }
    }
}
