//! Frames of a page: documents of their own, which everything else happens in once they are entered.

use std::time::Instant;

use anyhow::ensure;
use fantoccini::wd::WebDriverCompatibleCommand;
use serde_json::json;

use super::{Browser, LOOK_EVERY, PATIENCE};

impl Browser {
    /// Goes into a frame, by its place in each document on the way, once it reads so. Everything after it happens there.
    ///
    /// # Errors
    /// Where it does not read so in time.
    pub async fn enter(&self, path: &[u16], words: &str) -> anyhow::Result<()> {
        let since = Instant::now();
        loop {
            // Frames come and go while a page loads.
            if self.enter_now(path).await.is_ok() && self.text().await.unwrap_or_default().contains(words) {
                return Ok(());
            }
            ensure!(since.elapsed() < PATIENCE, "no frame at {path:?} says “{words}”");
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    async fn enter_now(&self, path: &[u16]) -> anyhow::Result<()> {
        self.leave_frames().await?;
        for index in path {
            self.client.enter_frame(*index).await?;
        }
        Ok(())
    }

    /// Goes back to the page itself.
    ///
    /// # Errors
    /// Where the browser does not answer.
    pub async fn leave_frames(&self) -> anyhow::Result<()> {
        self.client.issue_cmd(TopFrame).await?;
        Ok(())
    }
}

/// Back to the page from any of its frames, also from one that is gone.
#[derive(Debug)]
struct TopFrame;

impl WebDriverCompatibleCommand for TopFrame {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/frame", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(json!({ "id": null }).to_string()))
    }
}
