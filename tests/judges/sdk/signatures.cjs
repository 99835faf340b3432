// Webhooks signed by Stripe's official library, right ones and tampered ones, and what the library itself says of each:
// a JSON object a line. The gateway has to agree.
'use strict';

const Stripe = require('stripe');

const { webhooks } = new Stripe('sk_test_simulator');
const [CURRENT, NEXT] = ['whsec_current_of_the_endpoint', 'whsec_next_of_the_endpoint'];
const AT_S = 1_767_225_600;
const TOLERANCE_S = 300;

const event = (description) =>
  JSON.stringify({
    id: 'evt_1Judged', object: 'event', api_version: Stripe.API_VERSION, created: AT_S, livemode: false, pending_webhooks: 1,
    request: { id: null, idempotency_key: null }, type: 'payment_intent.processing',
    data: {
      object: {
        id: 'pi_1Judged', object: 'payment_intent', amount: 2500, currency: 'eur', created: AT_S, description, livemode: false,
        metadata: { payment: '01JUDGES000000000000000999' }, status: 'processing',
      },
    },
  });

const body = event('Account credit');
const sign = (payload, secret = CURRENT, timestamp = AT_S) =>
  webhooks.generateTestHeaderString({ payload, secret, timestamp });
const v1 = (header) => header.split('v1=')[1];
const good = sign(body);
const other = (hex) => hex.replace(/^./, (first) => (first === '0' ? '1' : '0'));

const plain = { header: good, body, secret: CURRENT, received_s: AT_S };
const CASES = {
  'as it is': [true, plain],
  'of an event with other letters': [true, { ...plain, body: event('Zürich ✓ 東京'), header: sign(event('Zürich ✓ 東京')) }],
  'of a body with spaces and lines': [true, { ...plain, body: ` ${body}\n`, header: sign(` ${body}\n`) }],
  'with the next secret': [true, { ...plain, header: sign(body, NEXT), secret: NEXT }],
  'with a wrong signature before the right one': [true, { ...plain, header: `t=${AT_S},v1=bad,v1=${v1(good)}` }],
  'with a wrong signature behind the right one': [true, { ...plain, header: `${good},v1=${other(v1(good))}` }],
  'with an older scheme beside it': [true, { ...plain, header: `${good},v0=${other(v1(good))}` }],
  'as old as may be': [true, { ...plain, received_s: AT_S + TOLERANCE_S }],
  'with a wrong secret': [false, { ...plain, header: sign(body, 'whsec_of_somebody_else') }],
  'of another amount': [false, { ...plain, body: body.replace('2500', '9900') }],
  'with a space behind the body': [false, { ...plain, body: `${body} ` }],
  'too old': [false, { ...plain, received_s: AT_S + TOLERANCE_S + 1 }],
  'of another time': [false, { ...plain, header: good.replace(`t=${AT_S}`, `t=${AT_S + 1}`) }],
  'in the older scheme alone': [false, { ...plain, header: good.replace('v1=', 'v0=') }],
  'in a scheme to come': [false, { ...plain, header: good.replace('v1=', 'v2=') }],
  'with one digit changed': [false, { ...plain, header: `t=${AT_S},v1=${other(v1(good))}` }],
  'cut off': [false, { ...plain, header: good.slice(0, -1) }],
  'in capital letters': [false, { ...plain, header: `t=${AT_S},v1=${v1(good).toUpperCase()}` }],
  'without a time': [false, { ...plain, header: `v1=${v1(good)}` }],
  'without a signature': [false, { ...plain, header: `t=${AT_S}` }],
  'with nothing in it': [false, { ...plain, header: '' }],
};

for (const [what, [accept, { header, body: payload, secret, received_s }]] of Object.entries(CASES)) {
  let library = true;
  try {
    webhooks.constructEvent(payload, header, secret, TOLERANCE_S, undefined, received_s * 1000);
  } catch {
    library = false;
  }
  console.log(JSON.stringify({ what, accept, library, header, body: payload, received_s, secrets: [CURRENT, NEXT] }));
}
