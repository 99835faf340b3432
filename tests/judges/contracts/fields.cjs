// Fields that a description does not have. JSON Schema lets them pass unless it is told otherwise, and composed schemas
// (`allOf` of parts) cannot be told: each part would refuse what the others have.
'use strict';

// Every schema that describes this place: parts of a composition, alternatives, and what they refer to.
function parts(description, schema, seen = new Set()) {
  if (!schema || seen.has(schema)) return [];
  seen.add(schema);
  if (schema.$ref) return parts(description, description.pointed(schema.$ref), seen);
  const inner = ['allOf', 'anyOf', 'oneOf'].flatMap((key) => schema[key] ?? []);
  return [schema, ...inner.flatMap((one) => parts(description, one, seen))];
}

// Faults of a value: fields that no part describes, and in a request those that are the provider's to say.
function strangers(description, schema, value, inRequest, place = '') {
  const own = Array.isArray(schema) ? schema : [schema];
  const described = own.flatMap((one) => parts(description, one));
  if (Array.isArray(value)) {
    const items = described.map((one) => one.items).filter(Boolean);
    return value.flatMap((one, index) => strangers(description, items, one, inRequest, `${place}/${index}`));
  }
  if (value === null || typeof value !== 'object') return [];
  const named = described.filter((one) => one.properties);
  // A place that describes no field is open: an event's resource, for example.
  if (named.length === 0) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const fits = named.map((one) => one.properties[name]).filter(Boolean);
    const free = described.some((one) => one.additionalProperties);
    if (fits.length === 0) return free ? [] : [`${place}/${name} is unknown`];
    const whole = fits.flatMap((one) => parts(description, one));
    if (inRequest && fits.some((one) => one.readOnly)) return [`${place}/${name} is the provider's to say`];
    return whole.length ? strangers(description, fits, inner, inRequest, `${place}/${name}`) : [];
  });
}

module.exports = { strangers };
