//! What every history begins with: a database with clients, and gateways that staff have set up. Made once for a worker,
//! by the host's own use cases, and copied for each history.

use std::path::{Path, PathBuf};

use anyhow::Context;
use tempfile::TempDir;
use tollgate_billing::audit::Actor;
use tollgate_billing::billing::{NewSettings, SecretChange};
use tollgate_billing::ids::{ClientId, InstanceId, PluginId, StaffId};
use tollgate_billing::money::Currency;
use tollgate_billing::people::{NewClient, NewStaff};
use tollgate_billing::plugin::Setting;
use tollgate_billing::ports::{People, SecretText};
use tollgate_billing::roles::Role;

use crate::chance::Chance;
use crate::life::{Files, Life};
use crate::line::Line;
use crate::machine::Machine;
use crate::providers::{Hooks, PAYPAL_ID, PAYPAL_SECRET, Provider, STRIPE_SECRET};

/// Memory on Linux. A crash here is the host's, never the disk's: what was committed stays whether it was synced or not,
/// and what a crash of the machine does to the file is tried by the store's own tests.
const MEMORY: &str = "/dev/shm";
/// Not all of them are taken by both providers, and their decimals are 0, 2 and 3 by ISO 4217. PayPal counts the forint
/// and the Taiwan dollar whole, Stripe the króna in hundredths.
const CURRENCIES: [&str; 8] = ["EUR", "USD", "GBP", "JPY", "HUF", "TWD", "KWD", "ISK"];
/// Those of them that PayPal takes.
const PAYPAL_CURRENCIES: &str = "EUR USD GBP JPY HUF TWD";

/// A worker's folder.
pub struct Town {
    folder: TempDir,
    /// One client for each currency.
    pub clients: Vec<(ClientId, Currency)>,
    /// Who refunds, charges and decides.
    pub staff: StaffId,
}

impl Town {
    /// # Errors
    /// Where there is no folder, or the host does not take its configuration.
    pub async fn build(machine: &Machine) -> anyhow::Result<Self> {
        let memory = Path::new(MEMORY);
        let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
        let mut town =
            Self { folder: folder.or_else(|_| tempfile::tempdir())?, clients: Vec::new(), staff: StaffId(0) };
        let wires = Line::new(Chance::of(0));
        let hooks = wires.providers.register().await?;
        let files = Files { database: town.template(), keys: town.path("secrets.key") };
        let life = Life::begin(&files, machine, &wires, None).await?;
        for code in CURRENCIES {
            let currency = Currency::from_code(code)?;
            let id = life.store.create_client(client(currency), life.billing.now()).await?;
            town.clients.push((id, currency));
        }
        let staff = NewStaff {
            email: "staff@example.com".to_owned(),
            name: "Example Staff".to_owned(),
            role: Role::Owner,
            password_hash: "none".to_owned(),
        };
        town.staff = life.store.create_staff(staff, life.billing.now()).await?;
        for settings in [paypal(&hooks), card(&hooks), add_funds()] {
            let name = settings.instance.clone();
            life.billing
                .configure(Actor::Command, &settings)
                .await
                .with_context(|| format!("the configuration of {name}"))?;
        }
        life.end();
        Ok(town)
    }

    /// The files of a new history. Those of the last one are gone.
    ///
    /// # Errors
    /// Where they cannot be copied.
    pub fn files(&self) -> anyhow::Result<Files> {
        let database = self.path("history.db");
        for ending in ["", "-wal", "-shm"] {
            let mut left = database.clone().into_os_string();
            left.push(ending);
            // Most of them are not there.
            let _ = std::fs::remove_file(left);
        }
        std::fs::copy(self.template(), &database)?;
        Ok(Files { database, keys: self.path("secrets.key") })
    }

    fn template(&self) -> PathBuf {
        self.path("template.db")
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

fn client(currency: Currency) -> NewClient {
    NewClient {
        email: format!("{}@example.com", currency.code().to_ascii_lowercase()),
        name: "Example Client".to_owned(),
        company: String::new(),
        address: Vec::new(),
        country: "DE".to_owned(),
        tax_id: String::new(),
        currency,
        locale: "en".to_owned(),
        password_hash: "none".to_owned(),
    }
}

fn settings(name: &str, values: &[(&str, &str)], secrets: &[(&str, &str)], hosts: &[&str]) -> NewSettings {
    let set = |(key, value): &(&str, &str)| SecretChange::Set {
        key: (*key).to_owned(),
        value: SecretText::new((*value).to_owned()),
    };
    let setting = |(key, value): &(&str, &str)| Setting { key: (*key).to_owned(), value: (*value).to_owned() };
    NewSettings {
        instance: InstanceId::new(name),
        plugin: PluginId::new(name),
        label: String::new(),
        enabled: true,
        settings: values.iter().map(setting).collect(),
        secrets: secrets.iter().map(set).collect(),
        granted_hosts: hosts.iter().map(|host| (*host).to_owned()).collect(),
    }
}

fn paypal(hooks: &Hooks) -> NewSettings {
    let host = Provider::PayPal.host();
    let api = format!("http://{host}");
    let values = [
        ("client-id", PAYPAL_ID),
        ("merchant", "TESTMERCHANT2"),
        ("currencies", PAYPAL_CURRENCIES),
        ("test-api", &api),
        ("webhook-id", &hooks.paypal_id),
    ];
    settings("paypal", &values, &[("client-secret", PAYPAL_SECRET)], &[host])
}

fn card(hooks: &Hooks) -> NewSettings {
    let host = Provider::Stripe.host();
    let api = format!("http://{host}");
    let values = [
        ("publishable-key", "pk_test_simulator"),
        ("merchant", "acct_1SimulatedStripe"),
        ("test-api", &api),
        ("save-cards", "true"),
    ];
    let secrets = [("secret-key", STRIPE_SECRET), ("webhook-secret", &hooks.stripe_secret)];
    settings("card", &values, &secrets, &[host])
}

fn add_funds() -> NewSettings {
    let values =
        [("open-max", "3"), ("limits.0.currency", "EUR"), ("limits.0.minimum", "10"), ("limits.0.maximum", "1000")];
    settings("add-funds", &values, &[], &[])
}
