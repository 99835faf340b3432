//! The mail server as the configuration names it.

use std::path::Path;

use anyhow::{Context, bail};
use tollgate_mail::{MailServer, Security, Smtp};
use zeroize::Zeroizing;

use crate::config::{Config, MailSecurity};
use crate::tls::{is_readable_by_all, read};

/// `None` where the configuration names none. Connects to nobody.
///
/// # Errors
/// What is wrong with the password's file or with TLS, and what to do.
pub fn open(config: &Config) -> anyhow::Result<Option<Smtp>> {
    let mail = &config.mail;
    if !mail.is_on() {
        return Ok(None);
    }
    let login = match mail.username.as_str() {
        "" => None,
        user => Some((user.to_owned(), password(&mail.password_file)?)),
    };
    let security = match mail.security {
        MailSecurity::Starttls => Security::Starttls,
        MailSecurity::Tls => Security::Tls,
        MailSecurity::None => Security::Plain,
    };
    let server = MailServer {
        host: mail.server.clone(),
        port: u16::try_from(mail.port.get()).context("mail.port is no port")?,
        security,
        login,
        from: mail.from.parse().map_err(|wrong| anyhow::anyhow!("mail.from {wrong}"))?,
        hello: host_of(config.server.base_url.as_str()),
        also_trusted: Vec::new(),
    };
    Ok(Some(Smtp::new(server)?))
}

/// What others on this machine may read and should not; `None` where there is no such thing.
pub fn warning(config: &Config) -> Option<String> {
    let file = &config.mail.password_file;
    let open = config.mail.is_on() && !file.as_os_str().is_empty() && is_readable_by_all(file);
    open.then(|| {
        let file = file.display();
        format!("mail.password-file: everybody on this machine may read {file}; take that away with: chmod 600 {file}")
    })
}

/// The file's text without the line break at its end.
fn password(file: &Path) -> anyhow::Result<Zeroizing<String>> {
    let unreadable = || format!("mail.password-file: {} cannot be read", file.display());
    let text = Zeroizing::new(String::from_utf8(read(file).with_context(unreadable)?).with_context(unreadable)?);
    let line = text.strip_suffix('\n').map_or(text.as_str(), |line| line.strip_suffix('\r').unwrap_or(line));
    if line.is_empty() || line.chars().any(char::is_control) {
        bail!("mail.password-file: {} must hold the password alone, on one line", file.display());
    }
    Ok(Zeroizing::new(line.to_owned()))
}

/// Without port: what we call ourselves to the mail server.
fn host_of(base_url: &str) -> String {
    let host = url::Url::parse(base_url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
    // An address is said in brackets (RFC 5321, 4.1.3); the library of URLs writes those of IPv6 so already.
    match host.parse::<std::net::Ipv4Addr>() {
        Ok(address) => format!("[{address}]"),
        Err(_) => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_is_the_one_line_of_its_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("password");
        for text in ["planted-word", "planted-word\n", "planted-word\r\n"] {
            std::fs::write(&file, text).expect("written");
            assert_eq!(password(&file).expect("a password").as_str(), "planted-word");
        }
        for wrong in [&b""[..], b"\n", b"planted-word\nand more", b"planted-word\0", b"planted-word\xff"] {
            std::fs::write(&file, wrong).expect("written");
            let said = format!("{:#}", password(&file).expect_err("no password"));
            assert!(said.contains("mail.password-file") && !said.contains("planted"), "{said}");
        }
    }

    #[test]
    fn we_call_ourselves_by_the_portals_name() {
        assert_eq!(host_of("https://pay.example.com:8443"), "pay.example.com");
        assert_eq!(host_of("http://127.0.0.1:8080"), "[127.0.0.1]");
        assert_eq!(host_of("http://[::1]:8080"), "[::1]");
    }
}
