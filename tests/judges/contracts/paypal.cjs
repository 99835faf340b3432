// Judges requests to PayPal, and answers of whoever plays PayPal, by the OpenAPI descriptions that PayPal publishes.
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const Ajv = require('ajv');
const { strangers } = require('./fields.cjs');

const DESCRIPTIONS = ['checkout_orders_v2', 'payments_payment_v2', 'notifications_webhooks_v1', 'customer_disputes_v1'];
const JSON_TYPE = 'application/json';

// An e-mail address and two character classes in the descriptions are no regular expressions under the flag `u`. Judges
// that use it drop the whole schema in silence; here the flag is left out and every pattern must compile.
const AJV = { strict: false, allErrors: true, unicodeRegExp: false, validateFormats: false };

const at = (error) => `${error.instancePath || '/'} ${error.message} ${JSON.stringify(error.params)}`;

// An event is sent back as it came, with everything that PayPal said in it.
const SENT_BACK = '/v1/notifications/verify-webhook-signature';

// A `readOnly` field is PayPal's to say: a request neither needs nor may have it.
function asRequest(schema) {
  if (Array.isArray(schema)) return schema.map(asRequest);
  if (schema === null || typeof schema !== 'object') return schema;
  const own = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, asRequest(value)]));
  if (Array.isArray(own.required) && own.properties) {
    own.required = own.required.filter((name) => !own.properties[name]?.readOnly);
  }
  return own;
}

// Compiles when it is first asked for: most of what is described is never called.
function once(make) {
  let made;
  return () => (made ??= make());
}

class Operation {
  constructor(description, ajv, { name, method, template, parameters, operation }) {
    Object.assign(this, { name, method, operation, description });
    const pattern = template.replace(/[.*+?^$()|[\]\\/]/g, '\\$&').replace(/\{(\w+)\}/g, '(?<$1>[^/]+)');
    this.pattern = new RegExp(`^${pattern}$`);
    this.isLiteral = !template.includes('{');
    const all = [...parameters, ...(operation.parameters ?? [])].map((one) => description.resolve(one));
    this.parameters = all.map((one) => ({ ...one, check: once(() => ajv.compile(description.rooted(one.schema))) }));
    const body = description.resolve(operation.requestBody ?? {});
    this.needsBody = body.required === true;
    this.body = this.schema(ajv, body, true);
    this.answers = {};
    for (const [status, answer] of Object.entries(operation.responses)) {
      this.answers[status] = this.schema(ajv, description.resolve(answer), false);
    }
  }

  schema(ajv, holder, inRequest) {
    const schema = holder.content?.[JSON_TYPE]?.schema;
    if (!schema) return null;
    const root = this.description.rooted(schema, inRequest);
    return { schema, check: once(() => ajv.compile(root)) };
  }

  params(record) {
    const groups = this.pattern.exec(record.path).groups ?? {};
    const query = new URLSearchParams(record.query);
    const given = { path: (name) => groups[name], query: (name) => query.get(name) ?? undefined };
    given.header = (name) => record.headers[name.toLowerCase()];
    const faults = [];
    for (const one of this.parameters.filter((one) => given[one.in])) {
      const text = given[one.in](one.name);
      // The host puts the credential in, and a record never has it.
      if (text === undefined ? one.required && one.name !== 'Authorization' : !one.check()({ value: typed(one.schema, text) })) {
        faults.push(`${one.in} ${one.name}: ${text === undefined ? 'is missing' : one.check().errors.map(at).join(', ')}`);
      }
    }
    const known = new Set(this.parameters.filter((one) => one.in === 'query').map((one) => one.name));
    return faults.concat([...query.keys()].filter((name) => !known.has(name)).map((name) => `query ${name}: is unknown`));
  }
}

// A parameter's text as the type that its schema names.
function typed(schema, text) {
  if (schema.type === 'integer' || schema.type === 'number') return /^-?\d+$/.test(text) ? Number(text) : text;
  if (schema.type === 'boolean') return { true: true, false: false }[text] ?? text;
  return text;
}

class Description {
  constructor(file) {
    this.document = JSON.parse(fs.readFileSync(file, 'utf8'));
    this.asked = asRequest(this.document.components);
  }

  resolve(one) {
    return one.$ref ? this.pointed(one.$ref) : one;
  }

  pointed(ref) {
    return ref.slice(2).split('/').reduce((inner, key) => inner[key.replace(/~1/g, '/').replace(/~0/g, '~')], this.document);
  }

  // A schema together with the components that it names.
  rooted(schema, inRequest = false) {
    const components = inRequest ? this.asked : this.document.components;
    const own = inRequest ? asRequest(schema) : schema;
    return { properties: { value: own }, components };
  }

  *operations() {
    const ajv = new Ajv(AJV);
    for (const [template, item] of Object.entries(this.document.paths)) {
      for (const method of ['get', 'post', 'patch', 'delete', 'put'].filter((method) => item[method])) {
        const name = `${method.toUpperCase()} ${template}`;
        const parameters = item.parameters ?? [];
        yield new Operation(this, ajv, { name, method: method.toUpperCase(), template, parameters, operation: item[method] });
      }
    }
  }
}

class PayPalContract {
  constructor(folder) {
    const files = DESCRIPTIONS.map((name) => path.join(folder, `${name}.json`));
    this.calls = files.flatMap((file) => [...new Description(file).operations()]);
    // `/webhooks-lookup` before `/{id}`.
    this.calls.sort((a, b) => Number(b.isLiteral) - Number(a.isLiteral));
  }

  call(record) {
    return this.calls.find((call) => call.method === record.method && call.pattern.test(record.path));
  }

  // What is wrong with a request; empty for nothing.
  request(record) {
    const call = this.call(record);
    if (!call) return ['the contract has no such call'];
    const faults = call.params(record);
    if (!/^(Bearer|Basic) /.test(record.headers.authorization ?? '')) faults.push('no token is sent');
    if (!record.body) return call.needsBody ? [...faults, 'the body is missing'] : faults;
    if (!call.body) return [...faults, 'a body where the contract has none'];
    const kind = (record.headers['content-type'] ?? '').split(';')[0].trim();
    if (kind !== JSON_TYPE) faults.push(`a body is ${JSON_TYPE}, not ${kind || 'of no type'}`);
    return faults.concat(judged(call, call.body, record.body, record.path !== SENT_BACK));
  }

  // What is wrong with an answer; empty for nothing.
  answer(record) {
    const call = this.call(record);
    if (!call) return ['the contract has no such call'];
    const status = [record.status, `${Math.floor(record.status / 100)}XX`, 'default'].find((key) => key in call.answers);
    if (status === undefined) return [`the contract has no answer ${record.status}`];
    const described = call.answers[status];
    if (!described) return record.answer ? [`an answer ${record.status} has no body`] : [];
    return judged(call, described, record.answer, false);
  }
}

function judged(call, { schema, check }, text, inRequest) {
  let value;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return [`it is no JSON: ${error.message}`];
  }
  const faults = check()({ value }) ? [] : check().errors.map(at);
  return faults.concat(strangers(call.description, schema, value, inRequest));
}

module.exports = { PayPalContract, DESCRIPTIONS };
