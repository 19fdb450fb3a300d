/**
 * What a bad version does, on purpose.
 * @typedef {object} Faults
 * @property {number} errorPercent share of requests answered with 500 and `x-fault: injected`
 * @property {number} delayMs added to every answer
 * @property {number} delayFactor 3 makes the service three times as slow as its base latency
 * @property {number} baseLatencyMs what an answer takes when all is well, a quarter more or less
 * @property {number} startSeconds not ready for so long after its start
 * @property {number} crashAfterSeconds ends with exit code 1 after so long; 0 is never
 * @property {boolean} neverReady
 */

/** @param {Faults} faults @param {number} random in [0,1) */
export function answersWithError(faults, random) {
  return random * 100 < faults.errorPercent;
}

/** Milliseconds that an answer takes. @param {Faults} faults @param {number} random in [0,1) */
export function latencyMs(faults, random) {
  return faults.baseLatencyMs * faults.delayFactor * (0.75 + random / 2) + faults.delayMs;
}

/** Why the service is not ready, or undefined when it is. @param {Faults} faults @param {number} upSeconds since its start */
export function notReadyBecause(faults, upSeconds) {
  if (faults.neverReady) return 'FAULT_NEVER_READY is set';
  if (upSeconds < faults.startSeconds) return `starting, ${Math.ceil(faults.startSeconds - upSeconds)} s to go`;
  return undefined;
}
