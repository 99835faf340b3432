//! `tollgate invoice charge`: charges a stored payment method while its client is away.

use std::path::Path;

use anyhow::{anyhow, bail};
use clap::Args;
use tollgate_billing::billing::{BillingError, ChargeOrder, Charged, MethodFacts};
use tollgate_billing::ids::MethodId;
use tollgate_billing::invoice::Invoice;
use tollgate_billing::saved::ChargedBy;

use crate::config::Config;
use crate::say::say;
use crate::wiring::{Access, Rooms};

#[derive(Debug, Args)]
pub struct Charge {
    /// The invoice's number
    #[arg(value_name = "NUMBER")]
    number: String,
    /// Another payment method of the client than the default, by its number
    #[arg(long, value_name = "METHOD")]
    method: Option<i64>,
}

impl Charge {
    pub fn run(&self, config: &Path) -> anyhow::Result<()> {
        let config = Config::load(config)?;
        super::block_on(async {
            let rooms = Rooms::open(&config, Access::Tool).await?;
            say!("{}", self.charge(&rooms, config.server.base_url.as_str()).await?);
            Ok(())
        })
    }

    async fn charge(&self, rooms: &Rooms, base_url: &str) -> anyhow::Result<String> {
        let billing = &rooms.billing;
        let invoice = billing.store().invoice_by_number(&self.number).await?;
        let invoice = invoice.ok_or_else(|| anyhow!("there is no invoice with the number {}", self.number))?;
        let method = self.choose(billing.methods_for(&invoice).await?, &invoice)?;
        let order = ChargeOrder {
            invoice: invoice.id,
            method: method.stored.id,
            by: ChargedBy::Command,
            form_key: rooms.ids.text(),
        };
        let charged = billing.charge(&order).await.map_err(|error| refused(error, &invoice))?;
        let label = &method.stored.method.label;
        match charged {
            Charged::Paid => Ok(format!("{} is charged to {label}", invoice.amount_due())),
            Charged::Waits => {
                Ok(format!("{} is charged to {label}; the provider takes its time", invoice.amount_due()))
            }
            Charged::AsksClient(payment) => {
                let base = base_url.trim_end_matches('/');
                bail!("the client's bank wants the client to confirm: {base}/billing/payments/{payment}")
            }
            Charged::Declined(why) => {
                let client = billing.client(invoice.client).await?;
                let why = why.map(|why| rooms.say(&method.stored.plugin, &why, &client.locale));
                bail!(
                    "{label} was declined, no money was taken{}",
                    why.map(|why| format!(": {why}")).unwrap_or_default()
                )
            }
            Charged::Unavailable => bail!("the gateway does not answer; nothing was sent, try again in a moment"),
            Charged::Unknown => bail!("it is not known yet what came of it; the server asks the provider by itself"),
        }
    }

    fn choose(&self, mut usable: Vec<MethodFacts>, invoice: &Invoice) -> anyhow::Result<MethodFacts> {
        let wanted = |facts: &MethodFacts| match self.method {
            Some(id) => facts.stored.id == MethodId(id),
            None => facts.stored.is_default,
        };
        if let Some(found) = usable.iter().position(wanted) {
            return Ok(usable.swap_remove(found));
        }
        if !invoice.amount_due().is_positive() {
            bail!("nothing is due on invoice {}", invoice.number);
        }
        let known: Vec<String> =
            usable.iter().map(|facts| format!("{} ({})", facts.stored.id, facts.stored.method.label)).collect();
        match known.as_slice() {
            [] => bail!("the client has no stored payment method that fits invoice {}", invoice.number),
            known => bail!("name one of the client's payment methods with --method: {}", known.join(", ")),
        }
    }
}

fn refused(error: BillingError, invoice: &Invoice) -> anyhow::Error {
    anyhow::Error::new(error).context(format!("nothing was charged for invoice {}", invoice.number))
}
