//! Orders v2 and Payments v2.

use axum::extract::{Path, State};
use axum::response::Response;

use super::Simulator;
use super::api::{Answer, Incoming, Prefer};
use super::fields::Fields;
use super::idempotency::{Asked, Call};
use super::refusal::{Contract, Refusal};
use super::tokens;

pub(super) async fn create_order(State(simulator): State<Simulator>, incoming: Incoming) -> Response {
    simulator.answer(create(&simulator, &incoming))
}

fn create(simulator: &Simulator, incoming: &Incoming) -> Answer {
    let contract = Contract::CreateOrder;
    simulator.guard(incoming, tokens::ORDERS)?;
    incoming.query(&[])?;
    let (prefer, body) = (incoming.prefer(contract)?, incoming.json(contract)?);
    let request_id = incoming.request_id(contract)?;
    let asked = Asked { call: Call::Create, request_id, path: incoming.path(), body: &body };
    simulator.act(|world, now_ms| {
        let made = world.create(asked, now_ms)?;
        let order = world.order(&made.id)?;
        let view = match prefer {
            Prefer::Minimal => world.frame().order_minimal(order),
            Prefer::Representation => world.frame().order(order, world.capture_of(order)),
        };
        Ok((if made.is_new { 201 } else { 200 }, view))
    })
}

pub(super) async fn get_order(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
    incoming: Incoming,
) -> Response {
    let answer = simulator.guard(&incoming, tokens::ORDERS).and_then(|()| incoming.query(&["fields"]));
    let answer = answer.and_then(|_| {
        simulator.act(|world, _| {
            let order = world.order(&id)?;
            Ok((200, world.frame().order(order, world.capture_of(order))))
        })
    });
    simulator.answer(answer)
}

pub(super) async fn capture_order(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
    incoming: Incoming,
) -> Response {
    simulator.answer(capture(&simulator, &id, &incoming))
}

fn capture(simulator: &Simulator, id: &str, incoming: &Incoming) -> Answer {
    let contract = Contract::CaptureOrder;
    simulator.guard(incoming, tokens::ORDERS)?;
    incoming.query(&[])?;
    let (prefer, body) = (incoming.prefer(contract)?, incoming.json(contract)?);
    // The source was chosen by the buyer; another one in the capture is not simulated.
    Fields::body(contract, &body)?.finish()?;
    let request_id = incoming.request_id(contract)?;
    let asked = Asked { call: Call::Capture, request_id, path: incoming.path(), body: &body };
    simulator.act(|world, now_ms| {
        let made = world.capture_order(id, asked, now_ms)?;
        let order = world.order(&made.id)?;
        let view = match prefer {
            Prefer::Minimal => world.frame().order_captured(order, world.capture_of(order)),
            Prefer::Representation => world.frame().order(order, world.capture_of(order)),
        };
        Ok((if made.is_new { 201 } else { 200 }, view))
    })
}

pub(super) async fn get_capture(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
    incoming: Incoming,
) -> Response {
    let answer = simulator.guard(&incoming, tokens::CAPTURES).and_then(|()| incoming.query(&[]));
    let answer = answer.and_then(|_| simulator.act(|world, _| Ok((200, world.frame().capture(world.capture(&id)?)))));
    simulator.answer(answer)
}

pub(super) async fn refund_capture(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
    incoming: Incoming,
) -> Response {
    simulator.answer(refund(&simulator, &id, &incoming))
}

fn refund(simulator: &Simulator, id: &str, incoming: &Incoming) -> Answer {
    let contract = Contract::Refund;
    simulator.guard(incoming, tokens::REFUNDS)?;
    incoming.query(&[])?;
    let (prefer, body) = (incoming.prefer(contract)?, incoming.json(contract)?);
    let request_id = incoming.request_id(contract)?;
    let asked = Asked { call: Call::Refund, request_id, path: incoming.path(), body: &body };
    simulator.act(|world, now_ms| {
        let made = world.refund(id, asked, now_ms)?;
        let refund = world.refunds.get(&made.id).ok_or_else(Refusal::not_found)?;
        let view = match prefer {
            Prefer::Minimal => world.frame().refund_minimal(refund),
            Prefer::Representation => world.frame().refund(refund),
        };
        // The contract knows no other success, for a repeated request neither.
        Ok((201, view))
    })
}

pub(super) async fn get_refund(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
    incoming: Incoming,
) -> Response {
    let answer = simulator.guard(&incoming, tokens::REFUNDS).and_then(|()| incoming.query(&[]));
    let answer = answer.and_then(|_| {
        simulator.act(|world, _| {
            let refund = world.refunds.get(&id).ok_or_else(Refusal::not_found)?;
            Ok((200, world.frame().refund(refund)))
        })
    });
    simulator.answer(answer)
}
