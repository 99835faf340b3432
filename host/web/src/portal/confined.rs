//! A gateway's page with scripts: rendered here, kept for its frame, shown by the frame on the pages' own origin.

use std::collections::BTreeMap;

use axum::response::Response;
use serde::Serialize;
use serde_json::{Value, json};
use tollgate_billing::billing::PayNow;
use tollgate_billing::plugin::{
    ConfinedPage, Destination, GatewayManifest, Manifest, OriginRequest, Page as PluginAnswer,
};

use super::pay::GatewayHost;
use super::pay_view::{ConfinedView, PayData};
use super::plugin_page::Region;
use crate::confined::{ASSETS_PATH, BRIDGE, ConfinedDocument, Reach, SANDBOX, brand_path, policy, script_path};
use crate::engine::scope::Scope;
use crate::errors::WebError;
use crate::frame::{ClientVisit, Layout, Page};
use crate::state::WebState;

/// `portal/confined`: the frame's document.
#[derive(Serialize)]
struct Document<'a> {
    locale: String,
    dir: &'static str,
    title: &'a str,
    stylesheet: Option<&'static str>,
    /// What `window.tollgate` is made of, as JSON.
    page: String,
    /// The origin that messages go to.
    portal: &'a str,
    /// Foreign ones first.
    scripts: Vec<String>,
}

/// What one answer of a gateway is drawn from.
pub struct Confined<'a> {
    pub state: &'a WebState,
    pub visit: &'a ClientVisit,
    pub shown: &'a PayNow,
    pub page: &'a ConfinedPage,
}

impl Confined<'_> {
    /// The pay page with the frame; where the configuration names no second origin, the page that says so kindly.
    ///
    /// # Errors
    /// [`WebError::Plugin`] where the plugin, its template, its data or its scripts are not right.
    pub fn draw(&self, layout: Layout, mut data: PayData) -> Result<Response, WebError> {
        let (state, reader) = (self.state, &self.visit.reader);
        let Some(pages) = state.config().pages_url.as_deref() else {
            let plugin = self.shown.payment.plugin.as_str();
            tracing::error!(plugin, "its page runs scripts, and server.pages-url is empty: clients cannot pay with it");
            data.answer = "not-drawn";
            return Page::new("portal/pay", layout, data).render(state, reader);
        };
        let document = self.document(pages)?;
        let token = state.waiting().put(self.visit.client.id, document, state.billing().now());
        let token = token.map_err(|error| WebError::failed(error.to_string()))?;
        data.confined = Some(ConfinedView { url: format!("{pages}/confined/{token}"), sandbox: SANDBOX });
        Page::new("portal/pay", layout, data).framed(pages.to_owned()).render(state, reader)
    }

    fn broken(&self, reason: &str) -> WebError {
        WebError::Plugin {
            reason: format!("the plugin {} shows no page: {reason}", self.shown.payment.plugin),
            back_url: format!("/billing/invoices/{}", self.shown.invoice.id),
        }
    }

    fn document(&self, pages: &str) -> Result<ConfinedDocument, WebError> {
        let Some(Manifest::Gateway(manifest)) = self.shown.manifest.as_deref() else {
            return Err(self.broken("it is no gateway that is loaded"));
        };
        let live = self.state.billing().policy().live;
        let (foreign, simulators) =
            foreign_scripts(self.page, &manifest.browser_origins, live).map_err(|why| self.broken(&why))?;
        let own = own_scripts(self.page, manifest, pages).map_err(|why| self.broken(&why))?;
        let mut served = vec![format!("{pages}{ASSETS_PATH}/{BRIDGE}")];
        served.extend(own.iter().cloned());
        let portal = self.state.config().base_url.as_str();
        let reach = Reach { portal, pages, own_scripts: &served, simulators: &simulators, live };
        let policy = policy(manifest, &reach).map_err(|why| self.broken(&why))?;
        let html = self.html(foreign.into_iter().chain(own).collect())?;
        Ok(ConfinedDocument { html: html.into(), policy })
    }

    fn html(&self, scripts: Vec<String>) -> Result<String, WebError> {
        let (state, reader) = (self.state, &self.visit.reader);
        let answer = PluginAnswer { template: self.page.template.clone(), data: self.page.data.clone(), slip: None };
        let region = Region {
            plugin: &self.shown.payment.plugin,
            manifest: self.shown.manifest.clone(),
            page: &answer,
            action: None,
            errors: Vec::new(),
            values: BTreeMap::new(),
            host: GatewayHost::of(&reader.words, self.shown),
        };
        let content = region.render(state, reader)?;
        let data: Value = serde_json::from_str(&self.page.data).map_err(|error| self.broken(&error.to_string()))?;
        let engine = state.engine();
        let document = Document {
            locale: reader.words.locale(),
            dir: reader.words.direction(),
            title: &self.shown.gateway,
            stylesheet: brand_path(state),
            page: json!({ "data": data, "locale": reader.words.locale() }).to_string(),
            portal: &state.config().base_url,
            scripts,
        };
        let scope = Scope {
            words: reader.words.clone(),
            now: state.billing().now(),
            assets: engine.confined_assets.clone(),
            csrf: String::new(),
            form_action: None,
            content,
            budget: None,
        };
        Ok(engine.render("portal/confined", &document, scope)?)
    }
}

/// The addresses of others' scripts, and those of their origins that are this machine itself.
fn foreign_scripts(
    page: &ConfinedPage,
    asked: &[OriginRequest],
    live: bool,
) -> Result<(Vec<String>, Vec<String>), String> {
    let mut simulators = Vec::new();
    for url in &page.foreign_scripts {
        let from = Destination::read(url).ok_or_else(|| format!("“{url}” is no address of a script"))?;
        let origin = from.origin();
        let mut named = asked.iter().filter(|asked| asked.script && asked.environment.is_of(live));
        if from.is_loopback() && !live {
            if !simulators.contains(&origin) {
                simulators.push(origin);
            }
        } else if !named.any(|asked| asked.origin == origin) {
            return Err(format!("its manifest asks for no scripts of {origin}"));
        }
    }
    Ok((page.foreign_scripts.clone(), simulators))
}

fn own_scripts(page: &ConfinedPage, manifest: &GatewayManifest, pages: &str) -> Result<Vec<String>, String> {
    let address = |name: &String| {
        let script = manifest.scripts.iter().find(|script| script.name == *name);
        let script = script.ok_or_else(|| format!("its manifest brings no script “{name}”"))?;
        Ok(format!("{pages}{}", script_path(&manifest.identity.id, script)))
    };
    page.own_scripts.iter().map(address).collect()
}

#[cfg(test)]
mod tests {
    use tollgate_billing::plugin::Environment;
    use tollgate_billing::text::Text;

    use super::*;

    #[test]
    fn scripts_come_from_origins_that_were_asked_for_in_this_environment() {
        let origin = |origin: &str, environment| OriginRequest {
            origin: origin.to_owned(),
            environment,
            script: true,
            frame: false,
            form: false,
            connect: false,
            image: false,
            purpose: Text::plain("To pay"),
        };
        let asked = [
            origin("https://js.example.com", Environment::Both),
            origin("https://test.example.com", Environment::Test),
        ];
        let check = |url: &str, in_test: bool, in_live: bool| {
            let page = ConfinedPage {
                template: String::new(),
                data: String::new(),
                foreign_scripts: vec![url.to_owned()],
                own_scripts: Vec::new(),
            };
            assert_eq!(foreign_scripts(&page, &asked, false).is_ok(), in_test, "{url} in test mode");
            assert_eq!(foreign_scripts(&page, &asked, true).is_ok(), in_live, "{url} in live mode");
        };
        check("https://js.example.com/v3/", true, true);
        check("https://test.example.com/v3/", true, false);
        check("http://127.0.0.1:8422/v3/", true, false);
        check("http://js.example.com/v3/", false, false);
        check("https://js.example.com:8443/v3/", false, false);
        check("https://js.example.com.evil.example/v3/", false, false);
        check("https://js.example.com@evil.example/v3/", false, false);
        check("http://127.0.0.1.evil.example/v3/", false, false);
    }
}
