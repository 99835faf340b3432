//! One life of the host: everything that a server has in memory, over the files that outlive it.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use async_trait::async_trait;
use parking_lot::Mutex;
use tollgate_billing::billing::{Billing, Parts, Policy, Texts};
use tollgate_billing::ids::{PaymentId, PluginId, RefundId, Timestamp};
use tollgate_billing::ports::{Clock, Document, Documents, DocumentsError, Ids, NoSignatures, Party};
use tollgate_billing::text::Text;
use tollgate_egress::{KeyFile, Vault};
use tollgate_simulators::clock::Clock as VirtualClock;
use tollgate_store::{Options, SqliteStore};

use crate::chance::Chance;
use crate::internet::Internet;
use crate::line::Line;
use crate::machine::{Machine, Plugged, Socket};
use crate::plant::Plant;
use crate::stepped::SteppedStore;

/// Crockford's alphabet, as the server's ids have it.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const ID_CHARS: usize = 26;
/// Nobody else has the file; where somebody has, a life did not end as it should.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// What outlives a crash.
#[derive(Debug, Clone)]
pub struct Files {
    pub database: PathBuf,
    pub keys: PathBuf,
}

/// A running host without its HTTP.
pub struct Life {
    pub billing: Arc<Billing>,
    /// The real store, without points, for those who look on.
    pub store: Arc<SqliteStore>,
    socket: Socket,
}

impl Life {
    /// Starts the host on its files, as the server does.
    ///
    /// # Errors
    /// Where the database or the key file cannot be opened.
    pub async fn begin(files: &Files, machine: &Machine, line: &Line, plant: Option<Plant>) -> anyhow::Result<Self> {
        let options = Options { server: true, busy_timeout: BUSY_TIMEOUT, readers: 1 };
        let store = Arc::new(SqliteStore::open(&files.database, options)?);
        let clock = Arc::new(HostClock(line.clock.clone()));
        let vault = Arc::new(Vault::open(KeyFile::new(&files.keys), store.clone(), clock.clone()).await?);
        let stepped = Arc::new(SteppedStore {
            inner: store.clone(),
            turns: line.turns.clone(),
            plant,
            turn: AtomicU64::new(line.chance.lock().number()),
        });
        machine.socket.plug(Plugged {
            memory: stepped.clone(),
            clock: clock.clone(),
            egress: Arc::new(Internet::new(line.clone(), vault.clone())),
            signing: vault.clone(),
            redact: vault.clone(),
        });
        let billing = Arc::new(Billing::new(Parts {
            store: stepped,
            plugins: machine.sandbox.clone(),
            gateways: machine.sandbox.clone(),
            modules: machine.sandbox.clone(),
            documents: Arc::new(NoPaper),
            secrets: vault.clone(),
            authenticators: vault,
            passkeys: None,
            signatures: Arc::new(NoSignatures),
            texts: Arc::new(NoWords),
            clock,
            ids: Arc::new(SeededIds(line.chance.clone())),
            policy: policy(),
        }));
        Ok(Self { billing, store, socket: machine.socket.clone() })
    }

    /// Ends it: what was in memory is gone, the files are closed.
    pub fn end(self) {
        self.socket.unplug();
    }
}

fn policy() -> Policy {
    Policy {
        live: false,
        base_url: crate::machine::PORTAL.to_owned(),
        invoice_prefix: "INV-".to_owned(),
        due_days: 14,
        terms_url: "/terms".to_owned(),
        company: Party::default(),
    }
}

struct HostClock(VirtualClock);

impl Clock for HostClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.now_ms())
    }
}

struct SeededIds(Arc<Mutex<Chance>>);

impl SeededIds {
    fn text(&self) -> String {
        let mut chance = self.0.lock();
        let letter = |_| char::from(ALPHABET[chance.below(ALPHABET.len())]);
        (0..ID_CHARS).map(letter).collect()
    }
}

impl Ids for SeededIds {
    fn payment(&self) -> PaymentId {
        PaymentId::new(self.text())
    }

    fn refund(&self) -> RefundId {
        RefundId::new(self.text())
    }
}

/// Nobody prints an invoice here.
struct NoPaper;

#[async_trait]
impl Documents for NoPaper {
    async fn invoice_pdf(&self, _: Arc<Document>) -> Result<Arc<[u8]>, DocumentsError> {
        Err(DocumentsError::Failed("histories print nothing".to_owned()))
    }
}

/// Nobody reads a page here.
struct NoWords;

impl Texts for NoWords {
    fn text(&self, _: &PluginId, text: &Text, _: &str) -> String {
        format!("{text:?}")
    }
}
