//! The portal's tabs that modules bring, and what their forms do. Add Funds is the first.

use std::sync::{Arc, Mutex, PoisonError};

use super::{Billing, BillingError, CONFLICT_TRIES_MAX};
use crate::ids::{ClientId, InstanceId, InvoiceId, PluginId, Timestamp};
use crate::invoice::{DESCRIPTION_CHARS_MAX, Line, LineKind, NewInvoice, TaxRate};
use crate::people::Client;
use crate::plugin::{Instance, Page, PluginError};
use crate::ports::{ModuleAction, NewModuleInvoice, OpenInvoice, StoreError, View};
use crate::text::{FieldError, Text};

/// A tab of Billing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tab {
    pub plugin: PluginId,
    pub slug: String,
    pub label: Text,
}

/// A module's page for a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TabPage {
    pub plugin: PluginId,
    pub page: Page,
    pub view: View,
}

/// What a posted form came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TabAnswer {
    /// The invoice was made, by this form or by the same form sent before.
    Invoice(InvoiceId),
    /// The page again, with what is wrong.
    Refused { page: TabPage, errors: Vec<FieldError> },
    /// No voucher has that code.
    NoSuchVoucher { page: TabPage, code: String },
}

/// Which module instances the tabs were drawn for.
type Seen = Vec<(InstanceId, Timestamp)>;

/// The tabs as drawn last, because every page shows them.
#[derive(Default)]
pub(super) struct TabsDrawn {
    last: Mutex<Option<(Seen, Arc<[Tab]>)>>,
}

impl TabsDrawn {
    fn get(&self, seen: &Seen) -> Option<Arc<[Tab]>> {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.as_ref().filter(|(drawn_for, _)| drawn_for == seen).map(|(_, tabs)| Arc::clone(tabs))
    }

    /// A module's file is another one now.
    pub fn forget(&self) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn keep(&self, seen: Seen, tabs: Arc<[Tab]>) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some((seen, tabs));
    }
}

impl Billing {
    /// Tabs of all enabled modules, in their order. A broken module has no tab; staff see why. A module is asked once
    /// for each version of its configuration.
    ///
    /// # Errors
    /// Store errors.
    pub async fn tabs(&self) -> Result<Arc<[Tab]>, BillingError> {
        let mut modules = self.parts.store.instances().await?;
        modules.retain(|instance| instance.enabled && self.parts.modules.module(&instance.plugin).is_some());
        let seen = modules.iter().map(|instance| (instance.id.clone(), instance.updated)).collect::<Vec<_>>();
        if let Some(tabs) = self.tabs.get(&seen) {
            return Ok(tabs);
        }
        let mut tabs = Vec::new();
        for instance in modules {
            if let Ok(tab) = self.parts.modules.tab(&instance).await {
                tabs.push(Tab { plugin: instance.plugin, slug: tab.slug, label: tab.label });
            }
        }
        let complete = tabs.len() == seen.len();
        let tabs: Arc<[Tab]> = tabs.into();
        if complete {
            self.tabs.keep(seen, Arc::clone(&tabs));
        }
        Ok(tabs)
    }

    /// Opens the tab whose address ends in `slug`.
    ///
    /// # Errors
    /// [`BillingError::NotFound`] without such a tab, plugin and store errors.
    pub async fn open_tab(&self, client: ClientId, slug: &str) -> Result<TabPage, BillingError> {
        let instance = self.module_instance(slug).await?;
        let client = self.client(client).await?;
        let (view, _) = self.view(&client, &instance.plugin).await?;
        let page = self.parts.modules.page(&instance, &view).await?;
        Ok(TabPage { plugin: instance.plugin.clone(), page, view })
    }

    /// Carries out what the module makes of a form. The form key makes an invoice once, however often it is sent.
    ///
    /// # Errors
    /// As [`Billing::open_tab`]; [`PluginError::Broken`] where the module asks for what it may not.
    pub async fn submit_tab(
        &self,
        client: ClientId,
        slug: &str,
        form: &[(String, String)],
        form_key: &str,
    ) -> Result<TabAnswer, BillingError> {
        let instance = self.module_instance(slug).await?;
        let client = self.client(client).await?;
        for _ in 0..CONFLICT_TRIES_MAX {
            let made = self.parts.store.invoice_by_form_key(client.id, form_key).await?;
            if let Some(invoice) = made {
                return Ok(TabAnswer::Invoice(invoice));
            }
            match self.try_submit(&client, &instance, form, form_key).await {
                Err(BillingError::Store(StoreError::Conflict)) => {}
                answer => return answer,
            }
        }
        Err(BillingError::Store(StoreError::Conflict))
    }

    async fn try_submit(
        &self,
        client: &Client,
        instance: &Arc<Instance>,
        form: &[(String, String)],
        form_key: &str,
    ) -> Result<TabAnswer, BillingError> {
        let (view, open_seen) = self.view(client, &instance.plugin).await?;
        match self.parts.modules.submit(instance, &view, form).await? {
            ModuleAction::Refuse { page, errors } => {
                Ok(TabAnswer::Refused { page: TabPage { plugin: instance.plugin.clone(), page, view }, errors })
            }
            ModuleAction::RedeemVoucher(code) => {
                self.granted(&instance.plugin, "redeem a voucher", |effects| effects.redeem_voucher)?;
                let page = self.parts.modules.page(instance, &view).await?;
                Ok(TabAnswer::NoSuchVoucher { page: TabPage { plugin: instance.plugin.clone(), page, view }, code })
            }
            ModuleAction::CreateInvoice(new) => {
                self.granted(&instance.plugin, "create an invoice", |effects| effects.create_invoice)?;
                let new = self.module_invoice(client, &instance.plugin, &view, new, (form_key, open_seen))?;
                Ok(TabAnswer::Invoice(self.parts.store.create_invoice(new).await?.into_inner()))
            }
        }
    }

    /// The module proposes; here the host looks at every word of it.
    fn module_invoice(
        &self,
        client: &Client,
        module: &PluginId,
        view: &View,
        new: NewModuleInvoice,
        (form_key, open_seen): (&str, u32),
    ) -> Result<NewInvoice, BillingError> {
        let broken = |reason: String| BillingError::Plugin(PluginError::Broken { plugin: module.clone(), reason });
        if new.amount.currency() != client.currency || !new.amount.is_positive() {
            return Err(broken(format!("asked for an invoice of {}", new.amount)));
        }
        if !view.gateways.iter().any(|choice| choice.instance == new.gateway) {
            return Err(broken(format!("chose the gateway {}, which is not offered", new.gateway)));
        }
        let mut description = self.parts.texts.text(module, &new.description, &client.locale);
        description = description.chars().take(DESCRIPTION_CHARS_MAX).collect();
        let line = Line::new(LineKind::Module(module.clone()), description, new.amount, TaxRate::NONE)?;
        super::invoices::check_lines(std::slice::from_ref(&line))?;
        let created = self.now();
        Ok(NewInvoice {
            client: client.id,
            gateway: Some(new.gateway),
            total: line.gross()?,
            lines: vec![line],
            created,
            due: created.plus_days(self.parts.policy.due_days),
            number_prefix: self.parts.policy.invoice_prefix.clone(),
            form_key: form_key.to_owned(),
            open_seen: Some((module.clone(), open_seen)),
        })
    }

    fn granted(
        &self,
        plugin: &PluginId,
        what: &str,
        asked: impl Fn(&crate::plugin::Effects) -> bool,
    ) -> Result<(), BillingError> {
        match self.parts.modules.module(plugin) {
            Some(manifest) if asked(&manifest.effects) => Ok(()),
            _ => {
                let reason = format!("wanted to {what}, which its manifest does not ask for");
                Err(PluginError::Broken { plugin: plugin.clone(), reason }.into())
            }
        }
    }

    async fn module_instance(&self, slug: &str) -> Result<Arc<Instance>, BillingError> {
        let instances = self.parts.store.instances().await?;
        let matches =
            |i: &Instance| i.enabled && i.plugin.as_str() == slug && self.parts.modules.module(&i.plugin).is_some();
        instances.into_iter().find(matches).map(Arc::new).ok_or(BillingError::NotFound)
    }

    /// What the module may know, and how many open invoices of its kind there are in all.
    async fn view(&self, client: &Client, module: &PluginId) -> Result<(View, u32), BillingError> {
        let (open, open_seen) = self.parts.store.open_invoices(client.id, module).await?;
        let open_invoices = open.into_iter().map(|invoice| OpenInvoice {
            id: invoice.id,
            path: format!("/billing/invoices/{}", invoice.id),
            due: invoice.amount_due(),
            created: invoice.created,
            number: invoice.number,
        });
        let view = View {
            currency: client.currency,
            balance: self.parts.store.credit(client.id, client.currency).await?,
            gateways: self.gateway_choices(client.currency).await?,
            open_invoices: open_invoices.collect(),
            terms_url: self.parts.policy.terms_url.clone(),
            now: self.now(),
        };
        Ok((view, open_seen))
    }
}
