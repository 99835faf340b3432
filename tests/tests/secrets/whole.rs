//! The real binary at its most verbose, with real components, against providers that repeat credentials: everything that
//! anybody can read is gathered and searched.

mod buttons;
mod evidence;
mod story;

use evidence::{Evidence, files_of};
use story::{Story, troubles};

use crate::planted::Planted;

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_anybody_can_read_shows_a_secret() -> anyhow::Result<()> {
    let mut story = Story::begin().await?;
    story.configure()?;
    story.serve()?;
    story.clients_pay(&troubles())?;
    story.staff_work()?;
    story.everybody_presses_everything()?;
    story.everybody_looks_around()?;
    story.end()?;
    let mut planted = crate::planted();
    story.learn(&mut planted)?;
    let found = story.evidence.search(&planted);
    assert!(found.is_empty(), "secrets were found:\n{}", found.join("\n"));
    Ok(())
}

/// The search must find what is there: what may be seen is named as if it were a secret.
#[tokio::test(flavor = "multi_thread")]
async fn what_may_be_seen_is_found_in_every_place_that_is_searched() -> anyhow::Result<()> {
    const SEEN: &str = "plantedwhereallmayseeit";
    let mut story = Story::begin().await?;
    story.show(SEEN)?;
    story.configure()?;
    story.serve()?;
    story.clients_pay(&[])?;
    story.everybody_looks_around()?;
    story.end()?;
    let mut planted = Planted::default();
    planted.add("what may be seen", SEEN);
    let found = story.evidence.search(&planted);
    for place in [
        "portal",
        "back office",
        "confined page",
        "invoice.pdf",
        "command line",
        "server.log",
        "tollgate.sqlite",
        "compiled",
    ] {
        assert!(found.iter().any(|finding| finding.contains(place)), "nothing was found in {place}: {found:#?}");
    }
    Ok(())
}
