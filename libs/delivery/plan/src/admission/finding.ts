import type { Service } from '@tidegate/kube';
import type { Strategy, StrategySpec } from '@tidegate/delivery-contract';
import type { TrafficRouter } from '@tidegate/traffic-router';
import type { ObservedVersion } from '../observed.js';

/** What a person reads: which field, what it says, why that cannot be, and how to mend it. */
export interface AdmissionFinding {
  /** `refuse` keeps the object out; `warn` lets it in and says something. */
  severity: 'refuse' | 'warn';
  field: string;
  value: string;
  message: string;
  remedy: string;
}

/** What the cluster looks like to a Strategy that asks to come in. */
export interface AdmissionInput {
  strategy: Strategy;
  spec: StrategySpec;
  service?: Service;
  /** Other Strategies of the same Service. */
  otherStrategies: readonly string[];
  /** The Service's versions, by the workloads' pod templates. */
  versions: ReadonlyMap<string, ObservedVersion>;
  /** Who has which host name: HTTPRoutes and Gateway listeners of all namespaces. */
  hosts: readonly { hostname: string; namespace: string; by: string }[];
  router: TrafficRouter;
  /** Requests per second of the Service and the share of them that failed, as seen lately; absent when nothing was seen. */
  traffic?: { requestsPerSecond: number; failedShare: number };
}

export type AdmissionRule = (input: AdmissionInput) => AdmissionFinding[];

export function refuse(field: string, value: unknown, message: string, remedy: string): AdmissionFinding {
  return { severity: 'refuse', field, value: shown(value), message, remedy };
}
export function warn(field: string, value: unknown, message: string, remedy: string): AdmissionFinding {
  return { severity: 'warn', field, value: shown(value), message, remedy };
}

export function describeFinding({ field, value, message, remedy }: AdmissionFinding): string {
  return `${field}${value === '' ? '' : ` (${value})`}: ${message}. ${remedy}.`;
}

function shown(value: unknown): string {
  const text = value === undefined ? '' : typeof value === 'string' ? `"${value}"` : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
