// Stripe's official library at the simulated Stripe: `stripe.cjs BASE`. A line per finding.
'use strict';

const assert = require('node:assert');
const Stripe = require('stripe');

const base = new URL(process.argv[2]);
const connect = (key) =>
  new Stripe(key, { host: base.hostname, port: base.port, protocol: 'http', maxNetworkRetries: 0, telemetry: false });
const stripe = connect('sk_test_simulator');

// What a cardholder or a bank does.
async function act(path, body) {
  const answer = await fetch(new URL(`/_simulator/${path}`, base), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  assert.ok(answer.ok, text);
  return text;
}

const EXPAND = ['latest_charge.balance_transaction'];
const card = { amount: 2500, currency: 'eur', payment_method_types: ['card'], capture_method: 'automatic' };

async function pay(method, more = {}) {
  const intent = await stripe.paymentIntents.create({ ...card, ...more });
  assert.strictEqual(intent.object, 'payment_intent');
  assert.strictEqual(intent.status, 'requires_payment_method');
  return stripe.paymentIntents.confirm(intent.id, { payment_method: method, expand: EXPAND });
}

const CHECKS = {
  async 'creates and confirms'() {
    const paid = await pay('pm_card_visa', { metadata: { payment: 'ä & ö' }, description: 'Account credit' });
    assert.strictEqual(paid.status, 'succeeded');
    assert.strictEqual(paid.amount_received, 2500);
    assert.strictEqual(paid.metadata.payment, 'ä & ö');
    assert.strictEqual(typeof paid.latest_charge.balance_transaction.fee, 'number');
    assert.strictEqual(paid.lastResponse.apiVersion, Stripe.API_VERSION);
    assert.match(paid.lastResponse.requestId, /^req_/);
  },
  async 'retrieves, lists and pages'() {
    const customer = await stripe.customers.create({ name: 'A. Client', email: 'client@example.com' });
    for (let count = 0; count < 3; count += 1) await stripe.paymentIntents.create({ ...card, customer: customer.id });
    const all = [];
    for await (const intent of stripe.paymentIntents.list({ customer: customer.id, limit: 1 })) all.push(intent.id);
    assert.strictEqual(new Set(all).size, 3);
    assert.strictEqual((await stripe.paymentIntents.retrieve(all[0])).id, all[0]);
    assert.strictEqual((await stripe.customers.retrieve(customer.id)).email, 'client@example.com');
  },
  async 'captures'() {
    const held = await pay('pm_card_visa', { capture_method: 'manual' });
    assert.strictEqual(held.status, 'requires_capture');
    assert.strictEqual(held.amount_capturable, 2500);
    const taken = await stripe.paymentIntents.capture(held.id);
    assert.deepStrictEqual([taken.status, taken.amount_received], ['succeeded', 2500]);
  },
  async 'goes through 3-D Secure'() {
    const asked = await pay('pm_card_authenticationRequired');
    assert.deepStrictEqual([asked.status, typeof asked.next_action.type], ['requires_action', 'string']);
    await act(`payment_intents/${asked.id}/authenticate`, { succeeded: true });
    assert.strictEqual((await stripe.paymentIntents.retrieve(asked.id)).status, 'succeeded');
  },
  async 'is declined with a typed error'() {
    const error = await refused(pay('pm_card_visa_chargeDeclinedInsufficientFunds'));
    assert.ok(error instanceof Stripe.errors.StripeCardError, error);
    assert.deepStrictEqual([error.code, error.decline_code, error.statusCode], ['card_declined', 'insufficient_funds', 402]);
    assert.strictEqual(error.payment_intent.status, 'requires_payment_method');
  },
  async 'is refused with typed errors'() {
    const unknown = await refused(stripe.paymentIntents.create({ ...card, surprise: '1' }));
    assert.ok(unknown instanceof Stripe.errors.StripeInvalidRequestError && unknown.param === 'surprise', unknown);
    const missing = await refused(stripe.paymentIntents.retrieve('pi_none'));
    assert.deepStrictEqual([missing.statusCode, missing.code], [404, 'resource_missing']);
    const wrong = await refused(connect('sk_test_wrong').balance.retrieve());
    assert.ok(wrong instanceof Stripe.errors.StripeAuthenticationError, wrong);
  },
  async 'answers a repeated key once'() {
    const options = { idempotencyKey: 'once' };
    const first = await stripe.paymentIntents.create(card, options);
    const again = await stripe.paymentIntents.create(card, options);
    assert.strictEqual(first.id, again.id);
    assert.strictEqual(again.lastResponse.headers['idempotent-replayed'], 'true');
    const other = await refused(stripe.paymentIntents.create({ ...card, amount: 2600 }, options));
    assert.ok(other instanceof Stripe.errors.StripeIdempotencyError, other);
  },
  async 'refunds in part and in full'() {
    const paid = await pay('pm_card_visa');
    const part = await stripe.refunds.create({ payment_intent: paid.id, amount: 700, reason: 'requested_by_customer' });
    assert.deepStrictEqual([part.object, part.status, part.amount], ['refund', 'succeeded', 700]);
    const rest = await stripe.refunds.create({ payment_intent: paid.id });
    assert.strictEqual(rest.amount, 1800);
    assert.strictEqual((await stripe.refunds.retrieve(rest.id)).payment_intent, paid.id);
    assert.strictEqual((await stripe.refunds.list({ payment_intent: paid.id })).data.length, 2);
    const beyond = await refused(stripe.refunds.create({ payment_intent: paid.id }));
    assert.strictEqual(beyond.code, 'charge_already_refunded');
  },
  async 'keeps cards'() {
    const customer = await stripe.customers.create({ name: 'A. Client' });
    const kept = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id });
    assert.deepStrictEqual([kept.card.brand, kept.card.last4], ['visa', '4242']);
    const away = { customer: customer.id, payment_method: kept.id, confirm: true, off_session: true };
    assert.strictEqual((await stripe.paymentIntents.create({ ...card, ...away })).status, 'succeeded');
    assert.strictEqual((await stripe.paymentMethods.list({ customer: customer.id, type: 'card' })).data.length, 1);
    assert.strictEqual((await stripe.paymentMethods.detach(kept.id)).customer, null);
  },
  async 'hears of disputes'() {
    const paid = await pay('pm_card_visa');
    await act(`payment_intents/${paid.id}/dispute`, { reason: 'fraudulent' });
    const [dispute] = (await stripe.disputes.list({ payment_intent: paid.id })).data;
    assert.deepStrictEqual([dispute.amount, dispute.status], [2500, 'needs_response']);
    assert.strictEqual((await stripe.disputes.retrieve(dispute.id)).reason, 'fraudulent');
  },
  async 'cancels'() {
    const intent = await stripe.paymentIntents.create(card);
    const ended = await stripe.paymentIntents.cancel(intent.id, { cancellation_reason: 'abandoned' });
    assert.deepStrictEqual([ended.status, ended.cancellation_reason], ['canceled', 'abandoned']);
  },
  async 'believes the webhooks that the simulator signs'() {
    const url = 'http://127.0.0.1:9/hook';
    const hook = await stripe.webhookEndpoints.create({ url, enabled_events: ['payment_intent.succeeded'] });
    const paid = await pay('pm_card_visa');
    const sent = await delivered(hook);
    const event = stripe.webhooks.constructEvent(sent.body, sent.signature, hook.secret, 300, undefined, sent.at_ms);
    assert.deepStrictEqual([event.type, event.data.object.id], ['payment_intent.succeeded', paid.id]);
    const changed = sent.body.replace('2500', '2600');
    assert.throws(() => stripe.webhooks.constructEvent(changed, sent.signature, hook.secret, 300, undefined, sent.at_ms));
    assert.strictEqual((await stripe.webhookEndpoints.del(hook.id)).deleted, true);
  },
};

// The error that a call must end with.
async function refused(call) {
  try {
    await call;
  } catch (error) {
    return error;
  }
  throw new Error('it was not refused');
}

// What the simulator would deliver to this endpoint now, and when.
async function delivered(hook) {
  const all = await (await fetch(new URL('/_simulator/webhooks', base))).json();
  const webhook = all.filter((one) => one.url === hook.url).at(-1);
  const envelope = await (await fetch(new URL(`/_simulator/webhooks/${webhook.id}/envelope`, base))).json();
  const { now_ms } = await (await fetch(new URL('/_simulator/clock', base))).json();
  const [, signature] = envelope.headers.find(([name]) => name.toLowerCase() === 'stripe-signature');
  return { body: envelope.body, signature, at_ms: now_ms };
}

async function main() {
  for (const [what, check] of Object.entries(CHECKS)) {
    try {
      await check();
      console.log(`pass ${what}`);
    } catch (error) {
      console.log(`fail ${what}: ${String(error.stack ?? error).replaceAll('\n', ' ')}`);
    }
  }
}

main();
