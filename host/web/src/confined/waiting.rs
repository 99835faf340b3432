//! Documents that wait for their frame: in memory, few, for a short time, each given out once.

use std::collections::VecDeque;

use axum::body::Bytes;
use axum::http::HeaderValue;
use parking_lot::Mutex;
use subtle::ConstantTimeEq;
use tollgate_billing::ids::{ClientId, Timestamp};

use crate::guard::random_secret;

/// From the page to its frame is one step of the browser; on a bad line it takes seconds.
const WAIT_MS: i64 = 120_000;
/// All that wait at once.
const DOCUMENTS_MAX: usize = 512;
const BYTES_MAX: usize = 32 * 1024 * 1024;
/// One client's: some open tabs. More push out the client's own oldest, and nobody else's.
const OF_CLIENT_MAX: usize = 8;

/// A document, rendered, with the policy that it is served under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfinedDocument {
    pub html: Bytes,
    pub policy: HeaderValue,
}

struct Entry {
    token: String,
    client: ClientId,
    until: Timestamp,
    document: ConfinedDocument,
}

/// The oldest first.
#[derive(Default)]
pub struct Waiting(Mutex<VecDeque<Entry>>);

impl Waiting {
    /// Keeps a document and answers the token that opens it: 64 characters.
    ///
    /// # Errors
    /// Where the system gives no random numbers.
    pub fn put(
        &self,
        client: ClientId,
        document: ConfinedDocument,
        now: Timestamp,
    ) -> Result<String, getrandom::Error> {
        let token = random_secret()?;
        let mut entries = self.0.lock();
        entries.retain(|entry| entry.until > now);
        if entries.iter().filter(|entry| entry.client == client).count() >= OF_CLIENT_MAX {
            let oldest = entries.iter().position(|entry| entry.client == client);
            oldest.and_then(|oldest| entries.remove(oldest));
        }
        let bytes = |entries: &VecDeque<Entry>| entries.iter().map(|entry| entry.document.html.len()).sum::<usize>();
        while entries.len() >= DOCUMENTS_MAX
            || (!entries.is_empty() && bytes(&entries) + document.html.len() > BYTES_MAX)
        {
            entries.pop_front();
        }
        entries.push_back(Entry { token: token.clone(), client, until: now.plus_ms(WAIT_MS), document });
        Ok(token)
    }

    /// Gives the document out, the first time and in time; never again.
    pub fn take(&self, token: &str, now: Timestamp) -> Option<ConfinedDocument> {
        let mut entries = self.0.lock();
        let same = |entry: &Entry| bool::from(entry.token.as_bytes().ct_eq(token.as_bytes()));
        let entry = entries.iter().position(same).and_then(|at| entries.remove(at))?;
        (entry.until > now).then_some(entry.document)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(bytes: usize) -> ConfinedDocument {
        ConfinedDocument { html: vec![b'x'; bytes].into(), policy: HeaderValue::from_static("default-src 'none'") }
    }

    fn put(waiting: &Waiting, client: i64, bytes: usize, now: i64) -> String {
        waiting.put(ClientId(client), document(bytes), Timestamp(now)).expect("random numbers")
    }

    #[test]
    fn a_token_opens_its_document_once_and_in_time() {
        let waiting = Waiting::default();
        let (first, second) = (put(&waiting, 1, 10, 0), put(&waiting, 1, 20, 0));
        assert!(first.len() == 64 && first != second);
        assert_eq!(waiting.take("", Timestamp(1)), None);
        assert_eq!(waiting.take(&first[1..], Timestamp(1)), None);
        assert_eq!(waiting.take(&first, Timestamp(WAIT_MS - 1)), Some(document(10)));
        assert_eq!(waiting.take(&first, Timestamp(WAIT_MS - 1)), None);
        assert_eq!(waiting.take(&second, Timestamp(WAIT_MS)), None);
        assert_eq!(waiting.take(&second, Timestamp(0)), None, "a late try ends it too");
    }

    #[test]
    fn a_client_who_opens_many_pages_pushes_out_only_their_own() {
        let waiting = Waiting::default();
        let other = put(&waiting, 2, 1, 0);
        let own: Vec<String> = (0..=OF_CLIENT_MAX).map(|_| put(&waiting, 1, 1, 0)).collect();
        assert_eq!(waiting.take(&own[0], Timestamp(1)), None);
        assert!(waiting.take(&own[1], Timestamp(1)).is_some() && waiting.take(&other, Timestamp(1)).is_some());
    }

    #[test]
    fn all_that_wait_are_bounded_in_number_and_size() {
        let waiting = Waiting::default();
        for client in 0..600 {
            put(&waiting, client, 1, 0);
        }
        assert_eq!(waiting.0.lock().len(), DOCUMENTS_MAX);
        let large = put(&waiting, 1_000, BYTES_MAX, 0);
        assert_eq!(waiting.0.lock().len(), 1);
        put(&waiting, 1_001, 1, 0);
        assert_eq!(waiting.take(&large, Timestamp(1)), None);
    }
}
