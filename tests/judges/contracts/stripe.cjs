// Judges requests to Stripe, and answers of whoever plays Stripe, by the types of Stripe's own library, made into JSON
// schemas (see ../install).
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const Ajv = require('ajv');
const qs = require('qs');

// The library's own folder: its entry is `cjs/stripe.cjs.node.js`.
const library = path.resolve(path.dirname(require.resolve('stripe')), '..');
const { ApiVersion } = require(path.join(library, 'cjs', 'apiVersion.js'));

// Stripe's bound for an idempotency key.
const KEY_CHARS_MAX = 255;
const FORM = 'application/x-www-form-urlencoded';
// More than any request of ours has; without them the parser stops early and judges a part.
const PARSER = { depth: 20, arrayLimit: 1000, parameterLimit: 10000, strictDepth: true, allowPrototypes: true };

// The library knows numbers alone, and Stripe whole ones alone. A type without a field is one that it leaves open.
function mended(schema) {
  if (Array.isArray(schema)) return schema.map(mended);
  if (schema === null || typeof schema !== 'object') return schema;
  const whole = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, mended(value)]));
  if (whole.type === 'number') whole.type = 'integer';
  if (Array.isArray(whole.type)) whole.type = whole.type.map((type) => (type === 'number' ? 'integer' : type));
  if (whole.additionalProperties === false && !whole.properties) delete whole.additionalProperties;
  return whole;
}

// What a form's texts must look like to be read as what is wanted. A form has nothing else, not even numbers.
function asTexts(schema) {
  if (Array.isArray(schema)) return schema.map(asTexts);
  if (schema === null || typeof schema !== 'object') return schema;
  const own = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, asTexts(value)]));
  const types = [own.type].flat();
  if (types.includes('string') && !types.includes('object')) return { ...own, type: 'string' };
  if (own.type === 'integer') return { type: 'string', pattern: '^-?\\d+$' };
  if (own.type === 'boolean') return { enum: ['true', 'false'] };
  return own;
}

// Compiles one of the schema's parts, `requests` or `answers`, call by call and when it is first asked for.
class Checks {
  constructor(schema, part) {
    this.ajv = new Ajv({ allErrors: true, strict: false });
    this.ajv.addSchema(schema, 'stripe');
    this.part = part;
  }

  // The faults of a value.
  faults(name, value) {
    const place = ['definitions', this.part, 'properties', name].map((key) => encodeURIComponent(key.replaceAll('/', '~1')));
    const check = this.ajv.getSchema(`stripe#/${place.join('/')}`);
    if (check(value)) return [];
    return check.errors.map((error) => `${error.instancePath || '/'} ${error.message} ${JSON.stringify(error.params)}`);
  }
}

// Every `METHOD /v1/path/{}` that the library itself calls.
function libraryCalls() {
  const calls = new Set();
  const folder = path.join(library, 'cjs', 'resources');
  for (const name of fs.readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.js'))) {
    const text = fs.readFileSync(path.join(folder, name), 'utf8');
    for (const [, method, call] of text.matchAll(/method: '([A-Z]+)',\s*fullPath: '([^']+)'/g)) {
      calls.add(`${method} ${call.replace(/\{[^}]*\}/g, '{}')}`);
    }
  }
  return calls;
}

class StripeContract {
  constructor(schemaFile) {
    const schema = mended(JSON.parse(fs.readFileSync(schemaFile, 'utf8')));
    this.requests = new Checks(asTexts(schema), 'Requests');
    this.answers = new Checks(schema, 'Answers');
    const calls = libraryCalls();
    this.calls = Object.keys(schema.definitions.Requests.properties).map((name) => {
      if (!calls.has(name)) throw new Error(`Stripe's library does not call ${name}`);
      const pattern = name.replace(/[.*+?^$()|[\]\\/]/g, '\\$&').replace(/\{\}/g, '[A-Za-z0-9_]+');
      return { name, pattern: new RegExp(`^${pattern}$`) };
    });
    this.version = ApiVersion;
  }

  // The call that a request makes; undefined for none of the contract's.
  call(record) {
    return this.calls.find((call) => call.pattern.test(`${record.method} ${record.path}`));
  }

  // What is wrong with a request; empty for nothing.
  request(record) {
    const call = this.call(record);
    if (!call) return ['the contract has no such call'];
    const faults = this.headers(record);
    const inBody = record.method === 'POST';
    if (inBody && record.query) faults.push('parameters of a POST belong into its body');
    if (!inBody && record.body) faults.push(`a ${record.method} has no body`);
    const params = qs.parse(inBody ? record.body : record.query, PARSER);
    return faults.concat(this.requests.faults(call.name, params));
  }

  // What is wrong with a good answer; errors have no types.
  answer(record) {
    let value;
    try {
      value = JSON.parse(record.answer);
    } catch (error) {
      return [`it is no JSON: ${error.message}`];
    }
    return this.answers.faults(this.call(record).name, value);
  }

  headers({ method, headers, body }) {
    const faults = [];
    if (headers['stripe-version'] !== this.version) {
      faults.push(`Stripe-Version is ${headers['stripe-version']}, the contract's is ${this.version}`);
    }
    if (!/^(Bearer|Basic) /.test(headers.authorization ?? '')) faults.push('no key is sent');
    const kind = (headers['content-type'] ?? '').split(';')[0].trim();
    if (method === 'POST' && body && kind !== FORM) faults.push(`a body is ${FORM}, not ${kind || 'of no type'}`);
    const key = headers['idempotency-key'];
    if (key !== undefined && (method !== 'POST' || key.length < 1 || key.length > KEY_CHARS_MAX)) {
      faults.push(`an idempotency key has 1 to ${KEY_CHARS_MAX} characters and belongs to a POST`);
    }
    return faults;
  }
}

module.exports = { StripeContract };
