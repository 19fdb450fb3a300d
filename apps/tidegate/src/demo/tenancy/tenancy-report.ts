import { textTable } from '../text-table.js';
import type { Attempt } from './kube-as.js';

export interface SeenStep {
  who: string;
  title: string;
  wanted: 'allowed' | 'denied';
  api: Attempt;
  kubectl: Attempt;
  /** Until both ways answered as wanted. */
  ms: number;
}

const isGood = ({ wanted, api, kubectl }: SeenStep): boolean => api.result === wanted && kubectl.result === wanted;

export const tenancySucceeded = (steps: readonly SeenStep[], wanted: number): boolean => steps.length === wanted && steps.every(isGood);

export function tenancyLines(steps: readonly SeenStep[]): string[] {
  const rows = steps.map((s) => [s.who, s.title, s.wanted, s.api.result, s.kubectl.result, (s.ms / 1000).toFixed(1)]);
  const wrong = steps.filter((s) => !isGood(s)).flatMap((s) => [told(s, 'GraphQL', s.api), told(s, 'kubectl', s.kubectl)].flatMap((line) => line ?? []));
  return [...textTable([['WHO', 'DOES', 'WANTED', 'GRAPHQL', 'KUBECTL', 'SECONDS'], ...rows], 5), ...wrong];
}

const told = ({ who, title, wanted }: SeenStep, way: string, attempt: Attempt): string | undefined =>
  attempt.result === wanted ? undefined : `${who} ${title}, ${way}: ${attempt.result}${'because' in attempt ? `: ${attempt.because}` : ''}`;
