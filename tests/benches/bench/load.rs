//! The barest HTTP client that keeps its connections, so that what is measured is the server.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail, ensure};

const CONNECTIONS: u32 = 16;
const TIMEOUT: Duration = Duration::from_secs(10);

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Answer {
    /// Name and value of each cookie that is set, as a `cookie` header.
    pub fn cookies(&self) -> String {
        let set = self.headers.iter().filter(|(name, _)| name == "set-cookie");
        let pairs: Vec<_> = set.filter_map(|(_, value)| value.split(';').next()).collect();
        pairs.join("; ")
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// The value of a hidden field.
    pub fn field(&self, name: &str) -> Result<String> {
        let marker = format!("name=\"{name}\" value=\"");
        let rest = self.body.split(&marker).nth(1).ok_or_else(|| anyhow!("the page has no field {name}"))?;
        Ok(rest.split('"').next().unwrap_or_default().to_owned())
    }
}

pub struct Connection {
    stream: BufReader<TcpStream>,
    host: String,
}

impl Connection {
    pub fn open(host: &str) -> Result<Self> {
        let stream = TcpStream::connect(host).with_context(|| host.to_owned())?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        Ok(Self { stream: BufReader::new(stream), host: host.to_owned() })
    }

    pub fn get(&mut self, path: &str, cookies: &str) -> Result<Answer> {
        let request = format!("GET {path} HTTP/1.1\r\nhost: {}\r\ncookie: {cookies}\r\n\r\n", self.host);
        self.send(&request)
    }

    pub fn post(&mut self, path: &str, cookies: &str, form: &str) -> Result<Answer> {
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: {host}\r\norigin: http://{host}\r\ncookie: {cookies}\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {length}\r\n\r\n{form}",
            host = self.host,
            length = form.len()
        );
        self.send(&request)
    }

    /// Sends a whole request as it is.
    pub fn send(&mut self, request: &str) -> Result<Answer> {
        self.stream.get_mut().write_all(request.as_bytes())?;
        let status = self.line()?;
        let status = status.split(' ').nth(1).and_then(|code| code.parse().ok()).context("no HTTP answer")?;
        let mut headers = Vec::new();
        loop {
            let line = self.line()?;
            let Some((name, value)) = line.split_once(": ") else { break };
            headers.push((name.to_ascii_lowercase(), value.to_owned()));
        }
        let mut answer = Answer { status, headers, body: String::new() };
        let length: usize = answer.header("content-length").unwrap_or("0").parse()?;
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        answer.body = String::from_utf8(body)?;
        Ok(answer)
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        ensure!(self.stream.read_line(&mut line)? > 0, "the server closed the connection");
        Ok(line.trim_end().to_owned())
    }
}

/// Requests a second over all connections, each answered with 200.
pub fn per_second(host: &str, path: &str, cookies: &str, requests: u32) -> Result<f64> {
    let start = Instant::now();
    let each = requests / CONNECTIONS;
    let clients: Vec<_> = (0..CONNECTIONS)
        .map(|_| {
            let (host, path, cookies) = (host.to_owned(), path.to_owned(), cookies.to_owned());
            std::thread::spawn(move || one_client(&host, &path, &cookies, each))
        })
        .collect();
    for client in clients {
        client.join().map_err(|_| anyhow!("a client of the benchmark panicked"))??;
    }
    Ok(f64::from(each) * f64::from(CONNECTIONS) / start.elapsed().as_secs_f64())
}

fn one_client(host: &str, path: &str, cookies: &str, requests: u32) -> Result<()> {
    let mut connection = Connection::open(host)?;
    for _ in 0..requests {
        let answer = connection.get(path, cookies)?;
        if answer.status != 200 {
            bail!("{path} answered {}", answer.status);
        }
    }
    Ok(())
}
