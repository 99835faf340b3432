//! The page of a plugin, rendered with its own template: the region that the host's page frames.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;
use tollgate_billing::billing::Texts;
use tollgate_billing::ids::PluginId;
use tollgate_billing::plugin::{CodeStyle, Manifest, Page as PluginAnswer, Slip};

use crate::engine::scope::{Budget, Scope};
use crate::errors::WebError;
use crate::frame::{FieldMessage, Reader};
use crate::state::WebState;

/// What a plugin's template gets beside its own data.
#[derive(Serialize)]
pub struct PluginData<T> {
    /// As the plugin answered it.
    data: Value,
    slip: Option<SlipView>,
    errors: Vec<FieldMessage>,
    /// What was typed last, by field.
    values: BTreeMap<String, String>,
    /// What the host adds: the payment, or what a module's tab may know.
    #[serde(flatten)]
    host: T,
}

#[derive(Serialize)]
struct SlipView {
    rows: Vec<RowView>,
    codes: Vec<CodeView>,
    notes: Vec<String>,
}

#[derive(Serialize)]
struct RowView {
    key: String,
    label: String,
    value: String,
    copy: String,
}

#[derive(Serialize)]
struct CodeView {
    style: &'static str,
    payload: String,
    label: String,
}

/// A plugin's answer and what goes with it.
pub struct Region<'a, T> {
    pub plugin: &'a PluginId,
    /// Of the file that answered the page.
    pub manifest: Option<Arc<Manifest>>,
    pub page: &'a PluginAnswer,
    /// Where its form posts to; `None` for a page with scripts, which has no form and knows no token of the session.
    pub action: Option<String>,
    pub errors: Vec<FieldMessage>,
    pub values: BTreeMap<String, String>,
    pub host: T,
}

impl<T: Serialize> Region<'_, T> {
    /// The markup of the region.
    ///
    /// # Errors
    /// [`WebError::Plugin`] where the plugin, its template or its data is broken.
    pub fn render(self, state: &WebState, reader: &Reader) -> Result<String, WebError> {
        let back_url = "/billing/invoices".to_owned();
        let broken = |reason: String| WebError::Plugin {
            reason: format!("the plugin {} shows no page: {reason}", self.plugin),
            back_url: back_url.clone(),
        };
        let manifest = self.manifest.ok_or_else(|| broken("it is not loaded".to_owned()))?;
        let data: Value = serde_json::from_str(&self.page.data).map_err(|error| broken(error.to_string()))?;
        if !data.is_object() {
            return Err(broken("its data is no JSON object".to_owned()));
        }
        let locale = reader.words.locale();
        let slip = self.page.slip.as_ref().map(|slip| slip_view(state, self.plugin, slip, &locale));
        let engine = state.engine();
        let scope = Scope {
            words: reader.words.of_plugin(state.plugin_texts().languages_of(self.plugin, &manifest)),
            now: state.billing().now(),
            assets: if self.action.is_some() { engine.assets.clone() } else { engine.confined_assets.clone() },
            csrf: self.action.as_ref().map_or_else(String::new, |_| reader.csrf()),
            form_action: Some(self.action.unwrap_or_default()),
            content: String::new(),
            budget: Some(Budget::new()),
        };
        let data = PluginData { data, slip, errors: self.errors, values: self.values, host: self.host };
        state
            .plugin_pages()
            .render(&engine, &manifest, &self.page.template, &data, scope)
            .map_err(|problem| broken(problem.to_string()))
    }
}

fn slip_view(state: &WebState, plugin: &PluginId, slip: &Slip, locale: &str) -> SlipView {
    let says = |text| state.plugin_texts().text(plugin, text, locale);
    let rows = slip.rows.iter().map(|row| RowView {
        key: row.key.clone(),
        label: says(&row.label),
        value: row.value.clone(),
        copy: row.copy.clone().unwrap_or_else(|| row.value.clone()),
    });
    let codes = slip.codes.iter().map(|code| CodeView {
        style: match code.style {
            CodeStyle::Qr => "qr",
            CodeStyle::SwissQr => "swiss-qr",
        },
        payload: code.payload.clone(),
        label: says(&code.label),
    });
    SlipView { rows: rows.collect(), codes: codes.collect(), notes: slip.notes.iter().map(says).collect() }
}
