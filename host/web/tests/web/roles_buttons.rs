//! No page shows its reader a button or a link that would be refused.

use tollgate_billing::roles::{Right, Role};
use tollgate_web::{Access, Route};

use axum::http::Method;

use crate::roles::Full;

/// The values of an attribute, as a page writes them.
fn values<'a>(body: &'a str, attribute: &str) -> Vec<&'a str> {
    let start = format!("{attribute}=\"");
    body.split(start.as_str()).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

/// The route that an address leads to: what is written out goes before what stands for anything.
fn route_of<'r>(routes: &'r [Route], method: &Method, address: &str) -> Option<&'r Route> {
    let address = address.split(['?', '#']).next().unwrap_or_default();
    let fits = |route: &&Route| {
        let (pattern, real) = (route.path.split('/'), address.split('/'));
        pattern.clone().count() == real.clone().count()
            && pattern.zip(real).all(|(pattern, real)| pattern == real || pattern.starts_with('{'))
    };
    let found = routes.iter().filter(|route| route.method == *method).filter(fits);
    found.min_by_key(|route| route.path.matches('{').count())
}

#[tokio::test]
async fn no_page_offers_what_its_readers_role_does_not_include() {
    let full = Full::new().await;
    let routes = &full.house.routes;
    for role in Role::ALL {
        let mut browser = full.browser(role.word()).await;
        let mut forms = 0;
        for page in routes {
            let Access::Staff(right) = page.access else { continue };
            if page.method != Method::GET || !role.may(right) {
                continue;
            }
            let answer = browser.get(&full.addresses(page.path).0).await;
            let offered =
                values(&answer.body, "method=\"post\" action").into_iter().map(|action| (Method::POST, action));
            let linked = values(&answer.body, "href").into_iter().map(|link| (Method::GET, link));
            for (method, address) in offered.chain(linked).filter(|(_, address)| address.starts_with("/admin")) {
                let found = route_of(routes, &method, address);
                let found =
                    found.unwrap_or_else(|| panic!("{} offers {method} {address}, which there is not", page.path));
                let Access::Staff(right) = found.access else { continue };
                assert!(role.may(right), "{} shows {method} {address} to {}", page.path, role.word());
                // The own access is everybody's.
                forms += usize::from(method == Method::POST && right != Right::OwnAccess);
            }
        }
        let expected = match role {
            Role::ReadOnly => forms == 0,
            Role::Support => forms == 1,
            Role::Billing => forms > 3,
            Role::Owner => forms > 8,
        };
        assert!(expected, "{} sees {forms} forms", role.word());
    }
}

#[tokio::test]
async fn a_gateway_is_shown_and_locked_for_who_may_not_configure() {
    let full = Full::new().await;
    let address = full.addresses("/admin/gateways/{id}").0;
    let shown = full.browser("support").await.get(&address).await;
    assert!(
        shown.body.contains("<fieldset class=\"card\" disabled>") && shown.body.contains("does not include changing")
    );
    assert!(!shown.body.contains("value=\"save\""), "nothing to send");
    let own = full.browser("owner").await.get(&address).await;
    assert!(own.body.contains("value=\"save\"") && !own.body.contains("<fieldset class=\"card\" disabled>"));
}
