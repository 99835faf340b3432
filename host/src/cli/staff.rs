//! `tollgate staff …`: who works here, and what each may do.

use std::path::Path;

use anyhow::{anyhow, bail};
use clap::Args;
use tollgate_billing::people::{NewStaff, Staff, Who};
use tollgate_billing::ports::{People, RoleSet, SecondSteps};
use tollgate_billing::roles::Role;
use tollgate_store::SqliteStore;

use super::password;
use super::people::{email, short, taken};
use crate::config::Config;
use crate::say::say;
use crate::wiring::{Access, open_store};

#[derive(Debug, Args)]
pub struct Add {
    /// E-mail address, which is the login too
    #[arg(value_name = "EMAIL", value_parser = email)]
    email: String,
    /// Full name
    #[arg(long, value_parser = short)]
    name: String,
    /// owner, billing, support or read-only; the first member of staff is an owner
    #[arg(long, value_parser = role)]
    role: Option<Role>,
    #[command(flatten)]
    password: password::Source,
}

#[derive(Debug, Args)]
pub struct SetRole {
    /// E-mail address of somebody of staff
    #[arg(value_name = "EMAIL", value_parser = email)]
    email: String,
    /// owner, billing, support or read-only
    #[arg(value_name = "ROLE", value_parser = role)]
    role: Role,
}

impl Add {
    pub fn run(&self, config: &Path) -> anyhow::Result<()> {
        let config = Config::load(config)?;
        let password_hash = self.password.hash(&self.email)?;
        super::block_on(async {
            let (store, clock) = open_store(&config, Access::Tool)?;
            let role = self.role(&store).await?;
            let new = NewStaff { email: self.email.clone(), name: self.name.clone(), role, password_hash };
            let id = store.create_staff(new, clock.now()).await.map_err(|error| taken(error, &self.email))?;
            say!("staff {id}: {}, {}", self.email, role.word());
            Ok(())
        })
    }

    /// The first must be an owner, or nobody could ever configure anything; everybody after that is said.
    async fn role(&self, store: &SqliteStore) -> anyhow::Result<Role> {
        let is_first = store.staff_list().await?.is_empty();
        match self.role {
            None if is_first => Ok(Role::Owner),
            None => bail!("say what {} may do: --role owner, billing, support or read-only", self.email),
            Some(role) if is_first && role != Role::Owner => {
                bail!(
                    "the first member of staff is an owner; add an owner before somebody with the role {}",
                    role.word()
                )
            }
            Some(role) => Ok(role),
        }
    }
}

impl SetRole {
    pub fn run(&self, config: &Path) -> anyhow::Result<()> {
        let config = Config::load(config)?;
        super::block_on(async {
            let (store, clock) = open_store(&config, Access::Tool)?;
            let staff = known(&store, &self.email).await?;
            match store.set_staff_role(staff.id, self.role, clock.now()).await? {
                RoleSet::Done => say!("{} is {} from now on", staff.email, self.role.word()),
                RoleSet::LastOwner => {
                    bail!("{} is the only owner and stays one; make somebody else an owner first", staff.email)
                }
                RoleSet::Nobody => return Err(nobody(&self.email)),
            }
            Ok(())
        })
    }
}

/// One line each: address, role, whether there is a second step, name.
pub fn list(config: &Path) -> anyhow::Result<()> {
    let config = Config::load(config)?;
    super::block_on(async {
        let (store, _) = open_store(&config, Access::Tool)?;
        let everybody = store.staff_list().await?;
        if everybody.is_empty() {
            say!("nobody yet; add the first with `tollgate staff add EMAIL --name NAME`");
        }
        for staff in everybody {
            let second = store.second_step(Who::Staff(staff.id)).await?.is_some();
            let steps = if second { "two-step" } else { "password" };
            say!("{:<32} {:<10} {steps:<9} {}", staff.email, staff.role.word(), staff.name);
        }
        Ok(())
    })
}

pub(super) async fn known(store: &SqliteStore, email: &str) -> anyhow::Result<Staff> {
    store.staff_by_email(email).await?.ok_or_else(|| nobody(email))
}

pub(super) fn nobody(email: &str) -> anyhow::Error {
    anyhow!("nobody of staff has the address {email}; see `tollgate staff list`")
}

fn role(text: &str) -> Result<Role, String> {
    Role::from_word(text).ok_or_else(|| "is no role; there are owner, billing, support and read-only".to_owned())
}
