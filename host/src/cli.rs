//! The command line: what can be asked for. Each command's work is in a file of its own.

mod access;
mod audit;
mod charge;
mod check;
mod init;
mod invoice;
mod listen;
mod mail;
mod open_files;
mod password;
mod people;
mod plugin;
mod plugin_args;
mod plugin_file;
mod plugin_life;
mod plugin_offer;
mod plugin_set;
mod plugin_trust;
mod secret_file;
mod secrets;
mod serve;
mod settings_file;
mod staff;
mod timers;

use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, Parser, Subcommand};

use crate::config;

/// Hosts payment gateways and the Add Funds module as WebAssembly plugins for a billing portal.
///
/// Start with `tollgate init`, then `tollgate staff add`, then `tollgate serve`.
#[derive(Debug, Parser)]
#[command(name = "tollgate", version, arg_required_else_help = true, max_term_width = 100)]
pub struct Cli {
    /// The configuration file
    #[arg(long, global = true, value_name = "FILE", default_value = config::FILE_NAME)]
    config: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write an example configuration and the folders that it names
    #[command(after_help = "Examples:\n  tollgate init\n  tollgate init /etc/tollgate")]
    Init(init::Init),
    /// Serve the portal, the back office and the plugins until told to stop
    #[command(after_help = "Examples:\n  tollgate serve\n  tollgate serve --config /etc/tollgate/tollgate.toml")]
    Serve,
    /// Build, list, verify and configure plugins
    Plugin(plugin_args::PluginArgs),
    /// Renew the key that seals the plugins' secrets
    Secrets(SecretsArgs),
    /// Add clients, give them a new password, and sign them out
    Client(ClientArgs),
    /// Add staff, list them, say what each may do, give them a new password, and sign them out
    Staff(StaffArgs),
    /// Make invoices
    Invoice(InvoiceArgs),
    /// Read and check the audit log: who changed what is trusted, or decided where money goes
    Audit(AuditArgs),
    /// Send a test mail
    Mail(MailArgs),
    /// Check configuration, database, plugins, templates, mail, the ledger and the audit log, and say what is wrong
    #[command(after_help = "Exits with 1 where something is wrong.\n\nExamples:\n  tollgate check")]
    Check,
}

#[derive(Debug, Args)]
struct AuditArgs {
    #[command(subcommand)]
    command: AuditCommand,
}

#[derive(Debug, Subcommand)]
enum AuditCommand {
    /// Print the newest entries, one on a line
    #[command(after_help = "Examples:\n  tollgate audit list\n  tollgate audit list --limit 1000")]
    List(audit::List),
    /// Compute every hash of the log anew, and name the first entry that does not fit
    #[command(
        after_help = "Prints the last entry's number and hash. Written down elsewhere, they tell later whether the end of \
                            the log was cut off\nor all of it written anew, which no file can tell of itself. Exits with 1 \
                            where an entry does not fit.\n\nExamples:\n  tollgate audit check"
    )]
    Check,
}

#[derive(Debug, Args)]
struct MailArgs {
    #[command(subcommand)]
    command: MailCommand,
}

#[derive(Debug, Subcommand)]
enum MailCommand {
    /// Send a test mail and print what the mail server answered
    #[command(
        after_help = "Exits with 1 where the server does not take it, and says why. A mail that was taken may still end among \
                            unwanted ones:\nlook there, and let the domain of mail.from name the server (SPF, DKIM).\n\n\
                            Examples:\n  tollgate mail test you@example.com"
    )]
    Test(mail::Test),
}

#[derive(Debug, Args)]
struct SecretsArgs {
    #[command(subcommand)]
    command: SecretsCommand,
}

#[derive(Debug, Subcommand)]
enum SecretsCommand {
    /// Make a new key, seal every secret with it, and drop the old one; a server may run meanwhile
    #[command(after_help = "A backup of the database from before needs the key file from before.\n\n\
                            Examples:\n  tollgate secrets rotate")]
    Rotate,
}

#[derive(Debug, Args)]
struct ClientArgs {
    #[command(subcommand)]
    command: ClientCommand,
}

#[derive(Debug, Subcommand)]
enum ClientCommand {
    /// Add a client; the password is asked for, or read from standard input
    #[command(
        after_help = "Examples:\n  tollgate client add client@example.com --name \"A. Client\" --currency EUR\n  \
                            tollgate client add client@example.com --name \"A. Client\" --currency JPY \
                            --country JP --locale ja --password-stdin < password.txt"
    )]
    Add(people::AddClient),
    /// Give a client a new password and sign them out everywhere; it is asked for, or read from standard input
    #[command(after_help = "Examples:\n  tollgate client password client@example.com\n  \
                            tollgate client password client@example.com --password-stdin < password.txt")]
    Password(access::SetPassword),
    /// Sign a client out everywhere
    #[command(
        after_help = "Their password stays as it is.\n\nExamples:\n  tollgate client sign-out client@example.com"
    )]
    SignOut(access::SignOut),
    /// Switch a client's two-step sign-in off, when they lost both their phone and their recovery codes
    #[command(
        after_help = "First make sure that it is they who ask: from then on their password alone lets them in.\n\n\
                            Examples:\n  tollgate client second-step-off client@example.com"
    )]
    SecondStepOff(access::SecondStepOff),
}

#[derive(Debug, Args)]
struct StaffArgs {
    #[command(subcommand)]
    command: StaffCommand,
}

#[derive(Debug, Subcommand)]
enum StaffCommand {
    /// Add a member of staff; the password is asked for, or read from standard input
    #[command(
        after_help = "Roles: owner may everything; billing everything about money; support reads and processes webhooks again;\n\
                            read-only reads. The first member of staff is an owner.\n\n\
                            Examples:\n  tollgate staff add staff@example.com --name \"B. Staff\"\n  \
                            tollgate staff add books@example.com --name \"C. Books\" --role billing"
    )]
    Add(staff::Add),
    /// Give a member of staff another role; it holds from the next page on
    #[command(after_help = "The last owner stays one.\n\nExamples:\n  tollgate staff role books@example.com read-only")]
    Role(staff::SetRole),
    /// Give a member of staff a new password and sign them out everywhere; it is asked for, or read from standard input
    #[command(after_help = "Examples:\n  tollgate staff password staff@example.com\n  \
                            tollgate staff password staff@example.com --password-stdin < password.txt")]
    Password(access::SetPassword),
    /// Sign a member of staff out everywhere
    #[command(after_help = "Their password stays as it is.\n\nExamples:\n  tollgate staff sign-out staff@example.com")]
    SignOut(access::SignOut),
    /// Switch a member of staff's two-step sign-in off, when they lost both their phone and their recovery codes
    #[command(
        after_help = "First make sure that it is they who ask: from then on their password alone lets them in.\n\n\
                            Examples:\n  tollgate staff second-step-off staff@example.com"
    )]
    SecondStepOff(access::SecondStepOff),
    /// List staff, their roles, and who logs in in two steps
    #[command(after_help = "Examples:\n  tollgate staff list")]
    List,
}

#[derive(Debug, Args)]
struct InvoiceArgs {
    #[command(subcommand)]
    command: InvoiceCommand,
}

#[derive(Debug, Subcommand)]
enum InvoiceCommand {
    /// Make an invoice in the client's currency and print its number
    #[command(
        after_help = "Examples:\n  tollgate invoice create client@example.com --line \"Hosting, December=12.50@19%\"\n  \
                            tollgate invoice create client@example.com --line \"Domain=9\" --line \"Setup=20\" \
                            --gateway bank-transfer"
    )]
    Create(invoice::Create),
    /// Charge what is due on an invoice to its client's stored payment method: the default, or the one that is named
    #[command(
        after_help = "The client agreed to be charged when the method was stored. Exits with 1 where nothing was charged.\n\n\
                            Examples:\n  tollgate invoice charge INV-000001\n  tollgate invoice charge INV-000001 --method 7"
    )]
    Charge(charge::Charge),
}

impl Cli {
    /// Does what was asked for.
    ///
    /// # Errors
    /// One sentence for standard error: what was refused and what to do.
    pub fn run(self) -> anyhow::Result<()> {
        let config = self.config;
        match self.command {
            Command::Init(init) => init.run(),
            Command::Serve => serve::run(&config),
            Command::Plugin(plugin) => plugin.run(&config),
            Command::Secrets(SecretsArgs { command: SecretsCommand::Rotate }) => secrets::rotate(&config),
            Command::Client(ClientArgs { command: ClientCommand::Add(add) }) => add.run(&config),
            Command::Client(ClientArgs { command: ClientCommand::Password(password) }) => {
                password.run(&config, access::Kind::Client)
            }
            Command::Client(ClientArgs { command: ClientCommand::SignOut(sign_out) }) => {
                sign_out.run(&config, access::Kind::Client)
            }
            Command::Client(ClientArgs { command: ClientCommand::SecondStepOff(off) }) => {
                off.run(&config, access::Kind::Client)
            }
            Command::Staff(StaffArgs { command: StaffCommand::SecondStepOff(off) }) => {
                off.run(&config, access::Kind::Staff)
            }
            Command::Staff(StaffArgs { command: StaffCommand::Password(password) }) => {
                password.run(&config, access::Kind::Staff)
            }
            Command::Staff(StaffArgs { command: StaffCommand::SignOut(sign_out) }) => {
                sign_out.run(&config, access::Kind::Staff)
            }
            Command::Staff(StaffArgs { command: StaffCommand::Add(add) }) => add.run(&config),
            Command::Staff(StaffArgs { command: StaffCommand::Role(role) }) => role.run(&config),
            Command::Staff(StaffArgs { command: StaffCommand::List }) => staff::list(&config),
            Command::Invoice(InvoiceArgs { command: InvoiceCommand::Create(create) }) => create.run(&config),
            Command::Invoice(InvoiceArgs { command: InvoiceCommand::Charge(charge) }) => charge.run(&config),
            Command::Audit(AuditArgs { command: AuditCommand::List(list) }) => list.run(&config),
            Command::Audit(AuditArgs { command: AuditCommand::Check }) => audit::check(&config),
            Command::Mail(MailArgs { command: MailCommand::Test(test) }) => test.run(&config),
            Command::Check => check::run(&config),
        }
    }
}

/// Runs to the end on all cores.
fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Runtime::new().context("the operating system gives no threads")?;
    runtime.block_on(work)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definitions_hold_together() {
        Cli::command().debug_assert();
    }
}
