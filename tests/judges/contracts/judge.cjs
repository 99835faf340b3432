// Judges every record of the simulators: `judge.cjs STRIPE-SCHEMA PAYPAL-DESCRIPTIONS RECORDS`. A line per finding.
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { StripeContract } = require('./stripe.cjs');
const { PayPalContract } = require('./paypal.cjs');
const { Verdicts } = require('./verdicts.cjs');
const { stripePlants, stripeAnswerPlants, payPalRequestPlants, payPalAnswerPlants } = require('./plants.cjs');

const [schema, descriptions, records] = process.argv.slice(2);
const stripe = new StripeContract(schema);
const payPal = new PayPalContract(descriptions);

// What the gateways say of themselves; the official libraries' requests are judged beside them, so that a contract that
// refuses what a provider's own library sends is found out.
const GATEWAY = /^Tollgate\//;
const LIBRARY = /^(Stripe\/v1 NodeBindings|PayPal)/;
// No description has the token's path, and no API has the buyer's page: PayPal's own library judges the first.
const NOT_DESCRIBED = /^\/(v1\/oauth2\/token|checkoutnow)$/;

// Calls that the gateways make; each must have been seen, or nothing was judged.
const CALLS = {
  stripe: [
    'GET /v1/account', 'GET /v1/balance', 'GET /v1/customers', 'POST /v1/customers', 'GET /v1/disputes',
    'GET /v1/payment_intents', 'POST /v1/payment_intents', 'GET /v1/payment_intents/{}', 'POST /v1/payment_intents/{}',
    'POST /v1/payment_intents/{}/cancel', 'POST /v1/payment_intents/{}/confirm', 'GET /v1/payment_methods/{}',
    'POST /v1/payment_methods/{}/detach', 'GET /v1/refunds', 'POST /v1/refunds', 'GET /v1/refunds/{}',
    'GET /v1/webhook_endpoints', 'POST /v1/webhook_endpoints', 'POST /v1/webhook_endpoints/{}',
    'DELETE /v1/webhook_endpoints/{}',
  ],
  payPal: [
    'POST /v2/checkout/orders', 'GET /v2/checkout/orders/{id}', 'POST /v2/checkout/orders/{id}/capture',
    'GET /v2/payments/captures/{capture_id}', 'POST /v2/payments/captures/{capture_id}/refund',
    'GET /v2/payments/refunds/{refund_id}', 'GET /v1/notifications/webhooks', 'POST /v1/notifications/webhooks',
    'PATCH /v1/notifications/webhooks/{webhook_id}', 'POST /v1/notifications/verify-webhook-signature',
    'GET /v1/customer/disputes', 'GET /v1/customer/disputes/{id}',
  ],
};

// Faults that a simulator plays instead of answering.
const PLAYED = new Set(['error_before', 'echo']);

function* recorded(provider) {
  const names = fs.readdirSync(records).filter((name) => name.startsWith(provider) && name.endsWith('.jsonl')).sort();
  for (const name of names) {
    for (const line of fs.readFileSync(path.join(records, name), 'utf8').split('\n').filter(Boolean)) {
      yield JSON.parse(line);
    }
  }
}

const isGateway = (record) => GATEWAY.test(record.headers['user-agent'] ?? '');
// The libraries are driven to be refused, too; what was taken must be right.
const isLibrary = (record) => LIBRARY.test(record.headers['user-agent'] ?? '') && record.status < 400;

// Judges the requests of one sender, and answers one of each call for the plants.
function requests(contract, verdicts, provider, isJudged) {
  const samples = new Map();
  for (const record of recorded(provider)) {
    if (!isJudged(record) || NOT_DESCRIBED.test(record.path)) continue;
    const faults = contract.request(record);
    const name = contract.call(record)?.name ?? `${record.method} ${record.path}`;
    verdicts.judge(name, faults, `${record.method} ${record.path}?${record.query} ${record.body}`);
    if (faults.length === 0 && !samples.has(name)) samples.set(name, record);
  }
  return samples;
}

// Judges the answers of a simulator, whoever asked, and answers one of each kind for the plants.
function answers(contract, verdicts, provider, isJudged) {
  const samples = new Map();
  for (const record of recorded(provider)) {
    const call = contract.call(record);
    // A fault in the provider's place is no answer of it; a path that is not described has no described answer.
    if (!call || PLAYED.has(record.fault) || !isJudged(record)) continue;
    const faults = contract.answer(record);
    const name = `${call.name} ${record.status}`;
    verdicts.judge(name, faults, record.answer);
    if (faults.length === 0 && !samples.has(name)) samples.set(name, record);
  }
  return samples;
}

// A judge that does not find what was planted judges nothing.
function planted(plants, judge) {
  for (const { what, record } of plants) {
    const caught = judge(record).length > 0;
    console.log(caught ? `pass planted: ${what}` : `fail planted: ${what}: it was not caught`);
  }
}

function main() {
  const ours = new Verdicts('request of our gateway', CALLS.stripe);
  const stripeSamples = requests(stripe, ours, 'stripe', isGateway);
  ours.print();
  const library = new Verdicts("request of the provider's library", ['POST /v1/payment_intents', 'POST /v1/refunds']);
  requests(stripe, library, 'stripe', isLibrary);
  library.print();
  planted(stripePlants(stripeSamples, stripe.version), (record) => stripe.request(record));
  const shown = new Verdicts('answer of the simulated Stripe', CALLS.stripe.map((name) => `${name} 200`));
  // The simulator speaks another version, too, which this library does not know.
  const isPinned = (record) => record.status === 200 && record.headers['stripe-version'] === stripe.version;
  const stripeAnswers = answers(stripe, shown, 'stripe', isPinned);
  shown.print();
  planted(stripeAnswerPlants(stripeAnswers), (record) => stripe.answer(record));

  const orders = new Verdicts('request of our gateway', CALLS.payPal);
  const payPalSamples = requests(payPal, orders, 'paypal', isGateway);
  orders.print();
  const driven = new Verdicts("request of the provider's library", ['POST /v2/checkout/orders']);
  requests(payPal, driven, 'paypal', isLibrary);
  driven.print();
  planted(payPalRequestPlants(payPalSamples), (record) => payPal.request(record));

  const told = new Verdicts('answer of the simulated PayPal', ['POST /v2/checkout/orders 201']);
  // What a token's faults are answered with is OAuth's, which the descriptions do not hold.
  const answered = answers(payPal, told, 'paypal', (record) => record.status !== 401);
  told.print();
  planted(payPalAnswerPlants(answered), (record) => payPal.answer(record));
}

main();
