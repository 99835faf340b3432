//! `tollgate mail test`: whether mail arrives.

use std::path::Path;

use anyhow::{anyhow, bail};
use clap::Args;
use tollgate_billing::mail::{MailText, Recipient};
use tollgate_billing::ports::{Letters, Mail, MailError};
use tollgate_web::WebState;

use super::people::email;
use super::serve::web_config;
use crate::config::Config;
use crate::mail;
use crate::say::say;
use crate::wiring::{Access, Rooms};

#[derive(Debug, Args)]
pub struct Test {
    /// Where the mail goes
    #[arg(value_name = "ADDRESS", value_parser = email)]
    address: String,
}

impl Test {
    pub fn run(&self, config: &Path) -> anyhow::Result<()> {
        let config = Config::load(config)?;
        let Some(server) = mail::open(&config)? else {
            bail!("no mail server is configured; set server and from under [mail] in the configuration");
        };
        super::block_on(async {
            let rooms = Rooms::open(&config, Access::Tool).await?;
            let state = WebState::new(rooms.billing.clone(), rooms.texts.clone(), web_config(&config)?)?;
            let to = Recipient { email: self.address.clone(), name: String::new(), locale: "en".to_owned() };
            let letter =
                state.write(&MailText::Test, to).map_err(|why| anyhow!("the mail cannot be written: {why}"))?;
            let id = format!("test-{}", rooms.ids.text());
            let said = server.send(&id, &letter).await.map_err(|error| refused(&config, &error))?;
            say!("{} took the mail for {}: {said}", config.mail.server, self.address);
            Ok(())
        })
    }
}

fn refused(config: &Config, error: &MailError) -> anyhow::Error {
    let server = &config.mail.server;
    match error {
        MailError::Unreachable(why) => anyhow!("{server} cannot be used: {why}; see [mail] in the configuration"),
        MailError::Later(why) => anyhow!("{server} does not take the mail now: {why}"),
        MailError::Never(why) => anyhow!("{server} does not take this mail: {why}"),
    }
}
