//! `tollgate staff …` and `tollgate client …`: how people come in, and their way back where they cannot any more.

use std::path::Path;

use anyhow::anyhow;
use clap::Args;
use tollgate_billing::people::{ChangedBy, Ending, PasswordChange, Who};
use tollgate_billing::ports::{People, SecondSteps, Sessions};
use tollgate_billing::second_step::TurnOff;
use tollgate_store::SqliteStore;

use super::password;
use super::people::email;
use super::staff;
use crate::config::{Config, SecondStepRule};
use crate::say::say;
use crate::wiring::{Access, open_store};

/// Which of both lists somebody stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Client,
    Staff,
}

#[derive(Debug, Args)]
pub struct SetPassword {
    /// E-mail address of the person
    #[arg(value_name = "EMAIL", value_parser = email)]
    email: String,
    #[command(flatten)]
    password: password::Source,
}

#[derive(Debug, Args)]
pub struct SignOut {
    /// E-mail address of the person
    #[arg(value_name = "EMAIL", value_parser = email)]
    email: String,
}

#[derive(Debug, Args)]
pub struct SecondStepOff {
    /// E-mail address of the person
    #[arg(value_name = "EMAIL", value_parser = email)]
    email: String,
}

impl SecondStepOff {
    pub fn run(&self, config: &Path, kind: Kind) -> anyhow::Result<()> {
        let config = Config::load(config)?;
        super::block_on(async {
            let (store, clock) = open_store(&config, Access::Tool)?;
            let (who, email) = person(&store, kind, &self.email).await?;
            let tell = config.mail.is_on();
            let change = TurnOff { who, by: ChangedBy::Command, tell, at: clock.now() };
            if !store.turn_off(change).await? {
                say!("{email} has no second step; nothing was changed");
                return Ok(());
            }
            say!("{email} logs in with the password alone from now on");
            if kind == Kind::Staff && config.sessions.staff_second_step == SecondStepRule::Required {
                say!("sessions.staff-second-step is required: the next login leads to setting a second step up anew");
            }
            Ok(())
        })
    }
}

impl SetPassword {
    pub fn run(&self, config: &Path, kind: Kind) -> anyhow::Result<()> {
        let config = Config::load(config)?;
        super::block_on(async {
            let (store, clock) = open_store(&config, Access::Tool)?;
            let (who, email) = person(&store, kind, &self.email).await?;
            let password_hash = self.password.hash(&email)?;
            let (by, at) = (ChangedBy::Command, clock.now());
            let change = PasswordChange { who, password_hash, was: None, by, session: None, at };
            if !store.set_password(change).await? {
                return Err(nobody(kind, &self.email));
            }
            say!("{email} has a new password and is signed out everywhere");
            Ok(())
        })
    }
}

impl SignOut {
    pub fn run(&self, config: &Path, kind: Kind) -> anyhow::Result<()> {
        let config = Config::load(config)?;
        super::block_on(async {
            let (store, clock) = open_store(&config, Access::Tool)?;
            let (who, email) = person(&store, kind, &self.email).await?;
            match store.end_sessions(who, Ending::All, ChangedBy::Command, clock.now()).await? {
                0 => say!("{email} was signed in nowhere"),
                1 => say!("{email} is signed out; 1 session ended"),
                ended => say!("{email} is signed out; {ended} sessions ended"),
            }
            Ok(())
        })
    }
}

/// Somebody by their address, which comes back as it was written when they were added.
async fn person(store: &SqliteStore, kind: Kind, email: &str) -> anyhow::Result<(Who, String)> {
    let found = match kind {
        Kind::Staff => return staff::known(store, email).await.map(|staff| (Who::Staff(staff.id), staff.email)),
        Kind::Client => store.client_by_email(email).await?,
    };
    found.map(|client| (Who::Client(client.id), client.email)).ok_or_else(|| nobody(kind, email))
}

fn nobody(kind: Kind, email: &str) -> anyhow::Error {
    match kind {
        Kind::Staff => staff::nobody(email),
        Kind::Client => anyhow!("no client has the address {email}; add one with `tollgate client add`"),
    }
}
