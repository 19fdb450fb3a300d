/** What ties the calls of one visit together: traces, and who asks (rules by header or cookie work on inner services, too). */
const FORWARDED = new Set([
  'traceparent',
  'tracestate',
  'baggage',
  'x-request-id',
  'b3',
  'x-b3-traceid',
  'x-b3-spanid',
  'x-b3-parentspanid',
  'x-b3-sampled',
  'x-b3-flags',
  'x-user',
  'cookie',
]);

/** @param {import('node:http').IncomingHttpHeaders} headers @returns {Record<string, string>} */
export function forwardedHeaders(headers) {
  /** @type {Record<string, string>} */
  const forward = {};
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value === 'string' && FORWARDED.has(name)) forward[name] = value;
  }
  return forward;
}
