//! Drives a gateway through every path, well and with every trouble, and looks for secrets after each call.

use std::collections::BTreeSet;
use std::future::poll_fn;
use std::task::Poll;

use anyhow::ensure;
use tollgate_simulators::rig::Rig;

use crate::calls::{Gateway, PATHS, Path, Said};
use crate::faults::{Trouble, hanging};
use crate::logs::Logs;
use crate::planted::Planted;

pub struct Driver<'a, L> {
    gateway: &'a Gateway<'a>,
    rig: &'a Rig,
    planted: Planted,
    /// With everything that ever became a secret.
    all: Planted,
    /// Adds what else is a secret now.
    learn: L,
    found: BTreeSet<String>,
    /// Memories that were searched.
    memories: usize,
}

impl<'a, L: Fn(&mut Planted)> Driver<'a, L> {
    pub fn new(gateway: &'a Gateway<'a>, rig: &'a Rig, planted: Planted, learn: L) -> Self {
        Logs::heard();
        // What was left while the history was made is searched with the first call's.
        Self { gateway, rig, all: planted.clone(), planted, learn, found: BTreeSet::new(), memories: 0 }
    }

    /// Every path without trouble; these must answer without an error, so that it is known that they lead somewhere.
    pub async fn go_well(&mut self, well: &[Path]) -> anyhow::Result<()> {
        self.look("while the history was made", None);
        for path in PATHS {
            let said = self.gateway.go(path).await?;
            self.look(&format!("{path:?}, all being well"), Some(&said));
            ensure!(said.is_ok || !well.contains(&path), "{path:?} failed though all was well: {}", said.text);
        }
        ensure!(self.memories > 0, "no guest was called");
        Ok(())
    }

    pub async fn go_wrong(&mut self, troubles: &[Trouble], revoke: &dyn Fn()) -> anyhow::Result<()> {
        for trouble in troubles {
            for path in PATHS {
                self.rig.faults.clear();
                trouble.script.iter().for_each(|fault| self.rig.faults.add(fault.clone()));
                if trouble.revokes {
                    revoke();
                }
                let said = self.gateway.go(path).await?;
                self.look(&format!("{path:?}, {}", trouble.name), Some(&said));
            }
        }
        self.rig.faults.clear();
        Ok(())
    }

    /// All paths at once, because each waits until it is given up.
    pub async fn hang(&mut self) -> anyhow::Result<()> {
        self.rig.faults.clear();
        self.rig.faults.add(hanging());
        let gateway = self.gateway;
        let mut waiting: Vec<_> = PATHS.into_iter().map(|path| Box::pin(gateway.go(path))).collect();
        let mut all = Vec::new();
        poll_fn(|context| {
            waiting.retain_mut(|call| match call.as_mut().poll(context) {
                Poll::Ready(said) => {
                    all.push(said);
                    false
                }
                Poll::Pending => true,
            });
            if waiting.is_empty() { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        for said in all {
            self.look("the provider hangs", Some(&said?));
        }
        self.rig.faults.clear();
        Ok(())
    }

    fn look(&mut self, when: &str, said: Option<&Said>) {
        (self.learn)(&mut self.all);
        let mut planted = self.planted.clone();
        (self.learn)(&mut planted);
        self.rig.requests.clear();
        for memory in self.gateway.stage.watch.take() {
            self.memories += 1;
            self.note(planted.search(&memory), &format!("{when}, in a guest's memory"));
        }
        if let Some(said) = said {
            self.note(planted.search(said.text.as_bytes()), &format!("{when}, in its answer"));
        }
    }

    fn note(&mut self, found: BTreeSet<&str>, place: &str) {
        self.found.extend(found.into_iter().map(|what| format!("{what}: {place}")));
    }

    /// Everything that was found, the log and the disk included.
    pub fn findings(&mut self) -> anyhow::Result<&BTreeSet<String>> {
        let all = self.all.clone();
        self.note(all.search(&Logs::heard().text()), "in the log");
        for entry in std::fs::read_dir(self.gateway.stage.folder.path())? {
            let path = entry?.path();
            // The key that seals them is no secret of theirs, and is never to be found beside them: see `whole`.
            if path.is_file() {
                self.note(all.search(&std::fs::read(&path)?), &format!("on the disk, {}", path.display()));
            }
        }
        Ok(&self.found)
    }

    /// Nothing was found anywhere.
    pub fn end(mut self) -> anyhow::Result<()> {
        let found = self.findings()?;
        ensure!(found.is_empty(), "secrets were found:\n{}", found.iter().cloned().collect::<Vec<_>>().join("\n"));
        Ok(())
    }
}
