import { durationMs } from '@tidegate/kernel';
import type { Match } from '@tidegate/delivery-contract';
import { refuse, warn, type AdmissionFinding, type AdmissionRule } from './finding.js';

/** Rules about the Strategy alone, beyond what its schema says. */

export const weightsAscend: AdmissionRule = ({ spec }) => {
  const findings: AdmissionFinding[] = [];
  if (spec.steps?.length === 0)
    findings.push(
      refuse('spec.steps', [], 'a list without steps moves no traffic', 'Leave the field out for the default steps, or name at least one'),
    );
  let before = -1;
  for (const [i, { weight }] of (spec.steps ?? []).entries()) {
    const field = `spec.steps[${i}].weight`;
    if (Math.abs(weight * 100 - Math.round(weight * 100)) > 1e-6) {
      findings.push(refuse(field, weight, 'weights have at most two decimals', `Write ${Math.max(0.01, Math.round(weight * 100) / 100)}`));
    }
    if (spec.type === 'Canary' && weight <= before) {
      findings.push(
        refuse(
          field,
          weight,
          `weights must rise from step to step, and the one before is ${before}`,
          'Put the steps in order, or take this one out',
        ),
      );
    }
    if (spec.type === 'Canary' && weight === 0 && (spec.match ?? []).length === 0) {
      findings.push(
        refuse(field, weight, 'a step of 0 % without match rules sends the candidate nothing', 'Give it a weight, or add spec.match'),
      );
    }
    before = weight;
  }
  return findings;
};

export const stepsFitTheType: AdmissionRule = ({ spec }) => {
  const { type, steps, mirror, sticky, match } = spec;
  const findings: AdmissionFinding[] = [];
  if (type === 'Mirror' && steps)
    findings.push(
      refuse(
        'spec.steps',
        steps.length,
        'Mirror has no steps: copies first, then everything',
        'Leave spec.steps out and set spec.mirror.duration',
      ),
    );
  if (type === 'BlueGreen' && steps && (steps.length > 1 || (steps[0]?.weight ?? 0) !== 0)) {
    findings.push(
      refuse(
        'spec.steps',
        steps.map((s) => s.weight),
        'BlueGreen moves all traffic at once',
        'Name at most one step with weight 0 (its hold and gate come before the switch), or use type Canary',
      ),
    );
  }
  if (type !== 'Mirror' && mirror)
    findings.push(refuse('spec.mirror', mirror, `type ${type} makes no copies`, 'Set spec.type to Mirror, or take spec.mirror out'));
  if (type !== 'Canary' && sticky)
    findings.push(
      refuse('spec.sticky', sticky, `type ${type} has no cohorts: all users move at once`, 'Take spec.sticky out, or use type Canary'),
    );
  if (type === 'Mirror' && match)
    findings.push(refuse('spec.match', match.length, 'Mirror sends the candidate copies only', 'Take spec.match out, or use type Canary'));
  return findings;
};

export const choicesAreSingle: AdmissionRule = ({ spec }) => {
  const findings: AdmissionFinding[] = [];
  const { sticky } = spec;
  if (sticky && (sticky.cookie === undefined) === (sticky.header === undefined)) {
    findings.push(refuse('spec.sticky', sticky, 'exactly one of cookie and header keeps users with a version', 'Name one of the two'));
  }
  for (const [i, guard] of spec.analysis.guardrails.entries()) {
    if ((guard.successRate === undefined) === (guard.latency === undefined)) {
      findings.push(
        refuse(
          `spec.analysis.guardrails[${i}]`,
          guard,
          'a guardrail is exactly one of successRate and latency',
          'Split it into two entries, or name one',
        ),
      );
    }
  }
  return findings;
};

export const candidateMakesSense: AdmissionRule = ({ spec }) => {
  const findings: AdmissionFinding[] = [];
  if (spec.candidatePatch && spec.candidate === undefined) {
    findings.push(
      refuse(
        'spec.candidatePatch',
        spec.candidatePatch,
        'there is no candidate to make',
        'Name the new version in spec.candidate, or take the patch out',
      ),
    );
  }
  if (spec.candidate !== undefined && spec.candidate === spec.principal) {
    findings.push(
      warn(
        'spec.candidate',
        spec.candidate,
        'it is the principal already, so nothing is released',
        'Name another version to start a release',
      ),
    );
  }
  const patch = spec.candidatePatch;
  if (patch && patch.image === undefined && (patch.env ?? []).length === 0 && patch.replicas === undefined) {
    findings.push(warn('spec.candidatePatch', patch, 'the candidate will run exactly what the principal runs', 'Set image or env'));
  }
  return findings;
};

const STRIPPED = /^x-(tidegate|envoy)-/i;

export const headersReachUs: AdmissionRule = ({ spec }) => {
  const headers: [string, string][] = [];
  if (spec.preview) headers.push(['spec.preview.header', spec.preview.header]);
  if (spec.sticky?.header) headers.push(['spec.sticky.header.name', spec.sticky.header.name]);
  (spec.match ?? []).forEach((m, i) => (m.headers ?? []).forEach((h, j) => headers.push([`spec.match[${i}].headers[${j}].name`, h.name])));
  return headers
    .filter(([, name]) => STRIPPED.test(name))
    .map(([field, name]) =>
      refuse(field, name, 'listeners take x-tidegate-* and x-envoy-* headers of clients away', 'Choose another header name'),
    );
};

/** Go and Envoy run RE2: no look-around, no back references. */
const NOT_RE2 = /\(\?(?:[=!]|<[=!])|\\[1-9]/;

export const matchesCanMatch: AdmissionRule = ({ spec }) =>
  (spec.match ?? []).flatMap((match, i) => {
    const field = `spec.match[${i}]`;
    const conditions = conditionsOf(match);
    if (conditions.length === 0)
      return [
        refuse(
          field,
          match,
          'an entry without conditions would send everything to the candidate',
          'Name a header, cookie, path or query, or take the entry out',
        ),
      ];
    return conditions
      .filter(({ type, value }) => type === 'Regex' && !isPattern(value))
      .map(({ at, value }) =>
        refuse(
          `${field}.${at}`,
          value,
          'this is no regular expression that proxies can run',
          'Use RE2 syntax: no look-around, no back references',
        ),
      );
  });

function conditionsOf(match: Match): { at: string; type: string; value: string }[] {
  const list = (name: 'headers' | 'cookies' | 'query'): { at: string; type: string; value: string }[] =>
    (match[name] ?? []).map((m, i) => ({ at: `${name}[${i}].value`, type: m.type, value: m.value }));
  return [...list('headers'), ...list('cookies'), ...list('query'), ...(match.path ? [{ at: 'path.value', ...match.path }] : [])];
}

function isPattern(text: string): boolean {
  if (NOT_RE2.test(text)) return false;
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}

export const timesAgree: AdmissionRule = ({ spec }) => {
  const { analysis } = spec;
  const findings: AdmissionFinding[] = [];
  const maximum = durationMs(analysis.maximumDuration);
  if (maximum <= durationMs(analysis.warmup)) {
    findings.push(
      refuse(
        'spec.analysis.maximumDuration',
        analysis.maximumDuration,
        `it ends before the warm-up of ${analysis.warmup} does, so no verdict could come`,
        'Make it longer than the warm-up',
      ),
    );
  }
  for (const [i, step] of (spec.steps ?? []).entries()) {
    if (durationMs(step.hold) > maximum && step.gate === 'Verdict') {
      findings.push(
        refuse(
          `spec.steps[${i}].hold`,
          step.hold,
          `the step holds longer than its verdict may take (maximumDuration ${analysis.maximumDuration})`,
          'Shorten the hold or raise maximumDuration',
        ),
      );
    }
  }
  if (spec.type === 'Canary' && (spec.steps ?? []).length > 0 && spec.steps?.every((s) => s.gate !== 'Verdict')) {
    findings.push(
      warn(
        'spec.steps',
        spec.steps.map((s) => s.gate).join(', '),
        'no step waits for a verdict: only guardrails and clear proof of worse stop this release',
        'Give the last step the gate Verdict',
      ),
    );
  }
  return findings;
};
