//! What a plugin answers to be shown. The host renders it; `data` stays closed to billing.

use super::Destination;
use crate::text::Text;

/// A page of a plugin: which of its templates, and the template's data as a JSON object that only web reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    pub template: String,
    pub data: String,
    pub slip: Option<Slip>,
}

/// What a payer needs away from the browser; printed on the invoice too.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Slip {
    pub rows: Vec<SlipRow>,
    pub codes: Vec<Code>,
    pub notes: Vec<Text>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlipRow {
    pub key: String,
    pub label: Text,
    pub value: String,
    /// What a copy button copies; `None` for `value`.
    pub copy: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeStyle {
    Qr,
    /// With the Swiss cross, error correction M.
    SwissQr,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    pub style: CodeStyle,
    pub payload: String,
    pub label: Text,
}

/// Where the client goes next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NextStep {
    Page(Page),
    Confined(ConfinedPage),
    Redirect(Redirect),
    Wait(Text),
}

/// A page that may run scripts, and therefore holds no session and cannot act as the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfinedPage {
    /// The body of the frame's document.
    pub template: String,
    /// A JSON object for the template and the scripts. Whoever pays can read it.
    pub data: String,
    /// Addresses of scripts that others serve, run first and in this order.
    pub foreign_scripts: Vec<String>,
    /// Names of the manifest's scripts, run after them and in this order.
    pub own_scripts: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    /// Allowed by [`super::GatewayManifest::may_send_to`].
    pub to: Destination,
    /// Empty for a plain redirect; else a form that posts there.
    pub fields: Vec<(String, String)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub next: NextStep,
    pub provider_reference: Option<String>,
    pub memo: Option<String>,
}
