//! What a paid invoice's module lines become: the effects that a module asks for, checked against what was paid.

use std::collections::BTreeMap;

use crate::ids::{OutboxId, PluginId, Timestamp};
use crate::invoice::{Invoice, LineKind};
use crate::ledger::{Account, Reason, Transfer};
use crate::money::{Money, MoneyError};
use crate::plan::empty;
use crate::ports::{InvoiceFact, LineFact, ModuleEffect};
use crate::settlement::{Settlement, SettlementKey};

/// Why an effect is refused. For staff; the event waits and is offered to the module again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EffectError {
    #[error("the module {module} asked to credit line {line}, which is not one of its own")]
    NotItsLine { module: PluginId, line: u32 },
    #[error("the module {module} asked to credit {asked} for line {line}, for which {paid} was paid")]
    MoreThanPaid { module: PluginId, line: u32, asked: Money, paid: Money },
    #[error("the module {module} asked for bonus credit, which it is not granted")]
    BonusNotGranted { module: PluginId },
    #[error("the module {module} is not granted credit for what was paid")]
    CreditNotGranted { module: PluginId },
    #[error("the module {module} asked for an amount that cannot be: {error}")]
    Amount { module: PluginId, error: MoneyError },
}

/// The modules that have a line on the invoice, each once.
#[must_use]
pub fn modules_of(invoice: &Invoice) -> Vec<PluginId> {
    let mut modules: Vec<PluginId> = Vec::new();
    for line in &invoice.lines {
        if let LineKind::Module(module) = &line.kind
            && !modules.contains(module)
        {
            modules.push(module.clone());
        }
    }
    modules
}

/// What a module is told of an invoice: only its own lines.
///
/// # Errors
/// Never for lines that [`crate::invoice::Line::new`] made.
pub fn fact_for(module: &PluginId, invoice: &Invoice, balance: Money) -> Result<InvoiceFact, MoneyError> {
    let mut lines = Vec::new();
    for (index, line) in invoice.lines.iter().enumerate() {
        if line.kind == LineKind::Module(module.clone()) {
            lines.push(LineFact { line: u32::try_from(index).unwrap_or(u32::MAX), amount: line.gross()? });
        }
    }
    Ok(InvoiceFact { invoice_number: invoice.number.clone(), lines, balance })
}

/// Books what the modules asked for. What was paid for a module's line and not asked for as credit is earned.
///
/// # Errors
/// [`EffectError`] for an effect beyond what was paid or granted; nothing is booked then.
pub fn fulfil(
    invoice: &Invoice,
    asked: &[(PluginId, Vec<ModuleEffect>)],
    event: OutboxId,
    at: Timestamp,
) -> Result<Settlement, EffectError> {
    let mut settlement = Settlement { done: Some(event), ..empty(SettlementKey::Outbox(event), at) };
    for (module, effects) in asked {
        let paid = paid_lines(module, invoice)?;
        let credited = credited_lines(module, effects, &paid)?;
        for (line, paid) in &paid {
            let amount_error = |error| EffectError::Amount { module: module.clone(), error };
            let credit = credited.get(line).copied().unwrap_or(Money::zero(paid.currency()));
            let earned = paid.checked_sub(credit).map_err(amount_error)?;
            push(&mut settlement, invoice, Account::Credit(invoice.client), credit);
            push(&mut settlement, invoice, Account::Sales, earned);
        }
    }
    Ok(settlement)
}

fn push(settlement: &mut Settlement, invoice: &Invoice, credit: Account, amount: Money) {
    if amount.is_positive() {
        let debit = Account::Invoice(invoice.id);
        settlement.transfers.push(Transfer { debit, credit, amount, reason: Reason::Fulfilment, invoice: invoice.id });
    }
}

fn paid_lines(module: &PluginId, invoice: &Invoice) -> Result<BTreeMap<u32, Money>, EffectError> {
    let fact = fact_for(module, invoice, Money::zero(invoice.currency()))
        .map_err(|error| EffectError::Amount { module: module.clone(), error })?;
    Ok(fact.lines.into_iter().map(|line| (line.line, line.amount)).collect())
}

fn credited_lines(
    module: &PluginId,
    effects: &[ModuleEffect],
    paid: &BTreeMap<u32, Money>,
) -> Result<BTreeMap<u32, Money>, EffectError> {
    let mut credited: BTreeMap<u32, Money> = BTreeMap::new();
    for effect in effects {
        let (line, amount) = match effect {
            ModuleEffect::CreditPaid { line, amount } => (*line, *amount),
            ModuleEffect::CreditBonus { .. } => return Err(EffectError::BonusNotGranted { module: module.clone() }),
        };
        let Some(most) = paid.get(&line).copied() else {
            return Err(EffectError::NotItsLine { module: module.clone(), line });
        };
        let so_far = credited.get(&line).copied().unwrap_or(Money::zero(most.currency()));
        let asked =
            so_far.checked_add(amount).map_err(|error| EffectError::Amount { module: module.clone(), error })?;
        if amount.is_negative() || asked.minor() > most.minor() {
            return Err(EffectError::MoreThanPaid { module: module.clone(), line, asked, paid: most });
        }
        credited.insert(line, asked);
    }
    Ok(credited)
}
