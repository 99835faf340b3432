//! A module proposes, the host disposes: effects beyond what was paid or granted book nothing.

use crate::world::{CLIENT, World, euros};
use tollgate_billing::fulfilment::{EffectError, fulfil};
use tollgate_billing::ids::{OutboxId, PluginId, Timestamp};
use tollgate_billing::ledger::Account;
use tollgate_billing::ports::ModuleEffect;
use tollgate_billing::settlement::SettlementKey;

fn credit(line: u32, minor: i64) -> ModuleEffect {
    ModuleEffect::CreditPaid { line, amount: euros(minor) }
}

fn asked(module: &str, effects: Vec<ModuleEffect>) -> Result<Vec<(Account, i64)>, EffectError> {
    let world = World::new(2500, 1000, true);
    let settlement = fulfil(&world.invoice, &[(PluginId::new(module), effects)], OutboxId(3), Timestamp(9))?;
    assert_eq!((settlement.key, settlement.done), (SettlementKey::Outbox(OutboxId(3)), Some(OutboxId(3))));
    Ok(settlement.transfers.into_iter().map(|transfer| (transfer.credit, transfer.amount.minor())).collect())
}

#[test]
fn a_paid_line_is_credited_as_the_module_asks_and_the_rest_of_it_is_earned() {
    assert_eq!(asked("add-funds", vec![credit(0, 2500)]), Ok(vec![(Account::Credit(CLIENT), 2500)]));
    assert_eq!(
        asked("add-funds", vec![credit(0, 1000), credit(0, 500)]),
        Ok(vec![(Account::Credit(CLIENT), 1500), (Account::Sales, 1000)])
    );
    assert_eq!(asked("add-funds", vec![]), Ok(vec![(Account::Sales, 2500)]));
}

#[test]
fn effects_beyond_what_was_paid_or_granted_are_refused() {
    let module = PluginId::new("add-funds");
    let more = |asked, paid| EffectError::MoreThanPaid {
        module: module.clone(),
        line: 0,
        asked: euros(asked),
        paid: euros(paid),
    };
    let table = [
        (vec![credit(0, 2501)], more(2501, 2500)),
        (vec![credit(0, 2500), credit(0, 1)], more(2501, 2500)),
        (vec![credit(0, -1)], more(-1, 2500)),
        (vec![credit(1, 10)], EffectError::NotItsLine { module: module.clone(), line: 1 }),
        (vec![credit(9, 10)], EffectError::NotItsLine { module: module.clone(), line: 9 }),
        (
            vec![ModuleEffect::CreditBonus { line: 0, amount: euros(1) }],
            EffectError::BonusNotGranted { module: module.clone() },
        ),
    ];
    for (effects, error) in table {
        assert_eq!(asked("add-funds", effects.clone()), Err(error), "{effects:?}");
    }
}

#[test]
fn a_module_cannot_credit_the_line_of_another() {
    let other = PluginId::new("other");
    assert_eq!(asked("other", vec![credit(0, 1)]), Err(EffectError::NotItsLine { module: other, line: 0 }));
}
