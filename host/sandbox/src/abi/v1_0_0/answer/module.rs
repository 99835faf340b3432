//! What an add-on module asks for.

use tollgate_billing::ids::InstanceId;
use tollgate_billing::plugin::ModuleManifest;
use tollgate_billing::ports::{ModuleAction, ModuleEffect, ModuleTab, NewModuleInvoice};
use tollgate_billing::text::Text;

use super::page::page;
use super::text::{field_error, text};
use crate::abi::v1_0_0::module_wit;
use crate::checks::{Breach, Inside, list, money, money_not_negative, named};

/// The contract's numbers for `new-invoice`, `form-refusal` and `action`.
const DESCRIPTION_BYTES_MAX: usize = 120;
const INSTANCE_ID_BYTES_MAX: usize = 60;
const FORM_ERRORS_MAX: usize = 20;
const VOUCHER_BYTES_MAX: usize = 64;
/// Both effects for each of the lines that an invoice may have.
const EFFECTS_MAX: usize = 1_000;

pub fn tab(tab: module_wit::PortalTab, manifest: &ModuleManifest) -> Result<ModuleTab, Breach> {
    match tab.place {
        module_wit::Place::Billing => {}
    }
    if tab.slug != manifest.identity.id.as_str() {
        return Err(Breach::new("slug", "is not the plugin's id"));
    }
    Ok(ModuleTab { slug: tab.slug, label: text("label", tab.label)? })
}

pub fn action(action: module_wit::Action, manifest: &ModuleManifest) -> Result<ModuleAction, Breach> {
    match action {
        module_wit::Action::CreateInvoice(new) => {
            Ok(ModuleAction::CreateInvoice(new_invoice(new).inside("create-invoice")?))
        }
        module_wit::Action::RedeemVoucher(code) => {
            Ok(ModuleAction::RedeemVoucher(named("redeem-voucher", code, VOUCHER_BYTES_MAX)?))
        }
        module_wit::Action::Refuse(refusal) => {
            if refusal.errors.is_empty() {
                return Err(Breach::new("errors", "is empty"));
            }
            let errors = list("errors", refusal.errors, FORM_ERRORS_MAX, field_error)?;
            Ok(ModuleAction::Refuse { page: page(refusal.page, &manifest.assets)?, errors })
        }
    }
}

pub fn effects(effects: Vec<module_wit::Effect>) -> Result<Vec<ModuleEffect>, Breach> {
    list("effects", effects, EFFECTS_MAX, |effect| match effect {
        module_wit::Effect::CreditPaid(credit) => {
            let (line, amount) = checked(credit)?;
            Ok(ModuleEffect::CreditPaid { line, amount })
        }
        module_wit::Effect::CreditBonus(credit) => {
            let (line, amount) = checked(credit)?;
            Ok(ModuleEffect::CreditBonus { line, amount })
        }
    })
}

fn checked(credit: module_wit::Credit) -> Result<(u32, tollgate_billing::money::Money), Breach> {
    text("description", credit.description)?;
    Ok((credit.line, money_not_negative("amount", credit.amount.minor, &credit.amount.currency)?))
}

fn new_invoice(new: module_wit::NewInvoice) -> Result<NewModuleInvoice, Breach> {
    let description = text("description", new.description)?;
    if matches!(&description, Text::Plain(words) if words.len() > DESCRIPTION_BYTES_MAX) {
        return Err(Breach::new("description", format_args!("is longer than {DESCRIPTION_BYTES_MAX} bytes")));
    }
    Ok(NewModuleInvoice {
        description,
        amount: money("amount", new.amount.minor, &new.amount.currency)?,
        gateway: InstanceId::new(named("gateway", new.gateway, INSTANCE_ID_BYTES_MAX)?),
    })
}
