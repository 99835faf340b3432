//! What every request works with. Cheap to clone.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use axum::http::HeaderMap;
use parking_lot::{Mutex, RwLock};
use tollgate_billing::billing::Billing;

use crate::config::WebConfig;
use crate::confined::Waiting;
use crate::engine::scope::Scope;
use crate::engine::{Engine, PluginPages};
use crate::guard::{Cookies, KnownBrowsers, Passwords, RateLimit};
use crate::problem::TemplateProblem;
use crate::texts::{PluginTexts, Words};

/// How often the templates' directory is looked at while it is being edited.
const WATCH_EVERY: Duration = Duration::from_millis(300);
/// Logins of one account from one address: a person who forgot the password tries fewer.
const LOGINS_OF_ACCOUNT: (u32, i64) = (10, 15 * 60_000);
/// Logins from one address: an office behind one address has some dozens of people.
const LOGINS_OF_ADDRESS: (u32, i64) = (100, 15 * 60_000);
/// Links for a new password that one address gets: more would only fill somebody's mailbox.
const RESETS_OF_ACCOUNT: (u32, i64) = (3, 60 * 60_000);
/// Links that are asked for from one address.
const RESETS_OF_ADDRESS: (u32, i64) = (20, 15 * 60_000);
/// New passwords that are set from one address: each is hashed, which costs.
const NEW_PASSWORDS: (u32, i64) = (20, 15 * 60_000);
/// Second steps of one account, wherever they come from but for browsers that got in before. Only who gave the right password
/// comes here, and has in an hour one chance in some 30,000 to guess a code.
const SECOND_STEPS: (u32, i64) = (10, 60 * 60_000);
/// One check of an invoice at its provider in this time; faster ones tell nothing new.
const RELOADS: (u32, i64) = (1, 10_000);

const MINUTE_MS: i64 = 60_000;
/// Forged webhooks of one instance that are answered and written into the log one by one.
const REFUSED_HOOKS: (u32, i64) = (30, 60_000);
/// Lines of the log about refusals of one address: what goes on beyond these is told by them.
const REFUSALS_LOGGED: (u32, i64) = (30, 60_000);

/// The web's parts.
#[derive(Clone)]
pub struct WebState(Arc<Inner>);

struct Inner {
    billing: Arc<Billing>,
    plugin_texts: Arc<PluginTexts>,
    config: WebConfig,
    brand_sheet: String,
    engine: RwLock<Arc<Engine>>,
    watched: Mutex<Watched>,
    plugin_pages: PluginPages,
    passwords: Passwords,
    known_browsers: KnownBrowsers,
    limits: Limits,
    waiting: Waiting,
}

/// How often things may be tried.
pub(crate) struct Limits {
    pub account_logins: RateLimit,
    pub address_logins: RateLimit,
    pub account_resets: RateLimit,
    pub address_resets: RateLimit,
    pub new_passwords: RateLimit,
    pub second_steps: RateLimit,
    pub reloads: RateLimit,
    pub paying: RateLimit,
    pub refused_hooks: RateLimit,
    refusals_logged: RateLimit,
}

struct Watched {
    looked: Instant,
    stamp: Option<(usize, SystemTime)>,
}

impl WebState {
    /// Reads and checks the templates.
    ///
    /// # Errors
    /// The first file of the theme that is broken, in one sentence.
    pub fn new(
        billing: Arc<Billing>,
        plugin_texts: Arc<PluginTexts>,
        config: WebConfig,
    ) -> Result<Self, TemplateProblem> {
        let brand_sheet =
            config.brand.stylesheet().map_err(|what| TemplateProblem::new("brand colours", None, what))?;
        let engine = load(&config)?;
        plugin_texts.write_as(engine.texts.clone());
        let stamp = config.templates.stamp();
        let paying = (config.payment_pages_per_minute, MINUTE_MS);
        let limit = |(tries_max, window_ms)| RateLimit::new(tries_max, window_ms);
        Ok(Self(Arc::new(Inner {
            billing,
            plugin_texts,
            config,
            brand_sheet,
            engine: RwLock::new(Arc::new(engine)),
            watched: Mutex::new(Watched { looked: Instant::now(), stamp }),
            plugin_pages: PluginPages::default(),
            passwords: Passwords::new(),
            known_browsers: KnownBrowsers::default(),
            limits: Limits {
                account_logins: limit(LOGINS_OF_ACCOUNT),
                address_logins: limit(LOGINS_OF_ADDRESS),
                account_resets: limit(RESETS_OF_ACCOUNT),
                address_resets: limit(RESETS_OF_ADDRESS),
                new_passwords: limit(NEW_PASSWORDS),
                second_steps: limit(SECOND_STEPS),
                reloads: limit(RELOADS),
                paying: limit(paying),
                refused_hooks: limit(REFUSED_HOOKS),
                refusals_logged: limit(REFUSALS_LOGGED),
            },
            waiting: Waiting::default(),
        })))
    }

    #[must_use]
    pub fn billing(&self) -> &Billing {
        &self.0.billing
    }

    #[must_use]
    pub fn config(&self) -> &WebConfig {
        &self.0.config
    }

    #[must_use]
    pub fn plugin_texts(&self) -> &PluginTexts {
        &self.0.plugin_texts
    }

    pub(crate) fn plugin_pages(&self) -> &PluginPages {
        &self.0.plugin_pages
    }

    pub(crate) fn passwords(&self) -> &Passwords {
        &self.0.passwords
    }

    pub(crate) fn known_browsers(&self) -> &KnownBrowsers {
        &self.0.known_browsers
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.0.limits
    }

    /// Whether another refusal of this address is written into the log: a flood of them does not fill the disk.
    pub(crate) fn logs_refusal_of(&self, address: &str) -> bool {
        self.limits().refusals_logged.take(address, self.billing().now()).is_ok()
    }

    /// Confined documents that wait for their frame.
    pub(crate) fn waiting(&self) -> &Waiting {
        &self.0.waiting
    }

    pub(crate) fn brand_sheet(&self) -> &str {
        &self.0.brand_sheet
    }

    #[must_use]
    pub fn cookies(&self) -> Cookies {
        Cookies { secure: self.0.config.https() }
    }

    /// The templates, read again where they are being edited. A broken edit is logged and the last good ones stay.
    #[must_use]
    pub fn engine(&self) -> Arc<Engine> {
        if self.0.config.templates.watch && self.changed() {
            match load(&self.0.config) {
                Ok(engine) => {
                    self.0.plugin_texts.write_as(engine.texts.clone());
                    *self.0.engine.write() = Arc::new(engine);
                }
                Err(problem) => tracing::error!(%problem, "the templates are broken; the last good ones stay"),
            }
        }
        self.0.engine.read().clone()
    }

    fn changed(&self) -> bool {
        let mut watched = self.0.watched.lock();
        if watched.looked.elapsed() < WATCH_EVERY {
            return false;
        }
        watched.looked = Instant::now();
        let stamp = self.0.config.templates.stamp();
        let changed = stamp != watched.stamp;
        watched.stamp = stamp;
        changed
    }

    /// Renders a page of the theme without any request: to preview a theme, and to measure what a template costs alone.
    ///
    /// # Errors
    /// Where the template fails on the data, by its name and line.
    pub fn preview(&self, template: &str, data: &serde_json::Value) -> Result<String, TemplateProblem> {
        let engine = self.engine();
        let scope = Scope {
            words: Words::new(engine.texts.clone(), 0),
            now: self.billing().now(),
            assets: engine.assets.clone(),
            csrf: String::new(),
            form_action: None,
            content: data.get("content").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned(),
            budget: None,
        };
        let rendered = engine.render(template, data, scope);
        rendered.map_err(|problem| TemplateProblem::new(format!("{template}.hbs"), None, problem.to_string()))
    }

    /// The words for a reader: in their own language, else as their browser asks.
    #[must_use]
    pub fn words(&self, own: Option<&str>, headers: &HeaderMap) -> Words {
        let texts = self.engine().texts.clone();
        let accepted = headers.get("accept-language").and_then(|value| value.to_str().ok());
        let language = texts.choose(own, accepted);
        Words::new(texts, language)
    }
}

fn load(config: &WebConfig) -> Result<Engine, TemplateProblem> {
    let engine = Engine::load(&config.templates)?;
    let pages = crate::portal::TEMPLATES.iter().chain(&crate::admin::TEMPLATES);
    for name in pages.chain(&crate::letters::TEMPLATES) {
        if !engine.has_template(name) {
            return Err(TemplateProblem::new(format!("{name}.hbs"), None, "is missing; the host cannot do without it"));
        }
    }
    Ok(engine)
}
