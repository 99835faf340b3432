//! The tab's page: what its template is told.

use serde::Serialize;
use tollgate_sdk::module::View;
use tollgate_sdk::{Amount, Error, Form, Page};

use crate::config::Config;
use crate::policy::{self, Allowance};

/// Longest answer that is shown again, in characters; nobody means to type more.
const TYPED_CHARS_MAX: usize = 64;

/// What the client typed last.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Typed {
    pub amount: String,
    pub gateway: String,
    pub voucher: String,
}

impl Typed {
    /// A page that nobody has typed into yet: a single gateway needs no choice.
    #[must_use]
    pub fn first(view: &View) -> Self {
        let gateway = match view.gateways.as_slice() {
            [only] => only.instance.clone(),
            _ => String::new(),
        };
        Self { gateway, ..Self::default() }
    }

    #[must_use]
    pub fn from_form(form: &Form) -> Self {
        let short = |name: &str| form.text(name).chars().take(TYPED_CHARS_MAX).collect();
        Self { amount: short("amount"), gateway: short("gateway"), voucher: short("voucher") }
    }
}

/// Whether the form is shown, or which notice stands in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum State {
    Open,
    NotOffered,
    Blocked,
    CeilingReached,
    NoGateway,
}

#[derive(Serialize)]
struct Data<'a> {
    state: State,
    currency: &'a str,
    /// Which keys a phone shows: the yen has no use for a point.
    has_decimals: bool,
    limits: Option<LimitsData<'a>>,
    open: Vec<OpenData<'a>>,
    typed: Typed,
}

#[derive(Serialize)]
struct LimitsData<'a> {
    minimum: MoneyData<'a>,
    /// The least of the maximum and what fits under the ceiling.
    most: MoneyData<'a>,
}

#[derive(Serialize)]
struct OpenData<'a> {
    number: &'a str,
    path: &'a str,
    due: MoneyData<'a>,
}

/// What the host's `money` helper reads.
#[derive(Serialize)]
struct MoneyData<'a> {
    minor: i64,
    currency: &'a str,
}

impl From<Amount> for MoneyData<'static> {
    fn from(amount: Amount) -> Self {
        Self { minor: amount.minor(), currency: amount.currency().code() }
    }
}

/// # Errors
/// [`Error::Rejected`] where the host's own numbers do not fit together.
pub fn page(config: &Config, view: &View, typed: Typed) -> Result<Page, Error> {
    let allowance = Allowance::of(config, view)?;
    let data = Data {
        state: state(config, view, allowance.as_ref()),
        currency: &view.currency,
        has_decimals: allowance.is_some_and(|allowance| allowance.limits.currency.exponent() > 0),
        limits: allowance
            .map(|allowance| LimitsData { minimum: allowance.limits.minimum.into(), most: allowance.most().into() }),
        open: view.open_invoices.iter().map(open).collect(),
        typed,
    };
    Page::new("page", &data)
}

fn state(config: &Config, view: &View, allowance: Option<&Allowance>) -> State {
    match allowance {
        None => State::NotOffered,
        Some(_) if policy::has_too_many_open(config, view) => State::Blocked,
        Some(allowance) if allowance.is_exhausted() => State::CeilingReached,
        Some(_) if view.gateways.is_empty() => State::NoGateway,
        Some(_) => State::Open,
    }
}

fn open(invoice: &tollgate_sdk::module::OpenInvoice) -> OpenData<'_> {
    let due = MoneyData { minor: invoice.due.minor, currency: &invoice.due.currency };
    OpenData { number: &invoice.number, path: &invoice.path, due }
}
