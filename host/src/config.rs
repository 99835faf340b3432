//! The configuration: one TOML file, read whole at start. A key or a value that is wrong is refused by name.

// Named by their paths, because the fuzzer compiles this file from where it stands.
#[path = "config/refusal.rs"]
mod refusal;
#[path = "config/section.rs"]
mod section;
#[path = "config/value.rs"]
mod value;

use std::path::{Path, PathBuf};

use serde::Deserialize;

pub use refusal::ConfigError;
pub use section::{Brand, Company, Fonts, Install, Invoices, Mail, Paths, PluginLimits, Server, Sessions};
pub use value::{LogLevel, MailSecurity, Mode, SecondStepRule, SignatureRule};

/// Where every command looks when `--config` does not say.
pub const FILE_NAME: &str = "tollgate.toml";

/// What `tollgate init` writes: every key, with what it means.
pub const EXAMPLE: &str = include_str!("config/example.toml");

/// A configuration is a page or two; more is not a configuration.
const FILE_BYTES_MAX: u64 = 256 * 1024;

/// As the file says it. Empty text stands for "none".
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    #[serde(default)]
    pub mode: Mode,
    #[serde(default)]
    pub log: LogLevel,
    pub server: Server,
    #[serde(default)]
    pub paths: Paths,
    pub company: Company,
    #[serde(default)]
    pub invoices: Invoices,
    #[serde(default)]
    pub brand: Brand,
    #[serde(default)]
    pub sessions: Sessions,
    #[serde(default)]
    pub mail: Mail,
    #[serde(default)]
    pub plugins: PluginLimits,
    #[serde(default)]
    pub install: Install,
    #[serde(default)]
    pub fonts: Fonts,
}

impl Config {
    /// Reads the file; relative paths in it count from its own folder.
    ///
    /// # Errors
    /// One sentence that names the file, the line and the key, and says what is allowed there.
    pub fn load(file: &Path) -> Result<Self, ConfigError> {
        let unreadable = |source| ConfigError::Unreadable { file: file.to_owned(), source };
        if std::fs::metadata(file).map_err(unreadable)?.len() > FILE_BYTES_MAX {
            return Err(ConfigError::TooLarge { file: file.to_owned(), bytes_max: FILE_BYTES_MAX });
        }
        let text = std::fs::read_to_string(file).map_err(unreadable)?;
        let mut config = Self::parse(file, &text)?;
        let folder = file.parent().unwrap_or(Path::new(""));
        config.server.start_from(folder);
        config.mail.start_from(folder);
        config.paths.start_from(folder);
        config.fonts.start_from(folder);
        Ok(config)
    }

    fn parse(file: &Path, text: &str) -> Result<Self, ConfigError> {
        let config: Self = toml::from_str(text).map_err(|error| refusal::locate(file, text, &error))?;
        if config.mode == Mode::Live && !config.server.base_url.is_https() {
            let why = "must start with https:// while mode = \"live\", because clients send passwords to it";
            return Err(refusal::at_key(file, text, &["server", "base-url"], why));
        }
        if let Some(why) = config.server.pages_url.conflict(&config.server.base_url) {
            return Err(refusal::at_key(file, text, &["server", "pages-url"], why));
        }
        if let Some((key, why)) = config.server.tls_conflict() {
            return Err(refusal::at_key(file, text, &["server", key], why));
        }
        if let Some((key, why)) = config.mail.conflict() {
            return Err(refusal::at_key(file, text, &["mail", key], why));
        }
        Ok(config)
    }

    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.paths.data.join("tollgate.sqlite")
    }

    /// The key file that opens the plugins' secrets.
    #[must_use]
    pub fn secrets_key(&self) -> PathBuf {
        self.named_or_in_data(&self.paths.secrets_key, section::SECRETS_KEY)
    }

    /// Compiled plugins; may be deleted at any time.
    #[must_use]
    pub fn compiled(&self) -> PathBuf {
        self.named_or_in_data(&self.paths.compiled, section::COMPILED)
    }

    fn named_or_in_data(&self, named: &Path, usual: &str) -> PathBuf {
        if named.as_os_str().is_empty() { self.paths.data.join(usual) } else { named.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALLEST: &str = "[server]\nbase-url = \"http://127.0.0.1:8080\"\n[company]\nname = \"Example Hosting\"\n";

    fn parse(text: &str) -> Result<Config, String> {
        Config::parse(Path::new("tollgate.toml"), text).map_err(|error| error.to_string())
    }

    fn keys_of(table: &toml::Table, prefix: &str, keys: &mut Vec<String>) {
        for (key, value) in table {
            let path = format!("{prefix}{key}");
            match value {
                toml::Value::Table(inner) if !inner.is_empty() => keys_of(inner, &format!("{path}."), keys),
                _ => keys.push(path),
            }
        }
    }

    #[test]
    fn the_example_has_every_key_and_no_other() {
        let config = parse(EXAMPLE).expect("the example is a valid configuration");
        let (mut known, mut written) = (Vec::new(), Vec::new());
        keys_of(&toml::Table::try_from(&config).expect("a configuration is a table"), "", &mut known);
        keys_of(&EXAMPLE.parse().expect("the example is TOML"), "", &mut written);
        known.sort();
        written.sort();
        assert_eq!(written, known);
    }

    #[test]
    fn every_key_of_the_example_is_explained_above_it() {
        let lines: Vec<&str> = EXAMPLE.lines().collect();
        for (index, line) in lines.iter().enumerate().filter(|(_, line)| line.contains(" = ") && !line.starts_with('#'))
        {
            let above = index.checked_sub(1).and_then(|above| lines.get(above)).copied().unwrap_or_default();
            assert!(above.starts_with("# "), "line {}: no comment above {line:?}", index + 1);
        }
    }

    #[test]
    fn what_the_example_shows_as_default_is_the_default() {
        let (example, smallest) = (parse(EXAMPLE).expect("valid"), parse(SMALLEST).expect("valid"));
        assert_eq!(example.mode, smallest.mode);
        assert_eq!(example.log, smallest.log);
        assert_eq!(example.server, smallest.server);
        assert_eq!(example.paths, smallest.paths);
        assert_eq!(example.invoices, smallest.invoices);
        assert_eq!(example.brand, smallest.brand);
        assert_eq!(example.sessions, smallest.sessions);
        assert_eq!(example.mail, smallest.mail);
        assert_eq!(example.plugins, smallest.plugins);
        assert_eq!(example.install, smallest.install);
        assert_eq!(example.fonts, smallest.fonts);
    }

    #[test]
    fn wrong_keys_and_values_are_refused_by_name_and_line() {
        let table = [
            ("lisen = 1\n", "line 1: there is no key “lisen” here"),
            ("[server]\nlisten = \"a\"\nbase-url = \"http://a\"\n[company]\nname = \"A\"\n", "line 2: server.listen"),
            ("[server]\nlissen = \"127.0.0.1:1\"\n", "did you mean “listen”?"),
            ("[sever]\n", "did you mean “server”?"),
            ("[company]\nname = \"A\"\n", "“server” is missing"),
            ("[server]\n[company]\nname = \"A\"\n", "“base-url” is missing"),
            ("mode = \"production\"\n", "line 1: mode: “production” is not one of live, test"),
            ("log = \"loud\"\n", "line 1: log: “loud” is not one of error, warn, info, debug, trace"),
            ("[plugins]\ndeadline-ms = 0\n", "line 2: plugins.deadline-ms: must be a whole number from 50 to 30000"),
            ("[plugins]\nmemory-mib = 9999999999\n", "plugins.memory-mib: must be a whole number from"),
            ("[plugins]\nmemory-mib = \"many\"\n", "plugins.memory-mib"),
            ("[invoices]\nprefix = \"A B\"\n", "line 2: invoices.prefix"),
            ("[server]\nbase-url = \"ftp://a\"\n", "server.base-url"),
            ("[server]\nbase-url = \"http://a/?q\"\n", "server.base-url"),
            ("[company]\nname = \" \"\n", "company.name"),
            ("[company]\nname = \"A\"\ncountry = \"Germany\"\n", "line 3: company.country"),
            ("[sessions]\nhours = 0\n", "line 2: sessions.hours"),
            (
                "mode = \"live\"\n[server]\nbase-url = \"http://a\"\n[company]\nname = \"A\"\n",
                "line 3: server.base-url: must",
            ),
            ("[server]\nbase-url = \"http://a\"\npages-url = \"b\"\n", "server.pages-url"),
            (
                "[server]\nbase-url = \"http://a:1\"\npages-url = \"http://A:2\"\n[company]\nname = \"A\"\n",
                "line 3: server.pages-url: must have another host name",
            ),
            (
                "[server]\nbase-url = \"https://a\"\npages-url = \"http://b\"\n[company]\nname = \"A\"\n",
                "line 3: server.pages-url: must start like base-url",
            ),
            (
                "[server]\nbase-url = \"https://a\"\ntls-key = \"k\"\n[company]\nname = \"A\"\n",
                "line 3: server.tls-key: needs its certificate",
            ),
            (
                "[server]\nbase-url = \"https://a\"\ntls-certificate = \"c\"\n[company]\nname = \"A\"\n",
                "line 3: server.tls-certificate: needs its private key",
            ),
            (
                "[server]\nbase-url = \"http://a\"\ntls-certificate = \"c\"\ntls-key = \"k\"\n[company]\nname = \"A\"\n",
                "line 2: server.base-url: must start with https://",
            ),
            (
                "[server]\ntrusted-proxies = [\"10.0.0.1/8\"]\n",
                "line 2: server.trusted-proxies: “10.0.0.1/8” is one address",
            ),
            (
                "[server]\ntrusted-proxies = [\"0.0.0.0/0\"]\n",
                "line 2: server.trusted-proxies: “0.0.0.0/0” is everybody",
            ),
            ("[server]\nconnections = 1\n", "server.connections: must be a whole number from 10 to 100000"),
            ("[server]\nhsts-days = -1\n", "server.hsts-days: must be a whole number from 0 to 3650"),
            ("[install]\nrequire-signature = \"maybe\"\n", "is not one of off, per-publisher, on"),
            ("[install]\nhosts = [\"https://a.example\"]\n", "line 2: install.hosts: “https://a.example” is no host"),
            ("[mail]\nserver = \"smtp.example.com:25\"\n", "line 2: mail.server: “smtp.example.com:25” is not a host"),
            ("[mail]\nsecurity = \"ssl\"\n", "mail.security: “ssl” is not one of starttls, tls, none"),
            ("[mail]\nport = 0\n", "mail.port: must be a whole number from 1 to 65535"),
            ("[mail]\nfrom = \"billing\"\n", "line 2: mail.from: “billing” is not an address such as"),
            ("[mail]\nfrom = \"a@b.example\\r\\nBcc: c@d.example\"\n", "line 2: mail.from"),
            ("mode = \n", "line 1"),
            ("mode = \"test\"\nmode = \"test\"\n", "line 2"),
        ];
        for (text, expected) in table {
            let error = parse(text).expect_err(text);
            assert!(error.contains(expected), "{text:?}\n  said {error:?}\n  not  {expected:?}");
            assert!(!error.contains(char::is_control), "{text:?} said more than one line: {error:?}");
        }
    }

    #[test]
    fn what_a_refusal_quotes_cannot_speak_to_the_terminal() {
        let error = parse("mode = \"\\u001b[2K\"\n").expect_err("no mode");
        assert!(error.contains("line 1: mode: “ [2K” is not one of live, test"), "{error:?}");
    }

    #[test]
    fn staff_need_a_second_step_where_it_says_so() {
        let rule = |word: &str| parse(&format!("{SMALLEST}[sessions]\nstaff-second-step = \"{word}\"\n"));
        assert_eq!(parse(SMALLEST).expect("valid").sessions.staff_second_step, SecondStepRule::Optional);
        assert_eq!(rule("required").expect("valid").sessions.staff_second_step, SecondStepRule::Required);
        let error = rule("yes").expect_err("no rule");
        assert!(error.contains("sessions.staff-second-step: “yes” is not one of optional, required"), "{error}");
    }

    #[test]
    fn keys_of_mail_that_do_not_go_together_are_refused() {
        let from = "from = \"A <a@b.example>\"\n";
        let table = [
            ("server = \"smtp.example.com\"\n".to_owned(), "mail.server: needs who mails come from"),
            (format!("server = \"a\"\n{from}username = \"u\"\n"), "mail.username: needs its password"),
            (format!("server = \"a\"\n{from}password-file = \"p\"\n"), "mail.password-file: needs whose"),
            (format!("server = \"a.example\"\n{from}security = \"none\"\n"), "mail.security: must be starttls or tls"),
        ];
        for (mail, expected) in table {
            let error = parse(&format!("{SMALLEST}[mail]\n{mail}")).expect_err(&mail);
            assert!(error.contains(expected), "{mail} said {error}");
        }
        for right in ["127.0.0.1", "::1", "localhost"] {
            let text = format!("{SMALLEST}[mail]\nserver = \"{right}\"\n{from}security = \"none\"\n");
            assert!(parse(&text).expect(right).mail.is_on());
        }
        assert!(!parse(SMALLEST).expect("valid").mail.is_on());
    }

    #[test]
    fn a_file_that_is_missing_or_too_large_is_refused_with_what_to_do() {
        let folder = tempfile::tempdir().expect("a folder");
        let missing = Config::load(&folder.path().join(FILE_NAME)).expect_err("missing").to_string();
        assert!(missing.contains("tollgate init"), "{missing}");
        let large = folder.path().join("large.toml");
        std::fs::write(&large, vec![b'#'; 300 * 1024]).expect("written");
        let error = Config::load(&large).expect_err("too large").to_string();
        assert!(error.contains("262144 bytes"), "{error}");
    }

    #[test]
    fn relative_paths_count_from_the_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join(FILE_NAME);
        std::fs::write(&file, SMALLEST).expect("written");
        let config = Config::load(&file).expect("valid");
        assert_eq!(config.database(), folder.path().join("data/tollgate.sqlite"));
        assert_eq!(config.paths.plugins, folder.path().join("plugins"));
        assert_eq!(config.secrets_key(), folder.path().join("data/secrets.key"));
        assert_eq!(config.compiled(), folder.path().join("data/compiled"));
        assert_eq!(config.server.tls(), None);
        let named = "[paths]\nsecrets-key = \"keys/mine\"\ncompiled = \"/cache/all\"\n";
        let tls = "[server]\ntls-certificate = \"tls/chain.pem\"\ntls-key = \"/etc/key.pem\"\n";
        let tls = format!("{named}{SMALLEST}").replace("[server]\n", tls).replace("http://", "https://");
        std::fs::write(&file, tls).expect("written");
        let config = Config::load(&file).expect("valid");
        let chain = folder.path().join("tls/chain.pem");
        assert_eq!(config.server.tls(), Some((chain.as_path(), Path::new("/etc/key.pem"))));
        assert_eq!(config.secrets_key(), folder.path().join("keys/mine"));
        assert_eq!(config.compiled(), Path::new("/cache/all"));
    }
}
