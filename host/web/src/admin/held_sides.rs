//! Both sides of a held claim, row by row, with what differs marked.

use serde::Serialize;
use tollgate_billing::billing::HeldPage;

use crate::format;
use crate::texts::Words;

/// One thing that was expected and that came.
#[derive(Serialize)]
pub(super) struct SideView {
    /// The end of its label's id.
    what: &'static str,
    /// `None` where nothing was expected.
    expected: Option<String>,
    /// `None` where the claim does not say.
    came: Option<String>,
    differs: bool,
}

/// `clean` blacks the instance's secrets out.
pub(super) fn sides(words: &Words, page: &HeldPage, clean: impl Fn(&str) -> String) -> Vec<SideView> {
    let claim = &page.held.claim;
    let asked = page.own.as_ref().map(|own| own.payment.amount);
    let environment = |live: bool| words.say(if live { "admin-side-live" } else { "admin-side-test" });
    vec![
        SideView {
            what: "amount",
            expected: asked.map(|amount| format::money(words, amount)),
            came: Some(format::money(words, claim.amount)),
            differs: asked.is_some_and(|amount| amount != claim.amount),
        },
        SideView {
            what: "currency",
            expected: asked.map(|amount| amount.currency().code().to_owned()),
            came: Some(claim.amount.currency().code().to_owned()),
            differs: asked.is_some_and(|amount| amount.currency() != claim.amount.currency()),
        },
        SideView {
            what: "environment",
            expected: Some(environment(page.live)),
            came: Some(environment(claim.live)),
            differs: page.live != claim.live,
        },
        SideView {
            what: "merchant",
            expected: page.merchant.as_deref().map(&clean),
            came: claim.merchant.as_deref().map(&clean),
            differs: page.merchant.is_some() && page.merchant != claim.merchant,
        },
    ]
}
