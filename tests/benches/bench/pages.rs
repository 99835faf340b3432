//! The pay-now page over HTTP: session, payment and plugin call included, beside a bare handler that renders the same
//! templates with helpers that do next to nothing.

use std::process::{Command, Stdio};
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use axum::Router;
use axum::response::Html;
use axum::routing::get;
use handlebars::{Context as Data, Handlebars, Helper, HelperDef, Output, RenderContext, RenderError, Renderable};
use serde_json::{Value, json};
use tollgate_tests::house;

use crate::load::{Answer, Connection, per_second};
use crate::report::{Bar, Report};
use crate::rounds::in_turn;
use crate::server::{EMAIL, PASSWORD, Running, Server, wait_for};

pub const FLOOR_ARGUMENT: &str = "--serve-floor";
const FLOOR_HOST: &str = "127.0.0.1:0";
/// Requests of one round: some tenths of a second.
const REQUESTS: u32 = 8_000;

pub fn measure(server: &Server, report: &mut Report) -> Result<()> {
    let (_running, _) = server.start()?;
    let (cookies, path) = log_in_and_pay(server)?;
    let (_floor, floor) = start_floor()?;
    let ours = || per_second(&server.host, &path, &cookies, REQUESTS);
    let bare = || per_second(&floor, "/", "", REQUESTS);
    ours()?;
    bare()?;
    let (bare, ours) = in_turn(bare, ours)?;
    report.against_floor("pay-now page over HTTP", "requests/s", (ours, bare), Bar::AtLeast(0.3));
    Ok(())
}

/// As the client does it: the session's cookies and the address of the pay-now page.
fn log_in_and_pay(server: &Server) -> Result<(String, String)> {
    let mut connection = Connection::open(&server.host)?;
    let page = connection.get("/login", "")?;
    let encode = |text: &str| text.replace('@', "%40").replace(' ', "+");
    let form = format!("{}&email={}&password={}", tokens(&page)?, encode(EMAIL), encode(PASSWORD));
    let answer = connection.post("/login", &page.cookies(), &form)?;
    ensure!(answer.status == 303, "the login answered {}", answer.status);
    let cookies = answer.cookies();
    let invoice = "/billing/invoices/1";
    let page = connection.get(invoice, &cookies)?;
    let answer = connection.post(&format!("{invoice}/pay"), &cookies, &tokens(&page)?)?;
    let path = answer.header("location").context("\"Pay Now!\" leads nowhere")?.to_owned();
    let page = connection.get(&path, &cookies)?;
    ensure!(page.status == 200 && page.body.contains("DE89"), "the pay-now page lacks the account");
    Ok((cookies, path))
}

fn tokens(page: &Answer) -> Result<String> {
    Ok(format!("csrf={}&form_key={}", page.field("csrf")?, page.field("form_key")?))
}

/// This program again, as the floor, and where it listens.
fn start_floor() -> Result<(Running, String)> {
    let mut command = Command::new(std::env::current_exe()?);
    let mut child = command.arg(FLOOR_ARGUMENT).stdout(Stdio::piped()).spawn()?;
    let output = child.stdout.take().context("a pipe from the floor")?;
    let running = Running::of(child);
    let mut host = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(output), &mut host)?;
    let host = host.trim().to_owned();
    wait_for(&host, "/")?;
    Ok((running, host))
}

pub fn serve_floor() -> Result<()> {
    let registry = Arc::new(registry()?);
    let data = Arc::new(data());
    registry.render("portal/pay", &*data)?;
    let handler = move || {
        let page = registry.render("portal/pay", &*data).unwrap_or_else(|error| error.to_string());
        async move { Html(page) }
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(FLOOR_HOST).await?;
        println!("{}", listener.local_addr()?);
        axum::serve(listener, Router::new().route("/", get(handler))).await?;
        Ok(())
    })
}

/// The portal's own templates and the gateway's, with the cheapest helper that lets them render.
fn registry() -> Result<Handlebars<'static>> {
    let mut registry = Handlebars::new();
    let templates = house::top().join("templates");
    for folder in ["portal", "partials"] {
        for entry in std::fs::read_dir(templates.join(folder))? {
            let path = entry?.path();
            let name = path.file_stem().and_then(|stem| stem.to_str()).context("a template has a name")?;
            registry.register_template_file(&format!("{folder}/{name}"), &path)?;
        }
    }
    let gateway = house::top().join("gateways/bank-transfer/templates/pay-now.hbs");
    registry.register_template_file("content", gateway)?;
    let words = [
        "t",
        "t_link",
        "concat",
        "money",
        "date",
        "datetime",
        "ago",
        "copy_button",
        "icon",
        "asset",
        "field_error",
        "has_error",
        "error_attrs",
        "error_summary",
        "qr",
    ];
    for name in words {
        registry.register_helper(name, Box::new(Echo));
    }
    registry.register_helper("form", Box::new(Block));
    registry.register_helper("content", Box::new(Content));
    Ok(registry)
}

/// Writes its first argument.
struct Echo;

impl HelperDef for Echo {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Data,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> Result<(), RenderError> {
        match helper.param(0).and_then(|param| param.value().as_str()) {
            Some(words) => Ok(out.write(words)?),
            None => Ok(()),
        }
    }
}

/// Renders what it holds.
struct Block;

impl HelperDef for Block {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        registry: &'reg Handlebars<'reg>,
        data: &'rc Data,
        context: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> Result<(), RenderError> {
        helper.template().map_or(Ok(()), |inner| inner.render(registry, data, context, out))
    }
}

/// Renders the gateway's template in its place.
struct Content;

impl HelperDef for Content {
    fn call<'reg: 'rc, 'rc>(
        &self,
        _: &Helper<'rc>,
        registry: &'reg Handlebars<'reg>,
        data: &'rc Data,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> Result<(), RenderError> {
        Ok(out.write(&registry.render("content", data.data())?)?)
    }
}

fn data() -> Value {
    let row = |key: &str, label: &str, value: &str| json!({"key": key, "label": label, "value": value, "copy": value});
    json!({
        "layout": {
            "locale": "en", "dir": "ltr", "path": "/billing/payments/01J00000000000000000000000", "version": "0",
            "brand": {"name": "Example Hosting", "url": "/billing"},
            "nav": [{"id": "billing", "label": "Billing", "url": "/billing", "icon": "billing", "active": true}],
            "tabs": [
                {"label": "Invoices", "url": "/billing/invoices", "active": true},
                {"label": "Add Funds", "url": "/billing/add-funds", "active": false},
                {"label": "Credit", "url": "/billing/credit", "active": false},
            ],
            "client": {"name": "Example Client", "email": EMAIL},
            "available_credit": ["€0.00"], "test_mode": true,
        },
        "errors": [], "answer": "page",
        "invoice": {"number": "INV-000001", "url": "/billing/invoices/1", "amount_due": {"text": "€25.00"}},
        "payment": {
            "id": "01J00000000000000000000000", "url": "/billing/payments/01J00000000000000000000000",
            "gateway": "Bank transfer", "reference": "INV000001", "amount": {"text": "€25.00"},
        },
        "slip": {
            "rows": [
                row("amount", "Amount", "25.00 EUR"), row("holder", "Account holder", "Example Hosting"),
                row("iban", "IBAN", "DE89 3704 0044 0532 0130 00"), row("reference", "Reference", "RF45 INV0 0000 1"),
            ],
            "codes": [{"style": "qr", "payload": "M0 0h1v1h-1z".repeat(200), "label": "Scan to pay"}],
            "notes": ["A transfer usually takes one to three working days.", "Write only this reference."],
        },
    })
}
