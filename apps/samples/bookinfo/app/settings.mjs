/**
 * @typedef {object} Settings
 * @property {string} name productpage, details, reviews or ratings
 * @property {string} version what x-served-by says after the name
 * @property {string} host
 * @property {number} port 0 takes a free one
 * @property {Record<'DETAILS' | 'REVIEWS' | 'RATINGS', string>} upstreams base addresses
 * @property {number} upstreamTimeoutMs
 * @property {import('./faults.mjs').Faults} faults
 * @property {number} drainMs how long a stopping server still answers new requests
 */

/**
 * Every setting of a service out of its environment. Throws with one sentence for each setting that is not what it should be.
 * @param {string} name
 * @param {NodeJS.ProcessEnv} env
 * @returns {Settings}
 */
export function readSettings(name, env) {
  /** @type {string[]} */
  const problems = [];
  /** @param {string} key @param {number} fallback @param {number} [most] */
  const number = (key, fallback, most = Number.MAX_SAFE_INTEGER) => {
    const value = env[key] === undefined || env[key] === '' ? fallback : Number(env[key]);
    if (!(value >= 0 && value <= most)) problems.push(`${key} must be a number from 0 to ${most}, it is "${env[key]}".`);
    return value;
  };
  const settings = {
    name,
    version: env.VERSION || 'v1',
    host: env.HOST || '0.0.0.0',
    port: number('PORT', 9080, 65535),
    upstreams: { DETAILS: upstream('details', env), REVIEWS: upstream('reviews', env), RATINGS: upstream('ratings', env) },
    upstreamTimeoutMs: number('UPSTREAM_TIMEOUT_MS', 3000),
    drainMs: number('DRAIN_MS', 1000),
    faults: {
      errorPercent: number('FAULT_ERROR_PERCENT', 0, 100),
      delayMs: number('FAULT_DELAY_MS', 0),
      delayFactor: number('FAULT_DELAY_FACTOR', 1),
      baseLatencyMs: number('BASE_LATENCY_MS', 0),
      startSeconds: number('FAULT_START_SECONDS', 0),
      crashAfterSeconds: number('FAULT_CRASH_AFTER_SECONDS', 0),
      neverReady: ['1', 'true', 'yes'].includes((env.FAULT_NEVER_READY ?? '').toLowerCase()),
    },
  };
  for (const [service, address] of Object.entries(settings.upstreams)) {
    if (!URL.canParse(address)) problems.push(`${service}_URL must be an address such as http://reviews:9080, it is "${address}".`);
  }
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return settings;
}

/**
 * The manifests say `http://$(REVIEWS_SERVICE_HOST):$(REVIEWS_SERVICE_PORT)`. Kubernetes leaves a variable as written when the Service was
 * made after the pod; its DNS name works then.
 * @param {string} service
 * @param {NodeJS.ProcessEnv} env
 */
function upstream(service, env) {
  const given = env[`${service.toUpperCase()}_URL`];
  return given && !given.includes('$(') ? given.replace(/\/$/, '') : `http://${service}:9080`;
}
