//! `tollgate invoice create`: an invoice as staff write it.

use std::path::Path;
use std::str::FromStr;

use anyhow::{Context, anyhow};
use clap::Args;
use rust_decimal::Decimal;
use tollgate_billing::billing::{BillingError, ManualInvoice};
use tollgate_billing::ids::InstanceId;
use tollgate_billing::invoice::{Line, LineKind, TaxRate};
use tollgate_billing::money::{Currency, Money};

use crate::config::Config;
use crate::say::say;
use crate::wiring::{Access, Rooms};

#[derive(Debug, Args)]
pub struct Create {
    /// The client's e-mail address
    #[arg(value_name = "EMAIL")]
    client: String,
    /// A line: description, net amount in the client's currency, tax rate. May be given several times
    #[arg(long = "line", required = true, value_name = "DESCRIPTION=AMOUNT[@TAX%]")]
    lines: Vec<LineSpec>,
    /// The instance that the client shall pay with; the client may choose another
    #[arg(long, value_name = "INSTANCE")]
    gateway: Option<String>,
}

impl Create {
    pub fn run(&self, config: &Path) -> anyhow::Result<()> {
        let config = Config::load(config)?;
        super::block_on(async {
            let rooms = Rooms::open(&config, Access::Tool).await?;
            let number = self.create(&rooms).await?;
            say!("{number}");
            Ok(())
        })
    }

    async fn create(&self, rooms: &Rooms) -> anyhow::Result<String> {
        let billing = &rooms.billing;
        let client = billing.store().client_by_email(&self.client).await?;
        let client = client.ok_or_else(|| {
            anyhow!("there is no client with the address {}; add one with: tollgate client add", self.client)
        })?;
        let lines = self.lines.iter().map(|line| line.read(client.currency)).collect::<anyhow::Result<_>>()?;
        let manual = ManualInvoice {
            client: client.id,
            lines,
            gateway: self.gateway.as_deref().map(InstanceId::new),
            form_key: rooms.ids.text(),
        };
        let id = match billing.create_invoice(manual).await {
            Ok(made) => made.into_inner(),
            Err(BillingError::GatewayNotOffered) => {
                return Err(anyhow!("this gateway is not offered in {}; see: tollgate plugin list", client.currency));
            }
            Err(error) => return Err(error.into()),
        };
        let invoice = billing.store().invoice(id).await?.context("the invoice was made and is not there")?;
        Ok(invoice.number)
    }
}

/// A line as typed; the amount is read once the client's currency is known.
#[derive(Debug, Clone, PartialEq, Eq)]
struct LineSpec {
    description: String,
    amount: String,
    tax: TaxRate,
}

impl LineSpec {
    fn read(&self, currency: Currency) -> anyhow::Result<Line> {
        let wrong = || format!("the line “{}”", self.description);
        let net = Money::parse(&self.amount, currency).with_context(wrong)?;
        Line::new(LineKind::Service, self.description.clone(), net, self.tax).with_context(wrong)
    }
}

impl FromStr for LineSpec {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (description, rest) = text
            .rsplit_once('=')
            .ok_or("write DESCRIPTION=AMOUNT or DESCRIPTION=AMOUNT@TAX%, such as Hosting=12.50@19%")?;
        let (amount, tax) = match rest.split_once('@') {
            Some((amount, tax)) => (amount, tax_rate(tax)?),
            None => (rest, TaxRate::NONE),
        };
        if description.trim().is_empty() {
            return Err("the description before = is missing".to_owned());
        }
        Ok(Self { description: description.trim().to_owned(), amount: amount.trim().to_owned(), tax })
    }
}

fn tax_rate(text: &str) -> Result<TaxRate, String> {
    let wrong = || format!("“{text}” is no tax rate; write a percentage from 0% to 100% with at most 4 decimals");
    let number = text.trim().strip_suffix('%').ok_or_else(wrong)?;
    let plain = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let percent = Decimal::from_str_exact(number).ok().filter(|_| plain);
    percent.and_then(TaxRate::from_percent).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_from_its_right_end() {
        let table = [
            ("Hosting=12.50", "Hosting", "12.50", "0"),
            ("Hosting, December=12.50@19%", "Hosting, December", "12.50", "19"),
            ("CPU=4 RAM=8=20@7.7%", "CPU=4 RAM=8", "20", "7.7"),
            ("a@b.example=1", "a@b.example", "1", "0"),
        ];
        for (text, description, amount, percent) in table {
            let spec: LineSpec = text.parse().expect(text);
            assert_eq!(
                (spec.description.as_str(), spec.amount.as_str(), spec.tax.percent().to_string().as_str()),
                (description, amount, percent),
                "{text}"
            );
        }
    }

    #[test]
    fn a_line_that_cannot_be_meant_is_refused() {
        let table = [
            ("Hosting", "write DESCRIPTION=AMOUNT"),
            ("=5", "description"),
            ("Hosting=5@19", "no tax rate"),
            ("Hosting=5@101%", "no tax rate"),
            ("Hosting=5@-1%", "no tax rate"),
            ("Hosting=5@1e1%", "no tax rate"),
            ("Hosting=5@%", "no tax rate"),
            ("Hosting=5@0.00001%", "no tax rate"),
        ];
        for (text, expected) in table {
            let error = text.parse::<LineSpec>().expect_err(text);
            assert!(error.contains(expected), "{text}: {error}");
        }
    }

    #[test]
    fn amounts_follow_the_clients_currency() {
        let yen = Currency::from_code("JPY").expect("a currency");
        for (amount, fits) in [("10", true), ("10.5", false), ("1e9", false), ("NaN", false), ("", false)] {
            let spec = LineSpec { description: "Hosting".into(), amount: amount.into(), tax: TaxRate::NONE };
            assert_eq!(spec.read(yen).is_ok(), fits, "{amount}");
        }
    }
}
