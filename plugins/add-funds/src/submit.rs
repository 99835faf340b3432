//! What the client posted, turned into what the host is asked to do.

use tollgate_sdk::module::{Action, FormRefusal, NewInvoice, View};
use tollgate_sdk::{Amount, Error, FieldErrors, Form, Text};

use crate::config::{Config, amount_error};
use crate::page::{self, Typed};
use crate::policy::{self, Allowance, Refusal};

/// Longest voucher code that the host looks up.
const VOUCHER_BYTES_MAX: usize = 64;

/// # Errors
/// [`Error::Rejected`] where the host's own numbers do not fit together; what the client can mend is a refusal.
pub fn submit(config: &Config, view: &View, form: &Form) -> Result<Action, Error> {
    let mut errors = FieldErrors::default();
    let action = match form.text("intent") {
        // Enter in the amount's field may send no button at all.
        "add-funds" | "" => top_up(config, view, form, &mut errors)?,
        "redeem-voucher" => errors.keep("voucher", voucher(form.text("voucher"))).map(Action::RedeemVoucher),
        _ => {
            errors.add("", Text::msg("intent-unknown"));
            None
        }
    };
    match action {
        Some(action) if errors.is_empty() => Ok(action),
        _ => Ok(Action::Refuse(FormRefusal {
            page: page::page(config, view, Typed::from_form(form))?,
            errors: errors.into(),
        })),
    }
}

fn top_up(config: &Config, view: &View, form: &Form, errors: &mut FieldErrors) -> Result<Option<Action>, Error> {
    if policy::has_too_many_open(config, view) {
        let newest = view.open_invoices.first().map_or("", |invoice| invoice.number.as_str());
        errors.add("", Text::msg("open-exists").arg("number", newest));
        return Ok(None);
    }
    let Some(allowance) = Allowance::of(config, view)? else {
        errors.add("", Text::msg("currency-not-offered").arg("currency", &view.currency));
        return Ok(None);
    };
    let amount = errors.keep("amount", amount(form.text("amount"), &allowance));
    let gateway = errors.keep("gateway", gateway(form.text("gateway"), view));
    Ok(amount.zip(gateway).map(|(amount, gateway)| {
        let description = Text::msg("line-description");
        Action::CreateInvoice(NewInvoice { description, amount: amount.into(), gateway })
    }))
}

fn amount(typed: &str, allowance: &Allowance) -> Result<Amount, Text> {
    let currency = allowance.limits.currency;
    let amount = Amount::parse(typed, currency).map_err(|error| amount_error(&error, currency))?;
    if amount.minor() == 0 {
        return Err(Text::msg("amount-zero"));
    }
    let (id, bound) = match allowance.admit(amount) {
        Ok(()) => return Ok(amount),
        Err(Refusal::BelowMinimum(minimum)) => ("amount-below-minimum", minimum),
        Err(Refusal::AboveMaximum(maximum)) => ("amount-above-maximum", maximum),
        Err(Refusal::OverCeiling(room)) => ("amount-over-ceiling", room),
        Err(Refusal::NoRoom) => ("ceiling-reached", allowance.most()),
    };
    Err(Text::msg(id).arg("bound", bound))
}

fn gateway(typed: &str, view: &View) -> Result<String, Text> {
    if typed.is_empty() {
        return Err(Text::msg("gateway-empty"));
    }
    let offered = view.gateways.iter().find(|gateway| gateway.instance == typed);
    offered.map(|gateway| gateway.instance.clone()).ok_or_else(|| Text::msg("gateway-not-offered"))
}

fn voucher(typed: &str) -> Result<String, Text> {
    match typed.len() {
        0 => Err(Text::msg("voucher-empty")),
        1..=VOUCHER_BYTES_MAX => Ok(typed.to_owned()),
        _ => Err(Text::msg("voucher-too-long")),
    }
}
