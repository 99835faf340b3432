//! Everything that the simulator knows, and what time does to it. One lock around it makes every call atomic.

use std::collections::{BTreeMap, BTreeSet};

use super::capture::{Capture, Refund, RefundStatus};
use super::dispute::Dispute;
use super::event::Happening;
use super::hooks::Hooks;
use super::idempotency::Memory;
use super::order::{Order, Outcome, Status};
use super::refusal::Refusal;
use super::tokens::Tokens;
use super::views::Frame;
use super::{Account, Payer};
use crate::ids::Ids;

/// Something that time does if nobody does it before.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Due {
    Order(String),
    Capture(String),
    Refund(String),
}

#[derive(Debug)]
pub struct World {
    pub account: Account,
    pub payer: Payer,
    /// The simulator's own address.
    pub base: String,
    pub ids: Ids,
    pub orders: BTreeMap<String, Order>,
    pub captures: BTreeMap<String, Capture>,
    pub refunds: BTreeMap<String, Refund>,
    pub disputes: BTreeMap<String, Dispute>,
    /// Invoice ids of captures that were not declined.
    pub invoices: BTreeMap<String, String>,
    /// Invoice ids of refunds.
    pub refund_invoices: BTreeSet<String>,
    pub memory: Memory,
    pub tokens: Tokens,
    pub hooks: Hooks,
    due: BTreeSet<(i64, Due)>,
    happened: Vec<Happening>,
}

impl World {
    #[must_use]
    pub fn new(account: Account, base: String, ids: Ids) -> Self {
        Self {
            account,
            payer: Payer::example(),
            base,
            ids,
            orders: BTreeMap::new(),
            captures: BTreeMap::new(),
            refunds: BTreeMap::new(),
            disputes: BTreeMap::new(),
            invoices: BTreeMap::new(),
            refund_invoices: BTreeSet::new(),
            memory: Memory::default(),
            tokens: Tokens::default(),
            hooks: Hooks::default(),
            due: BTreeSet::new(),
            happened: Vec::new(),
        }
    }

    #[must_use]
    pub fn frame(&self) -> Frame<'_> {
        Frame { base: &self.base, account: &self.account, payer: &self.payer }
    }

    /// # Errors
    /// 404.
    pub fn order(&self, id: &str) -> Result<&Order, Refusal> {
        self.orders.get(id).ok_or_else(Refusal::not_found)
    }

    /// # Errors
    /// 404.
    pub fn capture(&self, id: &str) -> Result<&Capture, Refusal> {
        self.captures.get(id).ok_or_else(Refusal::not_found)
    }

    /// The capture of an order, once there is one.
    #[must_use]
    pub fn capture_of(&self, order: &Order) -> Option<&Capture> {
        self.captures.get(order.capture_id.as_deref()?)
    }

    /// Lets time do it.
    pub fn later(&mut self, at_ms: i64, due: Due) {
        self.due.insert((at_ms, due));
    }

    pub fn happens(&mut self, happening: Happening) {
        self.happened.push(happening);
    }

    /// What happened since the last call, in order.
    pub fn take_happened(&mut self) -> Vec<Happening> {
        std::mem::take(&mut self.happened)
    }

    /// Does everything that is due by now, in the order of time.
    pub fn tick(&mut self, now_ms: i64) {
        while self.due.first().is_some_and(|(at_ms, _)| *at_ms <= now_ms) {
            let Some((at_ms, due)) = self.due.pop_first() else { return };
            match due {
                Due::Order(id) => self.expire(&id, at_ms),
                Due::Capture(id) => self.settle_by_time(&id, at_ms),
                Due::Refund(id) => self.end_refund(&id, RefundStatus::Completed, at_ms).unwrap_or_default(),
            }
        }
    }

    /// An order that the buyer never approved is gone, as at PayPal; one that was approved is void.
    fn expire(&mut self, id: &str, at_ms: i64) {
        let Some(order) = self.orders.get(id) else { return };
        match order.expires_ms() {
            Some(expires_ms) if expires_ms > at_ms => {}
            Some(_) if order.status == Status::Approved => self.void(id, at_ms).unwrap_or_default(),
            Some(_) => drop(self.orders.remove(id)),
            None => {}
        }
    }

    fn settle_by_time(&mut self, id: &str, at_ms: i64) {
        let Some(super::capture::CaptureStatus::Pending(reason)) = self.captures.get(id).map(|capture| capture.status)
        else {
            return;
        };
        let outcome = if reason.needs_merchant() { Outcome::Declined } else { Outcome::Completed };
        self.settle(id, outcome, at_ms).unwrap_or_default();
    }
}
