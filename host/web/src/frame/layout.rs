//! The data of the layout: brand, menu, tabs, credit.

use std::collections::BTreeMap;

use serde::Serialize;
use tollgate_billing::roles::Right;

use super::flash::{FlashKind, Told};
use super::visit::{ClientVisit, Reader, StaffVisit};
use crate::errors::WebError;
use crate::format;
use crate::portal::METHODS;
use crate::state::WebState;
use crate::texts::Words;

/// `layout` of every page.
#[derive(Debug, Clone, Serialize)]
pub struct Layout {
    pub locale: String,
    pub dir: &'static str,
    pub brand: BrandView,
    pub nav: Vec<NavItem>,
    pub tabs: Vec<TabItem>,
    pub client: Option<PersonView>,
    pub available_credit: Vec<String>,
    pub flash: Option<Told>,
    pub staff: Option<PersonView>,
    /// The rights of staff by their words; a page shows no button without its right. Empty for everybody else.
    pub may: BTreeMap<&'static str, bool>,
    pub path: String,
    pub test_mode: bool,
    pub version: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct BrandView {
    pub name: String,
    pub logo: Option<String>,
    pub url: String,
    pub support: Option<String>,
    /// Sets the tokens that the configuration names; none where it names none.
    pub stylesheet: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
pub struct PersonView {
    pub name: String,
    pub email: String,
}

/// A place in the left menu.
#[derive(Debug, Clone, Serialize)]
pub struct NavItem {
    pub id: &'static str,
    pub label: String,
    pub url: &'static str,
    pub icon: &'static str,
    pub active: bool,
    /// The page itself, not only its section.
    pub exact: bool,
    pub count: Option<u64>,
}

#[derive(Debug, Clone, Serialize)]
pub struct TabItem {
    pub label: String,
    pub url: String,
    pub active: bool,
}

/// Shown after every page's content; the portal's own tabs stand around the modules'.
const INVOICES: &str = "/billing/invoices";
const CREDIT: &str = "/billing/credit";
/// The page of the client's own access, which is no part of Billing and has none of its tabs.
const SECURITY: &str = "/security";

impl Layout {
    /// Without anybody logged in: login and error pages.
    #[must_use]
    pub fn bare(state: &WebState, words: &Words, path: &str) -> Self {
        let config = state.config();
        let engine = state.engine();
        Self {
            locale: words.locale(),
            dir: words.direction(),
            brand: BrandView {
                name: config.brand.name.clone(),
                logo: config.brand.logo.as_ref().and_then(|logo| engine.assets.url(logo)),
                url: config.brand.url.clone(),
                support: config.support.clone(),
                stylesheet: (!state.brand_sheet().is_empty()).then(|| "/brand.css".to_owned()),
            },
            nav: Vec::new(),
            tabs: Vec::new(),
            client: None,
            available_credit: Vec::new(),
            flash: None,
            staff: None,
            may: BTreeMap::new(),
            path: path.to_owned(),
            test_mode: !state.billing().policy().live,
            version: config.version.clone(),
        }
    }

    pub(crate) fn for_visitor(state: &WebState, reader: &Reader) -> Self {
        Self { flash: reader.flash.clone(), ..Self::bare(state, &reader.words, &reader.path) }
    }

    /// The portal around a client's page.
    ///
    /// # Errors
    /// Where the store cannot answer.
    pub async fn for_client(state: &WebState, visit: &ClientVisit) -> Result<Self, WebError> {
        let words = &visit.reader.words;
        let credit = state.billing().available_credit(&visit.client).await?;
        let path = visit.reader.path.as_str();
        let own_access = path.starts_with(SECURITY);
        let item = |id, url, icon, active| NavItem {
            id,
            label: words.say(&format!("nav-{id}")),
            url,
            icon,
            active,
            exact: path == url,
            count: None,
        };
        let billing = item("billing", INVOICES, "billing", !own_access);
        let security = item("security", SECURITY, "settings", own_access);
        Ok(Self {
            nav: vec![billing, security],
            tabs: if own_access { Vec::new() } else { client_tabs(state, visit).await? },
            client: Some(PersonView { name: visit.client.name.clone(), email: visit.client.email.clone() }),
            available_credit: credit.into_iter().map(|credit| format::money(words, credit)).collect(),
            ..Self::for_visitor(state, &visit.reader)
        })
    }

    /// The back office around a page of staff; its menu and tabs are the back office's own.
    #[must_use]
    pub fn for_staff(state: &WebState, visit: &StaffVisit, nav: Vec<NavItem>) -> Self {
        let staff = Some(PersonView { name: visit.staff.name.clone(), email: visit.staff.email.clone() });
        let may = Right::ALL.into_iter().map(|right| (right.word(), visit.staff.role.may(right))).collect();
        Self { nav, staff, may, ..Self::for_visitor(state, &visit.reader) }
    }

    /// Says something on this page itself.
    pub fn tell(&mut self, kind: FlashKind, message: String) {
        self.flash = Some(Told::new(kind, message));
    }

    /// The first tab that a module brings: where funds are added.
    #[must_use]
    pub fn module_tab(&self) -> Option<String> {
        self.tabs.iter().map(|tab| tab.url.clone()).find(|url| ![INVOICES, CREDIT, METHODS].contains(&url.as_str()))
    }
}

async fn client_tabs(state: &WebState, visit: &ClientVisit) -> Result<Vec<TabItem>, WebError> {
    use tollgate_billing::billing::Texts;
    let words = &visit.reader.words;
    let locale = words.locale();
    let path = visit.reader.path.as_str();
    let tab = |label: String, url: String| {
        let within = path.strip_prefix(url.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        TabItem { label, active: within || (url == INVOICES && path.starts_with("/billing/payments/")), url }
    };
    let modules = state.billing().tabs().await?;
    let of_modules = modules.iter().map(|module| {
        let label = state.plugin_texts().text(&module.plugin, &module.label, &locale);
        tab(label, format!("/billing/{}", module.slug))
    });
    let mut tabs = vec![tab(words.say("tab-invoices"), INVOICES.to_owned())];
    tabs.extend(of_modules);
    tabs.push(tab(words.say("tab-credit"), CREDIT.to_owned()));
    // Where no gateway stores them, the tab would promise what nobody can get.
    if state.billing().stores_methods().await? || !state.billing().methods(visit.client.id).await?.is_empty() {
        tabs.push(tab(words.say("tab-methods"), METHODS.to_owned()));
    }
    Ok(tabs)
}
