//! What helpers reach beside a page's data. Kept out of the data, so that no template can print it: a plugin's
//! template is a stranger's, and the CSRF token is not for it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use handlebars::{RenderError, RenderErrorReason};
use tollgate_billing::ids::Timestamp;

use super::assets::Assets;
use crate::texts::Words;

/// One rendering of one template.
pub struct Scope {
    pub words: Words,
    pub now: Timestamp,
    pub assets: Arc<Assets>,
    /// What `{{#form}}` writes as `csrf`.
    pub csrf: String,
    /// Where a plugin's form posts to, whatever it says; `None` in the host's own pages, which say it themselves. Empty
    /// where there is no form: in pages with scripts.
    pub form_action: Option<String>,
    /// What `{{content}}` writes: a plugin's page, rendered and escaped before.
    pub content: String,
    /// What a plugin's template may still do; `None` for the host's own.
    pub budget: Option<Budget>,
}

/// Bounds on one rendering of a plugin's template.
pub struct Budget {
    steps_left: Cell<u32>,
    until: Instant,
}

/// Turns of loops and partials that one page may take: a page of 2,000 rows is no page.
const STEPS_MAX: u32 = 2_000;
/// A page renders in well under a millisecond; a template made to be slow stops here.
const TIME_MAX: Duration = Duration::from_millis(250);

impl Budget {
    #[must_use]
    pub fn new() -> Self {
        Self { steps_left: Cell::new(STEPS_MAX), until: Instant::now() + TIME_MAX }
    }

    fn take(&self, steps: u32) -> Result<(), RenderError> {
        let Some(left) = self.steps_left.get().checked_sub(steps) else {
            return Err(refuse(&format!("takes more than {STEPS_MAX} turns of loops and partials")));
        };
        self.steps_left.set(left);
        if Instant::now() > self.until {
            return Err(refuse(&format!("takes longer than {} ms", TIME_MAX.as_millis())));
        }
        Ok(())
    }
}

impl Default for Budget {
    fn default() -> Self {
        Self::new()
    }
}

thread_local! {
    static CURRENT: RefCell<Option<Rc<Scope>>> = const { RefCell::new(None) };
}

/// Puts the scope of the rendering around it back, also where a rendering failed.
struct Restore(Option<Rc<Scope>>);

impl Drop for Restore {
    fn drop(&mut self) {
        CURRENT.set(self.0.take());
    }
}

/// Renders within a scope. Rendering never waits, so the scope stays on its thread.
pub fn within<T>(scope: Scope, render: impl FnOnce() -> T) -> T {
    let _restore = Restore(CURRENT.replace(Some(Rc::new(scope))));
    render()
}

/// The scope of the rendering that calls a helper.
pub fn current() -> Result<Rc<Scope>, RenderError> {
    CURRENT.with_borrow(Clone::clone).ok_or_else(|| refuse("is rendered outside any page"))
}

/// Takes turns off a plugin's budget; the host's own pages have none.
pub fn take_steps(steps: u32) -> Result<(), RenderError> {
    current()?.budget.as_ref().map_or(Ok(()), |budget| budget.take(steps))
}

/// A rendering that ends with a reason.
pub fn refuse(why: &str) -> RenderError {
    RenderErrorReason::Other(why.to_owned()).into()
}
