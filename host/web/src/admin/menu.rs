//! The back office's own menu and what stands around each of its pages.

use tollgate_billing::roles::Right;

use crate::errors::WebError;
use crate::frame::{Layout, NavItem, StaffVisit};
use crate::state::WebState;

use super::attention::Attention;

/// Where the logo of the back office leads.
const START: &str = "/admin";

/// Id, address, icon and the right that each place needs, in the menu's order.
const PLACES: [(&str, &str, &str, Right); 10] = [
    ("dashboard", START, "dashboard", Right::See),
    ("gateways", "/admin/gateways", "plugin", Right::See),
    ("invoices", "/admin/invoices", "invoice", Right::See),
    ("payments", "/admin/payments", "bank", Right::See),
    ("webhooks", "/admin/webhooks", "download", Right::See),
    ("attention", "/admin/attention", "inbox", Right::See),
    ("clients", "/admin/clients", "people", Right::See),
    ("mail", "/admin/mail", "inbox", Right::See),
    ("audit", "/admin/audit", "lock", Right::See),
    ("security", "/admin/security", "settings", Right::OwnAccess),
];

/// The layout of a page of staff. Says on every page how much needs attention, and leads whoever must set a second step up
/// there and nowhere else.
///
/// # Errors
/// Where the store cannot answer.
pub(crate) async fn layout(state: &WebState, visit: &StaffVisit) -> Result<Layout, WebError> {
    let only_own = visit.must_set_up;
    let waiting = if only_own { 0 } else { Attention::read(state).await?.count() };
    let item = |(id, url, icon, _): (&'static str, &'static str, &'static str, Right)| NavItem {
        id,
        label: visit.reader.words.say(&format!("admin-nav-{id}")),
        url,
        icon,
        active: stands_in(&visit.reader.path, url) || is_plugin_page(id, &visit.reader.path),
        exact: visit.reader.path == url,
        count: (id == "attention" && waiting > 0).then_some(waiting),
    };
    let may = |right: Right| visit.staff.role.may(right) && (!only_own || right == Right::OwnAccess);
    let places = PLACES.into_iter().filter(|(.., right)| may(*right));
    let mut layout = Layout::for_staff(state, visit, places.map(item).collect());
    START.clone_into(&mut layout.brand.url);
    Ok(layout)
}

fn stands_in(path: &str, url: &str) -> bool {
    match path.strip_prefix(url) {
        Some(rest) => rest.is_empty() || (url != START && rest.starts_with('/')),
        None => false,
    }
}

/// Pages of plugins are reached from the gateways, and stand there in the menu.
fn is_plugin_page(id: &str, path: &str) -> bool {
    id == "gateways" && ["/admin/plugins", "/admin/plugin-offers"].iter().any(|url| stands_in(path, url))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_stands_in_its_own_place_only() {
        let check = |path: &str, url: &str, expected: bool| assert_eq!(stands_in(path, url), expected, "{path} {url}");
        check("/admin", "/admin", true);
        check("/admin/invoices", "/admin", false);
        check("/admin/invoices/7", "/admin/invoices", true);
        check("/admin/invoicesx", "/admin/invoices", false);
    }
}
