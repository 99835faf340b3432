//! What a plugin asks for, as switches.

use serde::Serialize;
use tollgate_billing::billing::{AskState, Asked};
use tollgate_billing::plugin::{Environment, Granted};

use crate::guard::FormFields;
use crate::texts::OfferedTexts;

/// A word of [`Granted`]; there as often as there are some.
const GRANT: &str = "grant";

#[derive(Serialize)]
pub(super) struct AskView {
    id: String,
    /// Of the grant, the switch's value.
    word: String,
    /// The end of the ids of its texts.
    kind: &'static str,
    /// The host or the origin; empty for everything else.
    name: String,
    /// `live` or `test` where it holds only there.
    environment: Option<&'static str>,
    purpose: Option<String>,
    /// `new`, `granted` or `denied`.
    state: &'static str,
    checked: bool,
}

/// In the order of the manifest. What was posted wins over how it stands.
pub(super) fn ask_views(asks: &[Asked], posted: Option<&Granted>, texts: &OfferedTexts) -> Vec<AskView> {
    let view = |(index, Asked { ask, state }): (usize, &Asked)| AskView {
        id: format!("{GRANT}-{index}"),
        word: ask.word.clone(),
        kind: ask.kind.code(),
        name: ask.name.clone(),
        environment: match ask.environment {
            Environment::Live => Some("live"),
            Environment::Test => Some("test"),
            Environment::Both => None,
        },
        purpose: ask.purpose.as_ref().map(|purpose| texts.say(purpose)),
        state: match state {
            AskState::New => "new",
            AskState::Granted => "granted",
            AskState::Denied => "denied",
        },
        checked: posted.map_or(*state == AskState::Granted, |granted| granted.contains(&ask.word)),
    };
    asks.iter().enumerate().map(view).collect()
}

/// Those that staff were not asked about yet, and the others.
pub(super) fn new_and_known(asks: Vec<AskView>) -> (Vec<AskView>, Vec<AskView>) {
    asks.into_iter().partition(|ask| ask.state == "new")
}

/// What is switched on.
pub(super) fn granted(form: &FormFields) -> Granted {
    form.all(GRANT).map(str::to_owned).collect()
}
