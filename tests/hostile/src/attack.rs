//! One attack: what it tries, and what came of it.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tollgate_billing::plugin::PluginError;

use crate::ground::Ground;

/// No containment takes longer, on however slow a machine: an attack that has not ended by then holds its host.
const ENDS_WITHIN: Duration = Duration::from_secs(50);

/// How it was contained, in the host's own words; or what happened instead.
pub type Verdict = Result<String, String>;
type Run = dyn Fn(Ground) -> Pin<Box<dyn Future<Output = Verdict> + Send>> + Send + Sync;

/// A small named thing that a hostile plugin does.
#[derive(Clone)]
pub struct Attack {
    /// Which kind: `loops`, `memory`, `egress` and so on.
    pub family: &'static str,
    /// Unique.
    pub name: &'static str,
    /// One line: what it tries.
    pub tries: &'static str,
    run: Arc<Run>,
}

impl Attack {
    pub fn new<F, Fut>(family: &'static str, name: &'static str, tries: &'static str, run: F) -> Self
    where
        F: Fn(Ground) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Verdict> + Send + 'static,
    {
        Self { family, name, tries, run: Arc::new(move |ground| Box::pin(run(ground))) }
    }

    /// Lets it happen.
    ///
    /// # Errors
    /// What happened, where it was not contained.
    pub async fn run(&self, ground: &Ground) -> Verdict {
        match tokio::time::timeout(ENDS_WITHIN, (self.run)(ground.clone())).await {
            Ok(verdict) => verdict,
            Err(_) => Err(format!("it had not ended after {} s", ENDS_WITHIN.as_secs())),
        }
    }
}

/// Contained where the plugin is the one that is broken, by its name and in these words.
pub fn broken<T: std::fmt::Debug>(answer: Result<T, PluginError>, words: &str) -> Verdict {
    match answer {
        Err(error @ PluginError::Broken { .. }) => {
            let said = error.to_string();
            if said.contains("acme") && said.contains(words) { Ok(said) } else { Err(said) }
        }
        other => Err(format!("not broken: {other:?}")),
    }
}

/// Contained where these words are said.
pub fn says(said: String, words: &str) -> Verdict {
    if said.contains(words) { Ok(said) } else { Err(said) }
}
