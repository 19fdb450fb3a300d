import { strategySpecSchema, type Strategy } from '@tidegate/delivery-contract';
import { DEFAULT_CANARY_STEPS } from '../policy.js';
import { oneStrategyPerService, previewHostIsFree, serviceCanBeSplit, versionsExist } from './cluster-rules.js';
import { refuse, type AdmissionFinding, type AdmissionInput, type AdmissionRule } from './finding.js';
import { scheduleCanDecide } from './schedule-rules.js';
import {
  candidateMakesSense,
  choicesAreSingle,
  headersReachUs,
  matchesCanMatch,
  stepsFitTheType,
  timesAgree,
  weightsAscend,
} from './spec-rules.js';

const rules: AdmissionRule[] = [
  weightsAscend,
  stepsFitTheType,
  choicesAreSingle,
  candidateMakesSense,
  headersReachUs,
  matchesCanMatch,
  timesAgree,
  serviceCanBeSplit,
  oneStrategyPerService,
  versionsExist,
  previewHostIsFree,
  scheduleCanDecide,
];

/** Everything wrong with a Strategy, all at once: a person should not have to ask five times. */
export function reviewStrategy(input: Omit<AdmissionInput, 'spec'>): AdmissionFinding[] {
  const parsed = strategySpecSchema.safeParse(input.strategy.spec);
  if (!parsed.success) {
    return parsed.error.issues.map((issue) => {
      const field = ['spec', ...issue.path].map((p, i) => (typeof p === 'number' ? `[${p}]` : i === 0 ? p : `.${String(p)}`)).join('');
      return refuse(field, valueAt(input.strategy.spec, issue.path), issue.message.replace(/\.$/, ''), 'See kubectl explain strategy.spec');
    });
  }
  return rules.flatMap((rule) => rule({ ...input, spec: parsed.data }));
}

function valueAt(spec: unknown, path: readonly PropertyKey[]): unknown {
  let value = spec;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Object.entries(value).find(([k]) => k === String(key))?.[1];
  }
  return value;
}

/** Defaults that depend on other fields, as JSON patch operations; fixed defaults are in the schema. */
export function strategyDefaults(strategy: Strategy): { op: 'add'; path: string; value: unknown }[] {
  const { type = 'Canary', steps, match } = strategy.spec;
  if (type !== 'Canary' || steps !== undefined || (match ?? []).length > 0) return [];
  return [{ op: 'add', path: '/spec/steps', value: DEFAULT_CANARY_STEPS.map((weight) => ({ weight, hold: '30s', gate: 'Verdict' })) }];
}
