//! `{{date}}`, `{{datetime}}` and `{{ago}}`: moments, drawn by the server in UTC.

use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, Output, RenderContext, RenderError, ScopedJson,
};
use serde_json::Value;
use tollgate_billing::ids::Timestamp;

use super::escape;
use crate::engine::scope::{current, refuse};
use crate::format::{self, Moment};

#[derive(Clone, Copy)]
pub enum TimeText {
    Date,
    DateAndTime,
    Ago,
}

/// A moment and the words for it.
struct Said {
    moment: Moment,
    words: String,
}

impl TimeText {
    /// `None` for a time that is not there: its place stays empty.
    fn say(self, helper: &Helper<'_>) -> Result<Option<Said>, RenderError> {
        let value = helper.param(0).map_or(&Value::Null, |param| param.value());
        let ms = match value {
            Value::Null => return Ok(None),
            Value::Object(moment) => moment.get("ms").and_then(Value::as_i64),
            other => other.as_i64(),
        };
        let at = Timestamp(ms.ok_or_else(|| refuse("a time is a whole number of milliseconds since 1970"))?);
        let scope = current()?;
        let moment = format::moment(&scope.words, at).ok_or_else(|| refuse("the time lies beyond the calendar"))?;
        let words = match self {
            Self::Date => moment.date.clone(),
            Self::DateAndTime => moment.text.clone(),
            Self::Ago => format::ago(&scope.words, at, scope.now),
        };
        Ok(Some(Said { moment, words }))
    }
}

impl HelperDef for TimeText {
    /// Within another helper: the plain words.
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        let words = self.say(helper)?.map_or_else(String::new, |said| said.words);
        Ok(ScopedJson::Derived(Value::String(words)))
    }

    /// On the page: `<time>`, which machines read too.
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let Some(Said { moment, words }) = self.say(helper)? else {
            return Ok(());
        };
        let (machine, title) = match self {
            Self::Date => (moment.iso.split('T').next().unwrap_or_default(), String::new()),
            Self::DateAndTime => (moment.iso.as_str(), String::new()),
            Self::Ago => (moment.iso.as_str(), format!(" title=\"{}\"", escape(&moment.text))),
        };
        Ok(out.write(&format!("<time datetime=\"{machine}\"{title}>{}</time>", escape(&words)))?)
    }
}
