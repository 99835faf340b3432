//! Questions that wait for their answer: bounded, in memory, each answered once. Nobody else's are lost by asking often.

use std::collections::VecDeque;

use tollgate_billing::ids::Timestamp;
use tollgate_billing::ports::Ceremony;
use webauthn_rs::prelude::{PasskeyAuthentication, PasskeyRegistration};

/// How long a question waits: as long as a half sign-in.
const WAIT_MS: i64 = 10 * 60_000;
/// Questions of one person that wait at once; more end the oldest.
const PERSON_MAX: usize = 20;
/// Questions that wait at once.
const ALL_MAX: usize = 2_000;

pub enum Question {
    New(PasskeyRegistration),
    Known(PasskeyAuthentication),
}

struct Row {
    ceremony: Ceremony,
    question: Question,
    expires: Timestamp,
}

/// Oldest first.
#[derive(Default)]
pub struct Waiting(VecDeque<Row>);

impl Waiting {
    /// In place of an older one of the same ceremony.
    pub fn put(&mut self, ceremony: Ceremony, question: Question, now: Timestamp) {
        self.0.retain(|row| row.ceremony != ceremony && row.expires > now);
        let own = self.0.iter().filter(|row| row.ceremony.who == ceremony.who).count();
        if own >= PERSON_MAX {
            let oldest = self.0.iter().position(|row| row.ceremony.who == ceremony.who);
            oldest.and_then(|at| self.0.remove(at));
        } else if self.0.len() >= ALL_MAX {
            self.0.pop_front();
        }
        self.0.push_back(Row { ceremony, question, expires: now.plus_ms(WAIT_MS) });
    }

    /// Once, whatever becomes of its answer.
    pub fn take(&mut self, ceremony: Ceremony, now: Timestamp) -> Option<Question> {
        let at = self.0.iter().position(|row| row.ceremony == ceremony)?;
        self.0.remove(at).filter(|row| row.expires > now).map(|row| row.question)
    }
}
