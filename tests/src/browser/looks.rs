//! How a page looks: what breaks the rules of accessibility, and pictures for people.

use std::fs;

use anyhow::ensure;
use serde_json::json;

use super::{Browser, DESKTOP, PHONE, Screen};
use crate::house;

/// The rules that pages must keep: WCAG 2.2, levels A and AA.
const AXE: &str = include_str!("../../vendor/axe.min.js");
const AXE_RUN: &str = "
    const done = arguments[arguments.length - 1];
    axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }).then(
        (result) => done(result.passes.length === 0 ? ['axe looked at nothing'] : result.violations.flatMap((violation) => violation.nodes.map((node) =>
            violation.id + ': ' + violation.help + ' at ' + node.html + ' (' + node.failureSummary + ')'))),
        (error) => done(['axe failed: ' + error]));
";

/// Longer pages are cut off in their picture.
const PICTURE_HEIGHT_MAX: u32 = 8_000;

impl Browser {
    /// In still colours: a picture that is taken while a button changes its colour shows one that nobody chose.
    ///
    /// # Errors
    /// Where the browser does not answer.
    pub async fn dark(&self, dark: bool) -> anyhow::Result<()> {
        let value = if dark { "dark" } else { "light" };
        let colours = json!({ "name": "prefers-color-scheme", "value": value });
        let still = json!({ "name": "prefers-reduced-motion", "value": "reduce" });
        self.devtools("Emulation.setEmulatedMedia", json!({ "features": [colours, still] })).await.map(drop)
    }

    /// What breaks WCAG 2.2 AA on this page, in light and in dark, and whether it scrolls sideways.
    ///
    /// # Errors
    /// Each violation with its element.
    pub async fn accessible(&self) -> anyhow::Result<()> {
        for dark in [false, true] {
            self.dark(dark).await?;
            self.client.execute(AXE, Vec::new()).await?;
            let found = self.client.execute_async(AXE_RUN, Vec::new()).await?;
            let found: Vec<String> = serde_json::from_value(found)?;
            let (path, scheme) = (self.path().await?, if dark { "dark" } else { "light" });
            ensure!(found.is_empty(), "{path} in {scheme}:\n{}", found.join("\n"));
        }
        self.dark(false).await?;
        let wider = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
        let wider = self.client.execute(wider, Vec::new()).await?;
        ensure!(wider == json!(0), "{} scrolls sideways by {wider} pixels", self.path().await?);
        Ok(())
    }

    /// Keeps a picture of what is in the window for people to look at.
    ///
    /// # Errors
    /// Where it cannot be taken.
    pub async fn picture(&self, name: &str) -> anyhow::Result<()> {
        let png = self.client.screenshot().await?;
        Ok(fs::write(house::artefacts("journey").join(format!("{name}.png")), png)?)
    }

    /// Looks at the page with axe on a phone and then on a desktop, where it stays, and keeps a picture of the whole
    /// page on each.
    ///
    /// # Errors
    /// As [`Browser::accessible`] and [`Browser::picture`], with the screen.
    pub async fn look(&self, name: &str) -> anyhow::Result<()> {
        for (screen, word) in [(PHONE, "phone"), (DESKTOP, "desktop")] {
            let name = format!("{name}-{word}");
            self.screen(screen).await?;
            self.accessible().await.map_err(|error| error.context(name.clone()))?;
            let height = self.run("return document.documentElement.scrollHeight").await?;
            let height = height.as_u64().and_then(|height| u32::try_from(height).ok()).unwrap_or_default();
            self.screen(Screen { height: height.clamp(screen.height, PICTURE_HEIGHT_MAX), ..screen }).await?;
            self.picture(&name).await?;
        }
        self.screen(DESKTOP).await
    }
}
