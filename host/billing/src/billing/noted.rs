//! What the audit log is told of the use cases.

use super::{Billing, HeldPage};
use crate::audit::{Action, Actor, Detail, NewEntry};
use crate::claim::{Claim, ClaimSource};
use crate::decision::Decision;
use crate::ids::Timestamp;
use crate::invoice::Invoice;
use crate::payment::Payment;
use crate::plugin::{Instance, Setting};
use crate::ports::StoreError;
use crate::settlement::{MoneyBack, Settlement};

/// A claim that staff made; none for what a gateway heard.
pub(super) fn recorded(source: &ClaimSource, claim: &Claim, invoice: &Invoice, at: Timestamp) -> Option<NewEntry> {
    let ClaimSource::Staff(staff) = source else { return None };
    let entry = NewEntry::new(Actor::Staff(*staff), at, Action::BankPaymentRecorded, &invoice.number);
    Some(entry.with(Detail::Amount, &claim.amount.to_string()).with(Detail::BankId, &claim.transaction))
}

/// A refund that staff order of a payment.
pub(super) fn ordered(settlement: &Settlement, payment: &Payment) -> Option<NewEntry> {
    let Some(MoneyBack::Refund(refund)) = &settlement.back else { return None };
    let entry = NewEntry::new(Actor::Staff(refund.staff?), settlement.at, Action::RefundOrdered, &payment.reference);
    Some(entry.with(Detail::Amount, &refund.amount.to_string()).with(Detail::Reason, &refund.reason))
}

/// What staff decide about a held claim.
pub(super) fn decided(page: &HeldPage, settlement: &Settlement) -> Option<NewEntry> {
    let resolution = settlement.decided.as_ref()?;
    let by = Actor::Staff(resolution.by);
    let entry = NewEntry::new(by, settlement.at, Action::ClaimDecided, &resolution.held.to_string())
        .with(Detail::Decision, resolution.decision.code())
        .with(Detail::Amount, &page.held.claim.amount.to_string());
    Some(match &resolution.decision {
        Decision::Credit(client) => entry.with(Detail::Client, &client.to_string()),
        Decision::Invoice(invoice) => entry.with(Detail::Invoice, &invoice.to_string()),
        Decision::Refund(reason) | Decision::Dismiss(reason) => entry.with(Detail::Reason, reason),
    })
}

/// How an instance differs from what it was, in one entry for each kind of trust; nothing where it does not.
pub(super) fn configured(by: Actor, before: Option<&Instance>, after: &Instance) -> Vec<NewEntry> {
    let entry = |action| NewEntry::new(by, after.updated, action, after.id.as_str());
    let mut entries = Vec::new();
    let was = before.map(|before| before.settings.as_slice()).unwrap_or_default();
    let changed = changed_keys(was, &after.settings).join(", ");
    let named = before.is_none_or(|before| before.label != after.label);
    if named || !changed.is_empty() {
        let name = if named { after.label.as_str() } else { "" };
        let plugin = if before.is_none() { after.plugin.as_str() } else { "" };
        let told = entry(Action::GatewayConfigured).with(Detail::Plugin, plugin).with(Detail::Name, name);
        entries.push(told.with(Detail::Settings, &changed));
    }
    let hosts = before.map(|before| before.granted_hosts.as_slice()).unwrap_or_default();
    let beyond = |these: &[String], those: &[String]| {
        these.iter().filter(|host| !those.contains(host)).cloned().collect::<Vec<_>>().join(", ")
    };
    for (action, hosts) in [
        (Action::HostsGranted, beyond(&after.granted_hosts, hosts)),
        (Action::HostsRevoked, beyond(hosts, &after.granted_hosts)),
    ] {
        if !hosts.is_empty() {
            entries.push(entry(action).with(Detail::Hosts, &hosts));
        }
    }
    if before.is_some_and(|before| before.enabled) != after.enabled {
        entries.push(entry(if after.enabled { Action::GatewayEnabled } else { Action::GatewayDisabled }));
    }
    entries
}

/// Keys only: what stands in a setting may be nobody else's business.
fn changed_keys<'a>(before: &'a [Setting], after: &'a [Setting]) -> Vec<&'a str> {
    let lacks = |settings: &[Setting], setting: &&Setting| !settings.contains(setting);
    let changed = after.iter().filter(|setting| lacks(before, setting));
    let gone = before.iter().filter(|setting| after.iter().all(|other| other.key != setting.key));
    changed.chain(gone).map(|setting| setting.key.as_str()).collect()
}

impl Billing {
    /// Beside a change in the vault, which is no transaction of the store's.
    pub(super) async fn note_secret(
        &self,
        by: Actor,
        action: Action,
        instance: &Instance,
        key: &str,
    ) -> Result<(), StoreError> {
        let entry = NewEntry::new(by, self.now(), action, instance.id.as_str()).with(Detail::Secret, key);
        self.parts.store.note(entry).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{InstanceId, PluginId, StaffId};

    fn instance(settings: &[(&str, &str)], hosts: &[&str], enabled: bool) -> Instance {
        let owned = |(key, value): &(&str, &str)| Setting { key: (*key).to_owned(), value: (*value).to_owned() };
        Instance {
            id: InstanceId::new("acme"),
            plugin: PluginId::new("acme"),
            enabled,
            position: 0,
            label: String::new(),
            settings: settings.iter().map(owned).collect(),
            currencies: Vec::new(),
            granted_hosts: hosts.iter().map(|host| (*host).to_owned()).collect(),
            component: None,
            updated: Timestamp(7),
        }
    }

    fn told(before: Option<&Instance>, after: &Instance) -> Vec<String> {
        let words = |entry: NewEntry| {
            let details = entry.details.iter().map(|(detail, value)| format!(" {}={value}", detail.code()));
            entry.action.code().to_owned() + &details.collect::<String>()
        };
        configured(Actor::Staff(StaffId(1)), before, after).into_iter().map(words).collect()
    }

    #[test]
    fn what_differs_is_told_by_key_and_never_by_value() {
        let before = instance(&[("a", "1"), ("b", "hush"), ("c", "3")], &["x", "y"], false);
        let after = instance(&[("a", "2"), ("c", "3"), ("d", "4")], &["y", "z"], true);
        let expected = [
            "gateway-configured settings=a, d, b",
            "hosts-granted hosts=z",
            "hosts-revoked hosts=x",
            "gateway-enabled",
        ];
        assert_eq!(told(Some(&before), &after), expected);
        assert_eq!(told(Some(&after), &after), Vec::<String>::new());
        assert_eq!(
            told(None, &before),
            ["gateway-configured plugin=acme settings=a, b, c", "hosts-granted hosts=x, y"]
        );
        assert_eq!(told(Some(&after), &Instance { enabled: false, ..after.clone() }), ["gateway-disabled"]);
        assert_eq!(
            told(Some(&after), &Instance { label: "Acme".into(), ..after.clone() }),
            ["gateway-configured name=Acme"]
        );
    }
}
