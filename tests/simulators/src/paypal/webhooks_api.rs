//! Webhooks v1 and Disputes v1.

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::Simulator;
use super::api::{Answer, Incoming};
use super::event::{AUTH_ALGO, EVENT_TYPES, Transmission, cert_url};
use super::hooks::type_json;
use super::refusal::{Contract, Refusal};
use super::tokens;

type Sim = State<Simulator>;

pub(super) async fn create(State(simulator): Sim, incoming: Incoming) -> Response {
    let answer = open(&simulator, &incoming, &[]).and_then(|()| incoming.json(Contract::Plain)).and_then(|body| {
        simulator.act(|world, _| {
            let id = world.ids.upper(17);
            let hook = world.hooks.create(id, &body)?;
            Ok((201, hook.json(&world.base)))
        })
    });
    simulator.answer(answer)
}

fn open(simulator: &Simulator, incoming: &Incoming, query: &[&str]) -> Result<(), Refusal> {
    simulator.guard(incoming, tokens::WEBHOOKS)?;
    incoming.query(query).map(drop)
}

pub(super) async fn list(State(simulator): Sim, incoming: Incoming) -> Response {
    let answer = open(&simulator, &incoming, &["anchor_type"]).map(|()| {
        simulator.act(|world, _| {
            let hooks: Vec<Value> = world.hooks.all().map(|hook| hook.json(&world.base)).collect();
            (200, json!({ "webhooks": hooks }))
        })
    });
    simulator.answer(answer)
}

pub(super) async fn get(State(simulator): Sim, Path(id): Path<String>, incoming: Incoming) -> Response {
    let answer = open(&simulator, &incoming, &[])
        .and_then(|()| simulator.act(|world, _| Ok((200, world.hooks.get(&id)?.json(&world.base)))));
    simulator.answer(answer)
}

pub(super) async fn update(State(simulator): Sim, Path(id): Path<String>, incoming: Incoming) -> Response {
    let answer = open(&simulator, &incoming, &[])
        .and_then(|()| incoming.json(Contract::Plain))
        .and_then(|patch| simulator.act(|world, _| Ok((200, world.hooks.replace(&id, &patch)?.json(&world.base)))));
    simulator.answer(answer)
}

pub(super) async fn delete(State(simulator): Sim, Path(id): Path<String>, incoming: Incoming) -> Response {
    let answer = open(&simulator, &incoming, &[])
        .and_then(|()| simulator.act(|world, _| world.hooks.delete(&id)).map(|()| (204, Value::Null)));
    simulator.answer(answer)
}

pub(super) async fn event_types(State(simulator): Sim, incoming: Incoming) -> Response {
    let types: Vec<Value> = EVENT_TYPES.iter().map(|row| type_json(row.0)).collect();
    let answer = open(&simulator, &incoming, &[]).map(|()| (200, json!({ "event_types": types })));
    simulator.answer(answer)
}

/// `webhook_event` is kept as the bytes that came: a signature is over bytes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Verify {
    auth_algo: String,
    cert_url: String,
    transmission_id: String,
    transmission_sig: String,
    transmission_time: String,
    webhook_id: String,
    webhook_event: Box<RawValue>,
}

pub(super) async fn verify(State(simulator): Sim, incoming: Incoming) -> Response {
    simulator.answer(verified(&simulator, &incoming))
}

fn verified(simulator: &Simulator, incoming: &Incoming) -> Answer {
    open(simulator, incoming, &[])?;
    incoming.json(Contract::Plain)?;
    let malformed = || Refusal::error(400, "VALIDATION_ERROR", "Invalid data provided");
    let asked: Verify = serde_json::from_slice(&incoming.body).map_err(|_| malformed())?;
    let limits = [
        (&asked.auth_algo, 100),
        (&asked.cert_url, 500),
        (&asked.transmission_id, 50),
        (&asked.transmission_sig, 500),
        (&asked.transmission_time, 100),
        (&asked.webhook_id, 50),
    ];
    if limits.iter().any(|(text, max)| text.is_empty() || text.len() > *max)
        || !asked.webhook_event.get().starts_with('{')
    {
        return Err(malformed());
    }
    let sent = Transmission {
        id: asked.transmission_id,
        time: asked.transmission_time,
        signature: asked.transmission_sig,
        webhook_id: asked.webhook_id,
    };
    let is_ours = simulator.act(|world, _| world.hooks.get(&sent.webhook_id).is_ok());
    let genuine = is_ours
        && asked.auth_algo == AUTH_ALGO
        && asked.cert_url == cert_url(&simulator.rig.base)
        && simulator.key.verify(&sent, asked.webhook_event.get());
    Ok((200, json!({ "verification_status": if genuine { "SUCCESS" } else { "FAILURE" } })))
}

pub(super) async fn get_dispute(State(simulator): Sim, Path(id): Path<String>, incoming: Incoming) -> Response {
    let answer = simulator.guard(&incoming, tokens::DISPUTES).and_then(|()| incoming.query(&[])).and_then(|_| {
        simulator.act(|world, _| {
            let dispute = world.disputes.get(&id).ok_or_else(Refusal::not_found)?;
            Ok((200, world.frame().dispute(dispute, world.capture(&dispute.capture_id)?)))
        })
    });
    simulator.answer(answer)
}

/// All of them, or those about one payment; on one page.
pub(super) async fn list_disputes(State(simulator): Sim, incoming: Incoming) -> Response {
    let query = simulator
        .guard(&incoming, tokens::DISPUTES)
        .and_then(|()| incoming.query(&["disputed_transaction_id", "page_size"]));
    let answer = query.map(|query| {
        let about = query.into_iter().find(|(name, _)| name == "disputed_transaction_id").map(|(_, id)| id);
        simulator.act(|world, _| {
            let wanted = world.disputes.values().filter(|one| about.as_ref().is_none_or(|id| *id == one.capture_id));
            let items: Vec<Value> = wanted.map(|dispute| world.frame().dispute_summary(dispute)).collect();
            let own = format!("{}/v1/customer/disputes", world.base);
            let mut view = json!({ "links": [{ "href": own, "rel": "self", "method": "GET" }] });
            // The contract wants no empty list.
            if !items.is_empty() {
                view["items"] = items.into();
            }
            (200, view)
        })
    });
    simulator.answer(answer)
}
