//! Lists in pieces: newest first, each piece with the way to the older one and back to the newest.

use serde::{Deserialize, Serialize};
use tollgate_billing::ports::PageOf;

use crate::errors::WebError;

/// Rows of one piece: a screen or two.
const ROWS: u32 = 25;

/// What a list's address asks for.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    before: Option<String>,
    pub(crate) status: Option<String>,
    pub(crate) number: Option<String>,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Paging {
    older_url: Option<String>,
    newest_url: Option<String>,
}

impl Asked {
    /// One row more than is shown, which tells whether there are older ones.
    pub(crate) fn page(&self) -> Result<PageOf, WebError> {
        let before = self.before.as_deref().map(str::parse).transpose().map_err(|_| WebError::BadRequest)?;
        Ok(PageOf { before, rows_max: ROWS + 1 })
    }
}

/// Cuts the row too many off. `base` is the list's address up to the last `?` or `&`.
pub(crate) fn cut<T>(rows: &mut Vec<T>, key: impl Fn(&T) -> i64, asked: &Asked, base: &str) -> Paging {
    let more = rows.len() > ROWS as usize;
    rows.truncate(ROWS as usize);
    let older = rows.last().filter(|_| more).map(|last| format!("{base}before={}", key(last)));
    let newest = base.trim_end_matches(['?', '&']).to_owned();
    Paging { older_url: older, newest_url: asked.before.is_some().then_some(newest) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_a_way_to_older_rows_only_where_there_are_some() {
        let check = |rows: i64, before: Option<&str>, older: Option<&str>, newest: Option<&str>| {
            let asked = Asked { before: before.map(str::to_owned), ..Asked::default() };
            let mut rows: Vec<i64> = (1..=rows).rev().collect();
            let paging = cut(&mut rows, |row| *row, &asked, "/admin/payments?");
            assert!(rows.len() <= 25);
            assert_eq!((paging.older_url.as_deref(), paging.newest_url.as_deref()), (older, newest));
        };
        check(0, None, None, None);
        check(25, None, None, None);
        check(26, None, Some("/admin/payments?before=2"), None);
        check(3, Some("9"), None, Some("/admin/payments"));
    }

    #[test]
    fn a_place_that_is_no_number_is_refused() {
        for before in ["", "x", "1e3", "99999999999999999999", "1; drop"] {
            let asked = Asked { before: Some(before.to_owned()), ..Asked::default() };
            assert!(matches!(asked.page(), Err(WebError::BadRequest)), "{before}");
        }
    }
}
