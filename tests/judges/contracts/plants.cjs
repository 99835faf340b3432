// Wrong requests and answers, made of right ones: each differs from what a judge let pass in one thing.
'use strict';

// A copy of a record whose form body was changed.
function withForm(record, change) {
  const form = new URLSearchParams(record.body);
  change(form);
  return { ...record, body: form.toString() };
}

function withQuery(record, change) {
  const query = new URLSearchParams(record.query);
  change(query);
  return { ...record, query: query.toString() };
}

const withHeaders = (record, headers) => ({ ...record, headers: { ...record.headers, ...headers } });

// A copy of a record whose JSON, in the body or in the answer, was changed.
function withJson(record, field, change) {
  const value = JSON.parse(record[field]);
  change(value);
  return { ...record, [field]: JSON.stringify(value) };
}

function sample(samples, name) {
  const record = samples.get(name);
  if (!record) throw new Error(`no good record of ${name} to plant in`);
  return record;
}

function stripePlants(samples, version) {
  const create = sample(samples, 'POST /v1/payment_intents');
  const confirm = sample(samples, 'POST /v1/payment_intents/{}/confirm');
  const refund = sample(samples, 'POST /v1/refunds');
  const endpoint = sample(samples, 'POST /v1/webhook_endpoints');
  const list = sample(samples, 'GET /v1/payment_intents');
  const form = (what, record, change) => ({ what: `Stripe, ${what}`, record: withForm(record, change) });
  return [
    form('an unknown parameter', create, (fields) => fields.append('surprise', '1')),
    form("another version's parameter", create, (fields) => fields.append('allowed_payment_method_types[]', 'card')),
    form('an unknown parameter within another', create, (fields) => fields.append('payment_method_options[card][surprise]', '1')),
    form('an unknown word of a list', create, (fields) => fields.set('capture_method', 'later')),
    form('an amount with decimals', create, (fields) => fields.set('amount', '25.00')),
    form('an amount that is no number', create, (fields) => fields.set('amount', 'EUR 25')),
    form('a flag that is no flag', confirm, (fields) => fields.set('use_stripe_sdk', '1')),
    form('no amount', create, (fields) => fields.delete('amount')),
    form('no currency', create, (fields) => fields.delete('currency')),
    form('one text where a list is wanted', create, (fields) => {
      fields.delete('payment_method_types[]');
      fields.append('payment_method_types', 'card');
    }),
    form('a list where one text is wanted', create, (fields) => {
      fields.delete('currency');
      fields.append('currency[]', 'eur');
    }),
    form('metadata that is no list of names', create, (fields) => fields.append('metadata[a][b]', '1')),
    form('an unknown use of a card', confirm, (fields) => fields.set('setup_future_usage', 'sometimes')),
    form('a parameter of another call', confirm, (fields) => fields.append('amount', '2500')),
    form('an invented reason', refund, (fields) => fields.set('reason', 'because')),
    form('an event that does not exist', endpoint, (fields) => fields.append('enabled_events[]', 'payment_intent.vanished')),
    form('no address', endpoint, (fields) => fields.delete('url')),
    { what: 'Stripe, an unknown filter', record: withQuery(list, (query) => query.append('state', 'open')) },
    { what: 'Stripe, a limit that is no number', record: withQuery(list, (query) => query.set('limit', 'all')) },
    { what: 'Stripe, a time that is no number', record: withQuery(list, (query) => query.set('created[gte]', '2026-01-01')) },
    { what: 'Stripe, no version', record: withHeaders(create, { 'stripe-version': undefined }) },
    { what: 'Stripe, another version', record: withHeaders(create, { 'stripe-version': `${version}-beta` }) },
    { what: 'Stripe, no key', record: withHeaders(create, { authorization: undefined }) },
    { what: 'Stripe, a JSON body', record: withHeaders(create, { 'content-type': 'application/json' }) },
    { what: 'Stripe, too long an idempotency key', record: withHeaders(create, { 'idempotency-key': 'k'.repeat(256) }) },
    { what: 'Stripe, parameters beside the body', record: { ...create, query: 'amount=1' } },
    { what: 'Stripe, a call that does not exist', record: { ...create, path: '/v1/payments' } },
    { what: 'Stripe, another method', record: { ...create, method: 'PUT' } },
  ];
}

function stripeAnswerPlants(samples) {
  const shown = sample(samples, 'GET /v1/payment_intents/{} 200');
  const list = sample(samples, 'GET /v1/refunds 200');
  const json = (what, record, change) => ({ what: `Stripe's answer, ${what}`, record: withJson(record, 'answer', change) });
  return [
    json('an unknown field', shown, (intent) => { intent.surprise = 1; }),
    json('no status', shown, (intent) => { delete intent.status; }),
    json('an unknown status', shown, (intent) => { intent.status = 'done'; }),
    json('an amount that is a text', shown, (intent) => { intent.amount = '2500'; }),
    json('a charge that is a number', shown, (intent) => { intent.latest_charge = 1; }),
    json('a list that is none', list, (page) => { page.data = page.data[0]; }),
    { what: "Stripe's answer, no JSON", record: { ...shown, answer: '<html>' } },
  ];
}

function payPalRequestPlants(samples) {
  const create = sample(samples, 'POST /v2/checkout/orders');
  const refund = sample(samples, 'POST /v2/payments/captures/{capture_id}/refund');
  const verify = sample(samples, 'POST /v1/notifications/verify-webhook-signature');
  const hook = sample(samples, 'POST /v1/notifications/webhooks');
  const patch = sample(samples, 'PATCH /v1/notifications/webhooks/{webhook_id}');
  const list = sample(samples, 'GET /v1/customer/disputes');
  const json = (what, record, change) => ({ what: `PayPal, ${what}`, record: withJson(record, 'body', change) });
  return [
    json('an unknown field', create, (order) => { order.surprise = 1; }),
    json('an unknown field within another', create, (order) => { order.purchase_units[0].amount.surprise = 1; }),
    json('an unknown intent', create, (order) => { order.intent = 'TAKE'; }),
    json('no purchase', create, (order) => { delete order.purchase_units; }),
    json('an empty list of purchases', create, (order) => { order.purchase_units = []; }),
    json('an amount that is a number', create, (order) => { order.purchase_units[0].amount.value = 25; }),
    json('an amount that is no number', create, (order) => { order.purchase_units[0].amount.value = '25,00'; }),
    json('no currency', create, (order) => { delete order.purchase_units[0].amount.currency_code; }),
    json('too long a currency', create, (order) => { order.purchase_units[0].amount.currency_code = 'EURO'; }),
    json('too long a description', create, (order) => { order.purchase_units[0].description = 'd'.repeat(4000); }),
    json('a number that PayPal gives', create, (order) => { order.id = '5O190127TN364715T'; }),
    json('an e-mail address that is none', create, (order) => { order.purchase_units[0].payee = { email_address: 'nobody' }; }),
    json('too long a note', refund, (order) => { order.note_to_payer = 'n'.repeat(256); }),
    json('a refund of nothing known', refund, (order) => { order.money = order.amount; }),
    json('no signature', verify, (proof) => { delete proof.transmission_sig; }),
    json('too long a transmission', verify, (proof) => { proof.transmission_id = 'i'.repeat(51); }),
    json('a webhook without an address', hook, (webhook) => { delete webhook.url; }),
    json('an event without a name', hook, (webhook) => { webhook.event_types[0] = {}; }),
    json('an unknown operation', patch, (operations) => { operations[0].op = 'mend'; }),
    { what: 'PayPal, no JSON', record: { ...create, body: 'intent=CAPTURE' } },
    { what: 'PayPal, no body', record: { ...create, body: '' } },
    { what: 'PayPal, a form', record: withHeaders(create, { 'content-type': 'application/x-www-form-urlencoded' }) },
    { what: 'PayPal, no token', record: withHeaders(create, { authorization: undefined }) },
    { what: 'PayPal, too long a request id', record: withHeaders(create, { 'paypal-request-id': 'r'.repeat(109) }) },
    { what: 'PayPal, an unknown parameter', record: withQuery(list, (query) => query.append('surprise', '1')) },
    { what: 'PayPal, too long a number of an order', record: { ...sample(samples, 'GET /v2/checkout/orders/{id}'), path: `/v2/checkout/orders/${'A'.repeat(37)}` } },
    { what: 'PayPal, a call that does not exist', record: { ...create, path: '/v2/checkout/baskets' } },
    { what: 'PayPal, another method', record: { ...create, method: 'PUT' } },
  ];
}

function payPalAnswerPlants(samples) {
  const made = sample(samples, 'POST /v2/checkout/orders 201');
  const capture = sample(samples, 'GET /v2/payments/captures/{capture_id} 200');
  const verdict = sample(samples, 'POST /v1/notifications/verify-webhook-signature 200');
  const missing = sample(samples, 'GET /v2/checkout/orders/{id} 404');
  const json = (what, record, change) => ({ what: `PayPal's answer, ${what}`, record: withJson(record, 'answer', change) });
  return [
    json('an unknown field', made, (order) => { order.surprise = 1; }),
    json('an unknown status', made, (order) => { order.status = 'DONE'; }),
    json('a link without an address', made, (order) => { delete order.links[0].href; }),
    json('an amount that is a number', capture, (taken) => { taken.amount.value = 25; }),
    json('a time that is none', capture, (taken) => { taken.create_time = 'yesterday'; }),
    json('an unknown verdict', verdict, (said) => { said.verification_status = 'PERHAPS'; }),
    json('an error of an unknown name', missing, (error) => { error.name = 'NOWHERE'; }),
    { what: "PayPal's answer, an unknown status code", record: { ...made, status: 299 } },
    { what: "PayPal's answer, no JSON", record: { ...made, answer: '<html>' } },
    { what: "PayPal's answer, nothing", record: { ...made, answer: '' } },
  ];
}

module.exports = { stripePlants, stripeAnswerPlants, payPalRequestPlants, payPalAnswerPlants };
