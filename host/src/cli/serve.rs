//! `tollgate serve`: loads, listens, delivers, and drains when told to stop.

use std::io::IsTerminal;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;
use tokio::time::timeout;
use tollgate_billing::ports::{Clock, Mail};
use tollgate_web::{Brand, TemplateSource, WebConfig, WebState, router};
use tracing_subscriber::EnvFilter;

use super::listen::{Service, listen};
use super::open_files;
use super::timers::Post;
use crate::clock::SystemClock;
use crate::config::{Config, Mode, SecondStepRule};
use crate::mail;
use crate::say::say;
use crate::theme;
use crate::tls::{Tls, TlsFiles};
use crate::wiring::{Access, Rooms, non_empty};

/// How long requests may go on after the server was told to stop: longer than any page takes.
const DRAIN_MAX: Duration = Duration::from_secs(10);

pub fn run(config: &Path) -> anyhow::Result<()> {
    let config = Config::load(config)?;
    log_at(&config);
    super::block_on(serve(config))
}

fn log_at(config: &Config) {
    // Libraries are quieter than we are: their details help nobody who runs a portal.
    let filter = format!("warn,tollgate={level}", level = config.log.name());
    let rooms = ["store", "sandbox", "egress", "web", "mail", "passkeys", "documents", "billing"];
    let filter = rooms.iter().fold(filter, |all, room| format!("{all},tollgate_{room}={}", config.log.name()));
    // Colours are for people: a log file or a service manager gets plain text.
    let colours = std::io::stderr().is_terminal();
    let log = tracing_subscriber::fmt().with_env_filter(EnvFilter::new(filter)).with_ansi(colours);
    log.with_writer(std::io::stderr).init();
}

async fn serve(config: Config) -> anyhow::Result<()> {
    let rooms = Rooms::open(&config, Access::Server).await?;
    let state = WebState::new(rooms.billing.clone(), rooms.texts.clone(), web_config(&config)?)?;
    let tls = open_tls(&config)?;
    let mail = mail::open(&config)?.map(|mail| Arc::new(mail) as Arc<dyn Mail>);
    let post = Post { mail, letters: Arc::new(state.clone()) };
    open_files::make_room(config.server.connections.get());
    let address = config.server.listen;
    let listener = TcpListener::bind(address).await.with_context(|| {
        format!("cannot listen on {address}; stop what listens there, or change server.listen in the configuration")
    })?;
    // Before the line that says that the server listens: whoever reads it may send a signal at once.
    let signals = Signals::hear()?;
    let (stop, stopped) = watch::channel(false);
    let timers = tokio::spawn(super::timers::keep_time(rooms.billing.clone(), post, stopped.clone()));
    let connections_max = usize::try_from(config.server.connections.get()).unwrap_or(usize::MAX);
    let renewals = tls.clone().map(|tls| tokio::spawn(super::timers::keep_certificate(tls, stopped.clone())));
    let mut server = tokio::spawn(listen(listener, Service { router: router(state), tls, connections_max }, stopped));
    say!("Tollgate listens on {address}; clients reach it at {}", config.server.base_url.as_str());
    tokio::select! {
        ended = &mut server => return ended.context("the server ended"),
        () = signals.told_to_stop() => {}
    }
    tracing::info!("stopping; requests under way are finished first");
    // Nobody listens any more where both tasks have ended by themselves.
    let _ = stop.send(true);
    if let Ok(ended) = timeout(DRAIN_MAX, &mut server).await {
        ended.context("the server ended")?;
    } else {
        tracing::warn!("some requests were still under way and were cut off");
        server.abort();
    }
    if let Some(renewals) = renewals {
        // A look that hangs, at a network's files, is not waited for.
        renewals.abort();
    }
    timers.await.context("the timers ended")
}

/// `None` where the configuration names no certificate.
///
/// # Errors
/// Why the pair that it names cannot be shown.
fn open_tls(config: &Config) -> anyhow::Result<Option<Arc<Tls>>> {
    let Some(files) = TlsFiles::of(&config.server) else { return Ok(None) };
    Ok(Some(Arc::new(Tls::open(files, SystemClock.now())?)))
}

pub(super) async fn told(stopped: &mut watch::Receiver<bool>) {
    // An error says that the sender is gone, which is a stop too.
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

/// The signals that end the server gently, heard from the moment that this is made.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn hear() -> anyhow::Result<Self> {
        let hear = |kind| signal(kind).context("cannot hear signals");
        Ok(Self { terminate: hear(SignalKind::terminate())?, interrupt: hear(SignalKind::interrupt())? })
    }

    async fn told_to_stop(mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// What the pages need of the configuration.
pub fn web_config(config: &Config) -> anyhow::Result<WebConfig> {
    let own_templates = !config.paths.templates.as_os_str().is_empty();
    let brand = &config.brand;
    Ok(WebConfig {
        base_url: config.server.base_url.as_str().to_owned(),
        pages_url: config.server.pages_url.get().map(str::to_owned),
        templates: TemplateSource {
            dir: theme::folder(config)?,
            // Whoever edits templates does it on a test installation.
            watch: own_templates && config.mode == Mode::Test,
        },
        brand: Brand {
            name: non_empty(&brand.name).unwrap_or(&config.company.name).to_owned(),
            logo: non_empty(&brand.logo).map(str::to_owned),
            url: non_empty(&brand.url).unwrap_or(&config.company.website).to_owned(),
            tokens: brand.tokens.clone(),
        },
        session_hours: config.sessions.hours.get(),
        session_idle_minutes: config.sessions.idle_minutes.get(),
        staff_second_step_required: config.sessions.staff_second_step == SecondStepRule::Required,
        payment_pages_per_minute: config.sessions.payment_pages_per_minute.get(),
        support: non_empty(&brand.support_url).map(str::to_owned),
        trusted_proxies: config.server.trusted_proxies.clone(),
        hsts_days: config.server.hsts_days.get(),
        mail: config.mail.is_on(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    })
}
