//! Somebody who visits without a browser: pages, forms and cookies over plain HTTP. It runs no script.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context, ensure};

/// A plugin that waits for a provider is given up before.
const ANSWER_MAX: Duration = Duration::from_mins(1);

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The first value of an attribute that begins so: `attribute("data-src", "http://")`.
    #[must_use]
    pub fn attribute(&self, name: &str, begins: &str) -> Option<String> {
        self.attributes(name).into_iter().find(|value| value.starts_with(begins))
    }

    /// Every value of an attribute, unescaped as far as addresses need it.
    #[must_use]
    pub fn attributes(&self, name: &str) -> Vec<String> {
        let text = self.text();
        let marker = format!(" {name}=\"");
        let values = text.split(&marker).skip(1).filter_map(|rest| rest.split('"').next());
        values.map(|value| value.replace("&#x3D;", "=").replace("&amp;", "&")).collect()
    }

    /// What the form of this action would send: every field with its value, boxes and choices only where they are ticked.
    ///
    /// # Errors
    /// There is no such form.
    pub fn form(&self, action: &str) -> anyhow::Result<Vec<(String, String)>> {
        let text = self.text();
        let begins = format!("action=\"{action}\"");
        let form = text.split(&begins).nth(1).and_then(|rest| rest.split("</form>").next());
        let form = form.with_context(|| format!("the page has no form for {action}"))?;
        let tags = form.split("<input ").skip(1).filter_map(|rest| rest.split('>').next());
        let selects = form.split("<select ").skip(1).filter_map(|rest| rest.split("</select>").next());
        Ok(tags.filter_map(field).chain(selects.filter_map(choice)).collect())
    }
}

/// A list's name with what is chosen: what it says so of, else its first.
fn choice(select: &str) -> Option<(String, String)> {
    let options: Vec<&str> = select.split("<option ").skip(1).filter_map(|rest| rest.split('>').next()).collect();
    let chosen = options.iter().find(|option| option.ends_with(" selected")).or(options.first())?;
    let value = |tag: &str, name: &str| {
        let rest = tag.split(&format!("{name}=\"")).nth(1)?;
        rest.split('"').next().map(str::to_owned)
    };
    Some((value(select, "name")?, value(chosen, "value")?))
}

fn field(tag: &str) -> Option<(String, String)> {
    let value = |name: &str| {
        let rest = tag.strip_prefix(&format!("{name}=\"")).or_else(|| tag.split(&format!(" {name}=\"")).nth(1))?;
        rest.split('"').next().map(str::to_owned)
    };
    let is_choice = matches!(value("type").as_deref(), Some("checkbox" | "radio"));
    let is_ticked = tag.ends_with(" checked") || tag.contains(" checked ");
    (!is_choice || is_ticked).then(|| Some((value("name")?, value("value").unwrap_or_default())))?
}

/// Cookies of one visitor.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// Address and port.
    host: String,
    cookies: BTreeMap<String, String>,
}

impl Visitor {
    /// `base` as `http://127.0.0.1:8080`.
    #[must_use]
    pub fn at(base: &str) -> Self {
        let host = base.trim_start_matches("http://").split('/').next().unwrap_or_default().to_owned();
        Self { host, cookies: BTreeMap::new() }
    }

    /// # Errors
    /// Nobody answers, or not in HTTP.
    pub fn get(&mut self, path: &str) -> anyhow::Result<Answer> {
        let cookies = self.cookie_header();
        let answer = send(&self.host, &format!("GET {path} HTTP/1.1\r\nhost: {}\r\n{cookies}", self.host), b"")?;
        self.keep_cookies(&answer);
        Ok(answer)
    }

    /// Another origin on the same socket, which gets no cookie.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub fn get_of(&self, host: &str, path: &str) -> anyhow::Result<Answer> {
        send(&self.host, &format!("GET {path} HTTP/1.1\r\nhost: {host}\r\n"), b"")
    }

    /// # Errors
    /// As [`Self::get`].
    pub fn post(&mut self, path: &str, fields: &[(String, String)]) -> anyhow::Result<Answer> {
        let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let (host, cookies) = (&self.host, self.cookie_header());
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: {host}\r\norigin: http://{host}\r\n{cookies}content-type: \
             application/x-www-form-urlencoded\r\n"
        );
        let answer = send(&self.host, &head, form.as_bytes())?;
        self.keep_cookies(&answer);
        Ok(answer)
    }

    /// Fills the page's form of this action in and sends it.
    ///
    /// # Errors
    /// There is no such form; as [`Self::get`].
    pub fn submit(&mut self, page: &Answer, action: &str, typed: &[(&str, &str)]) -> anyhow::Result<Answer> {
        let mut fields = page.form(action)?;
        for (name, value) in typed {
            fields.retain(|(own, _)| own != name);
            fields.push(((*name).to_owned(), (*value).to_owned()));
        }
        self.post(action, &fields)
    }

    /// # Errors
    /// It is refused; as [`Self::get`].
    pub fn log_in(&mut self, door: &str, (email, password): (&str, &str)) -> anyhow::Result<()> {
        let page = self.get(door)?;
        let answer = self.submit(&page, door, &[("email", email), ("password", password)])?;
        ensure!(answer.status == 303, "the login at {door} answered {}", answer.status);
        Ok(())
    }

    fn cookie_header(&self) -> String {
        let pairs: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if pairs.is_empty() { String::new() } else { format!("cookie: {}\r\n", pairs.join("; ")) }
    }

    fn keep_cookies(&mut self, answer: &Answer) {
        let set = answer.headers.iter().filter(|(name, _)| name == "set-cookie");
        for pair in set.filter_map(|(_, value)| value.split(';').next()?.split_once('=')) {
            self.cookies.insert(pair.0.to_owned(), pair.1.to_owned());
        }
    }
}

/// A webhook, or whatever else has a body of its own.
///
/// # Errors
/// As [`Visitor::get`].
pub fn post_raw(url: &str, headers: &[(String, String)], body: &[u8]) -> anyhow::Result<Answer> {
    let rest = url.strip_prefix("http://").context("a plain address")?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let lines = headers.iter().fold(String::new(), |lines, (name, value)| lines + &format!("{name}: {value}\r\n"));
    send(host, &format!("POST /{path} HTTP/1.1\r\nhost: {host}\r\n{lines}"), body)
}

/// One request on a connection of its own.
fn send(host: &str, head: &str, body: &[u8]) -> anyhow::Result<Answer> {
    let mut stream = TcpStream::connect(host)?;
    stream.set_read_timeout(Some(ANSWER_MAX))?;
    write!(stream, "{head}connection: close\r\ncontent-length: {}\r\n\r\n", body.len())?;
    stream.write_all(body)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    read(&answer)
}

fn read(answer: &[u8]) -> anyhow::Result<Answer> {
    let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").context("an HTTP answer")?;
    let head = std::str::from_utf8(&answer[..end])?;
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).context("a status")?.parse()?;
    let pairs = lines.filter_map(|line| line.split_once(": "));
    let headers: Vec<_> = pairs.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
    let body = answer[end + 4..].to_vec();
    ensure!(!headers.iter().any(|(name, _)| name == "transfer-encoding"), "the answer comes in chunks");
    Ok(Answer { status, headers, body })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_as_a_browser_would_send_it() {
        let page = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<a href=\"/a?b&#x3D;1&amp;c\"></a>\
            <form action=\"/other\"><input name=\"x\" value=\"1\"></form>\
            <form method=\"post\" action=\"/pay\"><input type=\"hidden\" name=\"csrf\" value=\"t\">\
            <input type=\"checkbox\" name=\"on\" value=\"yes\" checked><input type=\"checkbox\" name=\"off\" value=\"no\">\
            <input class=\"input\" name=\"amount\"><select id=\"s\" name=\"sort\"><option value=\"a\">A</option>\
            <option value=\"b\" selected>B</option></select><select name=\"size\"><option value=\"small\">S</option>\
            </select><select name=\"none\"></select></form>";
        let answer = read(page.as_bytes()).unwrap();
        let fields = [("csrf", "t"), ("on", "yes"), ("amount", ""), ("sort", "b"), ("size", "small")];
        assert_eq!(answer.form("/pay").unwrap(), fields.map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert_eq!(answer.attributes("href"), ["/a?b=1&c"]);
        assert!(answer.form("/missing").is_err());
    }

    #[test]
    fn what_is_no_answer_is_refused() {
        for broken in
            ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0"]
        {
            assert!(read(broken.as_bytes()).is_err(), "{broken:?}");
        }
    }
}
