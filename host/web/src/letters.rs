//! Mails in words: a template of the theme for their plain text and one for their HTML, in the reader's language.

use axum::http::HeaderMap;
use serde::Serialize;
use tollgate_billing::mail::{Letter, MailText, Recipient};
use tollgate_billing::ports::Letters;

use crate::engine::scope::Scope;
use crate::state::WebState;
use crate::texts::Words;

/// What mail cannot do without; a theme that lacks one is refused at start.
pub(crate) const TEMPLATES: [&str; 2] = ["mail/test", "mail/test-text"];

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
}

impl Letters for WebState {
    fn write(&self, what: &MailText, to: Recipient) -> Result<Letter, String> {
        let words = self.words(Some(&to.locale), &HeaderMap::new());
        let MailText::Test = what;
        let template = "test";
        let brand = self.config().brand.name.as_str();
        let subject = words.say_with("mail-subject-test", &[("brand", brand)]);
        let view = View {
            locale: words.locale(),
            dir: words.direction(),
            subject: &subject,
            name: &to.name,
            brand,
            url: &self.config().base_url,
            support: self.config().support.as_deref(),
        };
        let engine = self.engine();
        let html = engine.render(&format!("mail/{template}"), &view, scope(self, &words));
        let text = engine.render_plain(&format!("mail/{template}-text"), &view, scope(self, &words));
        let (html, text) = (html.map_err(|error| error.to_string())?, text.map_err(|error| error.to_string())?);
        Ok(Letter { to, subject, text, html })
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
