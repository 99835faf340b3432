//! Mails in words: a template of the theme for their plain text and one for their HTML, in the reader's language.

use axum::http::HeaderMap;
use serde::Serialize;
use sha2::{Digest, Sha256};
use tollgate_billing::mail::{Letter, MailText, OneTimeToken, Recipient};
use tollgate_billing::people::Side;
use tollgate_billing::ports::{Letters, SecretText};

use crate::admin;
use crate::engine::scope::Scope;
use crate::format::Moment;
use crate::frame::moment_of;
use crate::guard::random_secret;
use crate::portal;
use crate::reset::Place;
use crate::state::WebState;
use crate::texts::Words;

/// What mail cannot do without; a theme that lacks one is refused at start.
pub(crate) const TEMPLATES: [&str; 8] = [
    "mail/password-changed",
    "mail/password-changed-text",
    "mail/reset",
    "mail/reset-text",
    "mail/second-step",
    "mail/second-step-text",
    "mail/test",
    "mail/test-text",
];

/// What every mail's template finds.
#[derive(Serialize)]
struct View<'a> {
    locale: String,
    dir: &'static str,
    subject: &'a str,
    /// Of the reader; empty where none is known.
    name: &'a str,
    brand: &'a str,
    /// Where the portal is.
    url: &'a str,
    support: Option<&'a str>,
    /// What the reader may do; empty where there is nothing to do.
    link: String,
    /// How long the link may be used.
    minutes: u32,
    /// When that was of which the mail speaks.
    at: Option<Moment>,
    /// What changed, by its word; empty where the template says it all.
    change: &'static str,
}

/// What differs between mails.
struct Kind {
    template: &'static str,
    link: String,
    minutes: u32,
    at: Option<Moment>,
    change: &'static str,
}

impl Kind {
    /// The end of its subject's name.
    fn subject(&self) -> &'static str {
        if self.change.is_empty() { self.template } else { self.change }
    }
}

impl Letters for WebState {
    fn write(&self, what: &MailText, to: Recipient) -> Result<Letter, String> {
        let words = self.words(Some(&to.locale), &HeaderMap::new());
        let kind = kind(self, &words, what);
        let brand = self.config().brand.name.as_str();
        let subject = words.say_with(&format!("mail-subject-{}", kind.subject()), &[("brand", brand)]);
        // People read an address; that it opens their mail program is for links.
        let support = self.config().support.as_deref();
        let Kind { template, link, minutes, at, change } = kind;
        let view = View {
            locale: words.locale(),
            dir: words.direction(),
            subject: &subject,
            name: &to.name,
            brand,
            url: &self.config().base_url,
            support: support.map(|place| place.strip_prefix("mailto:").unwrap_or(place)),
            link,
            minutes,
            at,
            change,
        };
        let engine = self.engine();
        let html = engine.render(&format!("mail/{template}"), &view, scope(self, &words));
        let text = engine.render_plain(&format!("mail/{template}-text"), &view, scope(self, &words));
        let (html, text) = (html.map_err(|error| error.to_string())?, text.map_err(|error| error.to_string())?);
        Ok(Letter { to, subject, text, html })
    }

    fn token(&self) -> Result<OneTimeToken, String> {
        let text = random_secret().map_err(|error| error.to_string())?;
        let sha256 = Sha256::digest(text.as_bytes()).into();
        Ok(OneTimeToken { text: SecretText::new(text), sha256 })
    }
}

fn kind(state: &WebState, words: &Words, what: &MailText) -> Kind {
    // As it is configured, and never as a request says where it came to.
    let base = &state.config().base_url;
    let plain = |template, link| Kind { template, link, minutes: 0, at: None, change: "" };
    match what {
        MailText::Test => plain("test", String::new()),
        MailText::Reset { side, token, minutes } => {
            let link = format!("{base}{}#{}", place(*side).new, token.expose());
            Kind { minutes: *minutes, ..plain("reset", link) }
        }
        MailText::PasswordChanged { side, at } => {
            let link = format!("{base}{}", place(*side).forgot);
            Kind { at: moment_of(words, *at), ..plain("password-changed", link) }
        }
        MailText::SecondStep { side, change, at } => {
            let link = format!("{base}{}", place(*side).forgot);
            Kind { at: moment_of(words, *at), change: change.word(), ..plain("second-step", link) }
        }
    }
}

fn place(side: Side) -> &'static Place {
    match side {
        Side::Client => &portal::RESET,
        Side::Staff => &admin::RESET,
    }
}

/// No form and no token: a mail has neither.
fn scope(state: &WebState, words: &Words) -> Scope {
    Scope {
        words: words.clone(),
        now: state.billing().now(),
        assets: state.engine().assets.clone(),
        csrf: String::new(),
        form_action: None,
        content: String::new(),
        budget: None,
    }
}
