//! `tollgate plugin …`: what can be asked for.

use std::path::Path;

use clap::{Args, Subcommand};

use super::{plugin, plugin_life, plugin_set, plugin_trust};

#[derive(Debug, Args)]
pub struct PluginArgs {
    #[command(subcommand)]
    command: PluginCommand,
}

#[derive(Debug, Subcommand)]
enum PluginCommand {
    /// Compile a plugin's crate to a component
    #[command(after_help = "Examples:\n  tollgate plugin build gateways/bank-transfer\n  \
                            tollgate plugin build gateways/bank-transfer -o plugins/bank-transfer.wasm")]
    Build(plugin::Build),
    /// Say what a plugin is, who signed it and what it asks for: of a file, an address, or an installed plugin
    #[command(after_help = "Nothing of the file runs but the question what it is.\n\n\
                            Examples:\n  tollgate plugin info example-pay.wasm\n  tollgate plugin info example-pay")]
    Info(plugin_life::Info),
    /// Install a plugin with what it is granted; a running server takes it up by itself
    #[command(
        after_help = "It gets what --grant names, everything with --grant-all, nothing beyond with --deny-rest; without a word \
                            about something\nthat it asks for nothing is installed. A signature is looked for beside the file, \
                            with .minisig behind its name.\n\n\
                            Examples:\n  tollgate plugin install example-pay.wasm --grant-all\n  \
                            tollgate plugin install example-pay.wasm --grant host:api.example.com --deny-rest\n  \
                            tollgate plugin install https://plugins.example.com/example-pay.wasm --grant-all"
    )]
    Install(plugin_life::Install),
    /// Put another version in the place of the one that runs; only what is new is asked
    #[command(
        after_help = "Open payments go on with the version that they began with. Settings are what the new version makes of \
                            them.\n\n\
                            Examples:\n  tollgate plugin upgrade example-pay.wasm\n  \
                            tollgate plugin upgrade example-pay.wasm --grant host:new.example.com"
    )]
    Upgrade(plugin_life::Install),
    /// Change what an installed plugin may do
    #[command(after_help = "Examples:\n  tollgate plugin grant example-pay --grant refund\n  \
                            tollgate plugin grant example-pay --deny host:api.example.com\n  \
                            tollgate plugin grant example-pay --limit memory-mib=16 --limit calls-per-minute=600")]
    Grant(plugin_life::Grant),
    /// Put the version before in the place of the one that runs, with the settings that it had; done again, it goes back
    #[command(after_help = "Examples:\n  tollgate plugin rollback example-pay")]
    Rollback(plugin_life::Named),
    /// Switch all instances of a plugin off; webhooks, checks and refunds of what is under way go on
    #[command(after_help = "Examples:\n  tollgate plugin disable example-pay")]
    Disable(plugin_life::Named),
    /// Remove an installed plugin; refused while payments of it are open
    #[command(
        after_help = "Its settings, secrets and stored payment methods stay for the day on which it is installed again.\n\n\
                            Examples:\n  tollgate plugin remove example-pay"
    )]
    Remove(plugin_life::Remove),
    /// Write the file of an installed plugin
    #[command(after_help = "Examples:\n  tollgate plugin export example-pay -o example-pay.wasm")]
    Export(plugin_life::Export),
    /// List the plugins, what is wrong with them, and how they are configured
    #[command(after_help = "Examples:\n  tollgate plugin list")]
    List,
    /// Configure an instance of a plugin, as the back office does
    #[command(
        after_help = "KEY=VALUE changes these settings and keeps the others; KEY= removes one. --from replaces them all.\n\
                            Secrets come from files, never from arguments, which everybody on the machine can see.\n\n\
                            Examples:\n  tollgate plugin set add-funds --enable minimum=10\n  \
                            tollgate plugin set bank-transfer --label \"Bank transfer\" --enable --from accounts.toml\n  \
                            tollgate plugin set bank-transfer --disable\n  \
                            tollgate plugin set example-pay --secret api-key=secret.txt --grant-all-hosts --enable\n  \
                            tollgate plugin set example-pay --secret api-key=- --grant-host api.example.com < secret.txt\n  \
                            tollgate plugin set example-pay --set-up-webhook\n  \
                            tollgate plugin set example-pay --revoke-host api.example.com\n  \
                            tollgate plugin set example-pay --remove-secret api-key --disable"
    )]
    Set(plugin_set::Set),
    /// Trust a publisher: plugins that are signed with this minisign key are known to be theirs
    #[command(after_help = "Examples:\n  tollgate plugin trust minisign.pub --name \"Example Publisher\"")]
    Trust(plugin_trust::Trust),
    /// Trust a publisher's signatures no more
    #[command(after_help = "Examples:\n  tollgate plugin distrust \"Example Publisher\"")]
    Distrust(plugin_trust::Distrust),
    /// Say which trusted publisher signed a plugin's file, or why nobody did
    #[command(
        after_help = "Publishers sign with: minisign -S -m FILE. Exits with 1 where no trusted publisher signed it.\n\n\
                            Examples:\n  tollgate plugin verify example-pay.wasm\n  \
                            tollgate plugin verify example-pay.wasm --signature downloaded.minisig"
    )]
    Verify(plugin_trust::Verify),
}

impl PluginArgs {
    pub fn run(&self, config: &Path) -> anyhow::Result<()> {
        match &self.command {
            PluginCommand::Build(build) => build.run(),
            PluginCommand::List => plugin::list(config),
            PluginCommand::Info(info) => info.run(config),
            PluginCommand::Install(install) => install.run(config, false),
            PluginCommand::Upgrade(install) => install.run(config, true),
            PluginCommand::Grant(grant) => grant.run(config),
            PluginCommand::Rollback(named) => named.roll_back(config),
            PluginCommand::Disable(named) => named.disable(config),
            PluginCommand::Remove(remove) => remove.run(config),
            PluginCommand::Export(export) => export.run(config),
            PluginCommand::Set(set) => set.run(config),
            PluginCommand::Trust(trust) => trust.run(config),
            PluginCommand::Distrust(distrust) => distrust.run(config),
            PluginCommand::Verify(verify) => verify.run(config),
        }
    }
}
