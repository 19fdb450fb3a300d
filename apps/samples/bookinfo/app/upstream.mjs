import http from 'node:http';

const agent = new http.Agent({ keepAlive: true, maxSockets: 64, maxFreeSockets: 16 });
const MAX_BODY_BYTES = 1024 * 1024;

/**
 * @typedef {{ status: number, headers: http.IncomingHttpHeaders, json: any }} UpstreamAnswer
 */

/**
 * GET of a JSON document from another service. Rejects when no complete answer came in time.
 * @param {string} address
 * @param {{ forward: Record<string, string>, timeoutMs: number }} options
 * @returns {Promise<UpstreamAnswer>}
 */
export function askUpstream(address, { forward, timeoutMs }) {
  return new Promise((resolve, reject) => {
    const request = http.get(address, { agent, headers: forward, signal: AbortSignal.timeout(timeoutMs) }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        body += chunk;
        if (body.length > MAX_BODY_BYTES) request.destroy(new Error('the answer is too large'));
      });
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, json: parsed(body) }));
    });
    request.on('error', reject);
  });
}

/** @param {string} text */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
