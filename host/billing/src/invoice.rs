//! Invoices, their lines and tax, and what is due.

use rust_decimal::{Decimal, RoundingStrategy};

use crate::ids::{ClientId, InstanceId, InvoiceId, PluginId, Timestamp};
use crate::money::{Currency, Money, MoneyError};

/// Lines of one invoice; more would make a page and a PDF that nobody reads.
pub const LINES_MAX: usize = 500;
/// Characters of a line's description.
pub const DESCRIPTION_CHARS_MAX: usize = 200;

/// A tax rate in percent, 0 to 100 with at most 4 decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TaxRate(Decimal);

impl TaxRate {
    pub const NONE: Self = Self(Decimal::ZERO);

    /// `None` outside 0 to 100 or with more than 4 decimals.
    #[must_use]
    pub fn from_percent(percent: Decimal) -> Option<Self> {
        let percent = percent.normalize();
        let fits = percent >= Decimal::ZERO && percent <= Decimal::ONE_HUNDRED && percent.scale() <= 4;
        fits.then_some(Self(percent))
    }

    #[must_use]
    pub fn percent(self) -> Decimal {
        self.0
    }

    /// Tax on a net amount, rounded half away from zero to the currency's minor unit.
    ///
    /// # Errors
    /// [`MoneyError::TooLarge`].
    pub fn on(self, net: Money) -> Result<Money, MoneyError> {
        let exact = net.to_decimal().checked_mul(self.0).ok_or(MoneyError::TooLarge)? / Decimal::ONE_HUNDRED;
        let rounded = exact.round_dp_with_strategy(net.currency().exponent(), RoundingStrategy::MidpointAwayFromZero);
        Money::from_decimal(rounded, net.currency())
    }
}

/// Who made a line, and so who fulfils it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LineKind {
    /// An ordinary sale: fulfilled by the host itself.
    Service,
    /// Made by an add-on module, which is told when it is paid. Credit never pays such a line.
    Module(PluginId),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub kind: LineKind,
    pub description: String,
    pub net: Money,
    pub tax_rate: TaxRate,
    pub tax: Money,
}

impl Line {
    /// # Errors
    /// [`MoneyError::TooLarge`].
    pub fn new(kind: LineKind, description: String, net: Money, tax_rate: TaxRate) -> Result<Self, MoneyError> {
        let tax = tax_rate.on(net)?;
        net.checked_add(tax)?;
        Ok(Self { kind, description, net, tax_rate, tax })
    }

    /// # Errors
    /// Never for a line made by [`Line::new`].
    pub fn gross(&self) -> Result<Money, MoneyError> {
        self.net.checked_add(self.tax)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InvoiceStatus {
    Unpaid,
    Paid,
    Cancelled,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invoice {
    pub id: InvoiceId,
    /// For people: prefix and sequence, `INV-000042`.
    pub number: String,
    pub client: ClientId,
    /// Counts changes of what is billed. A payment freezes it.
    pub revision: u32,
    /// Counts changes of the row; the store compares it before it writes.
    pub version: i64,
    pub status: InvoiceStatus,
    /// How the client means to pay.
    pub gateway: Option<InstanceId>,
    pub created: Timestamp,
    pub due: Timestamp,
    pub paid_at: Option<Timestamp>,
    /// One to [`LINES_MAX`], all of one currency.
    pub lines: Vec<Line>,
    /// Net and tax of all lines.
    pub total: Money,
    /// Put towards it so far, by payments and by credit; never more than the total.
    pub settled: Money,
    /// The part of `settled` that came from credit.
    pub credit_applied: Money,
}

impl Invoice {
    #[must_use]
    pub fn currency(&self) -> Currency {
        self.total.currency()
    }

    /// What is left to pay; zero when paid or cancelled.
    #[must_use]
    pub fn amount_due(&self) -> Money {
        match self.status {
            InvoiceStatus::Unpaid => self.total.checked_sub(self.settled).unwrap_or(Money::zero(self.currency())),
            InvoiceStatus::Paid | InvoiceStatus::Cancelled => Money::zero(self.currency()),
        }
    }

    /// How much of `balance` may be applied: no more than is due, and never to a module's line.
    ///
    /// # Errors
    /// [`MoneyError::CurrencyMismatch`] where the balance is in another currency.
    pub fn credit_applicable(&self, balance: Money) -> Result<Money, MoneyError> {
        let services = self.lines.iter().filter(|line| line.kind == LineKind::Service);
        let open_to_credit = services
            .map(Line::gross)
            .try_fold(Money::zero(self.currency()), |sum, gross| sum.checked_add(gross?))?
            .checked_sub(self.credit_applied)?;
        let most = open_to_credit.min(self.amount_due())?.min(balance)?;
        Ok(if most.is_negative() { Money::zero(self.currency()) } else { most })
    }

    /// The short text that payers write on a transfer: the number's letters and digits, the same for every payment.
    #[must_use]
    pub fn reference(&self) -> String {
        reference_of(&self.number)
    }
}

/// Capital letters and digits of an invoice number.
#[must_use]
pub fn reference_of(number: &str) -> String {
    number.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

/// Totals of lines: net, tax, both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    pub net: Money,
    pub tax: Money,
    pub total: Money,
}

/// Adds lines up.
///
/// # Errors
/// [`MoneyError`] where lines differ in currency or are too large together.
pub fn totals(currency: Currency, lines: &[Line]) -> Result<Totals, MoneyError> {
    let net = Money::sum(currency, lines.iter().map(|line| line.net))?;
    let tax = Money::sum(currency, lines.iter().map(|line| line.tax))?;
    Ok(Totals { net, tax, total: net.checked_add(tax)? })
}

/// An invoice to be. The store gives it its id and number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewInvoice {
    pub client: ClientId,
    pub gateway: Option<InstanceId>,
    pub lines: Vec<Line>,
    pub total: Money,
    pub created: Timestamp,
    pub due: Timestamp,
    /// Put before the sequence in its number.
    pub number_prefix: String,
    /// Makes it once: the same key of the same client answers the invoice that it made the first time.
    pub form_key: String,
    /// How many open invoices with a line of the same module were seen when the decision was made; the store refuses
    /// with a conflict where there are more or fewer by now. `None` for invoices that no module made.
    pub open_seen: Option<(PluginId, u32)>,
}
