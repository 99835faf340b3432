//! The overview: what needs attention, and the newest unpaid invoices.

use axum::extract::State;
use axum::response::Response;
use fluent_bundle::FluentArgs;
use serde::Serialize;
use tollgate_billing::plugin::Manifest;

use super::attention::Attention;
use super::invoices::{RowView, newest_unpaid};
use super::menu;
use super::open_returns::OpenReturns;
use super::second_origin::undrawable;
use crate::errors::WebError;
use crate::frame::{FieldMessage, Page, StaffVisit};
use crate::state::WebState;
use crate::texts::Words;

/// Unpaid invoices that the overview shows.
const UNPAID_ROWS: u32 = 5;
const ATTENTION: &str = "/admin/attention";

#[derive(Serialize)]
struct View {
    errors: Vec<FieldMessage>,
    tiles: Vec<Tile>,
    attention: Vec<Point>,
    invoices: Vec<RowView>,
    #[serde(flatten)]
    returns: OpenReturns,
}

#[derive(Serialize)]
struct Tile {
    id: &'static str,
    count: usize,
    /// More than none is not as it should be.
    attention: bool,
    url: &'static str,
}

#[derive(Serialize)]
struct Point {
    tone: &'static str,
    headline: String,
    text: Option<String>,
    url: &'static str,
}

/// What is switched on.
struct Enabled {
    gateways: usize,
    modules: usize,
}

pub(crate) async fn show(State(state): State<WebState>, visit: StaffVisit) -> Result<Response, WebError> {
    let attention = Attention::read(&state).await?;
    let enabled = enabled(&state).await?;
    let no_pages = undrawable(&state).await?.map(|names| no_pages(&visit.reader.words, &names));
    let view = View {
        errors: Vec::new(),
        tiles: tiles(&attention, &enabled),
        attention: points(&visit.reader.words, &attention, &enabled).into_iter().chain(no_pages).collect(),
        invoices: newest_unpaid(&state, &visit, UNPAID_ROWS).await?,
        returns: OpenReturns::read(&state, &visit).await?,
    };
    let layout = menu::layout(&state, &visit).await?;
    Page::new("admin/dashboard", layout, view).render(&state, &visit.reader)
}

async fn enabled(state: &WebState) -> Result<Enabled, WebError> {
    let mut enabled = Enabled { gateways: 0, modules: 0 };
    for instance in state.billing().instances().await?.iter().filter(|instance| instance.enabled) {
        match state.billing().plugins().manifest(&instance.plugin).as_deref() {
            Some(Manifest::Gateway(_)) => enabled.gateways += 1,
            Some(Manifest::Module(_)) => enabled.modules += 1,
            None => {}
        }
    }
    Ok(enabled)
}

fn tiles(attention: &Attention, enabled: &Enabled) -> Vec<Tile> {
    let waits = |id, count| Tile { id, count, attention: count > 0, url: ATTENTION };
    vec![
        waits("held", attention.held),
        waits("stuck", attention.stuck.len()),
        waits("broken", attention.broken.len()),
        Tile { id: "enabled", count: enabled.gateways + enabled.modules, attention: false, url: super::gateways::LIST },
    ]
}

fn no_pages(words: &Words, names: &str) -> Point {
    Point {
        tone: "error",
        headline: words.say_with("admin-attention-pages", &[("gateways", names)]),
        text: Some(words.say("admin-attention-pages-text")),
        url: super::gateways::LIST,
    }
}

fn points(words: &Words, attention: &Attention, enabled: &Enabled) -> Vec<Point> {
    let counted = |id: &str, count: usize| {
        let mut args = FluentArgs::new();
        args.set("count", count);
        words.tell(id, Some(&args))
    };
    let mut points = Vec::new();
    if enabled.gateways == 0 {
        points.push(Point {
            tone: "warning",
            headline: words.say("admin-attention-no-gateway"),
            text: Some(words.say("admin-attention-no-gateway-text")),
            url: super::gateways::LIST,
        });
    }
    for (id, count) in [("admin-attention-held", attention.held), ("admin-attention-stuck", attention.stuck.len())] {
        if count > 0 {
            points.push(Point { tone: "warning", headline: counted(id, count), text: None, url: ATTENTION });
        }
    }
    points.extend(attention.broken.iter().map(|broken| Point {
        tone: "error",
        headline: words.say_with("admin-attention-broken", &[("file", &broken.file)]),
        text: Some(broken.error.clone()),
        url: super::gateways::LIST,
    }));
    points
}
