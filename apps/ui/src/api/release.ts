/** The documents of the release pages and what they answer. */
export interface MetricVerdict {
  name: string;
  candidate: string;
  principal: string;
  interval: string;
  state: string;
}

export interface ReleaseStep {
  index: number;
  weight: number;
  state: 'DONE' | 'NOW' | 'AHEAD';
  text: string;
}

export interface ReleaseEvent {
  at: string;
  reason: string;
  text: string;
  weight: number | null;
  by: string | null;
}

export interface Can {
  action: 'PROMOTE' | 'PAUSE' | 'RESUME' | 'ABORT' | 'ROLLBACK';
  allowed: boolean;
  because: string | null;
}

export interface Release {
  id: string;
  namespace: string;
  name: string;
  strategy: string;
  service: string;
  type: string;
  phase: string;
  finished: boolean;
  principal: string;
  candidate: string;
  weight: number;
  live: string | null;
  startedAt: string | null;
  endedAt: string | null;
  verdict: string | null;
  why: string;
  metrics: MetricVerdict[];
  steps: ReleaseStep[];
  history: ReleaseEvent[];
  can: Can[];
}

export interface VersionSignal {
  version: string;
  rule: string;
  requests: number;
  failed: number;
  p50Ms: number | null;
  p99Ms: number | null;
}

export interface SignalSecond {
  second: number;
  gap: string | null;
  versions: VersionSignal[];
}

const FIELDS = `id namespace name strategy service type phase finished principal candidate weight live startedAt endedAt verdict why
  metrics { name candidate principal interval state } steps { index weight state text }
  history { at reason text weight by } can { action allowed because }`;
const SIGNALS = 'second gap versions { version rule requests failed p50Ms p99Ms }';

export const RELEASES = `subscription { releases { ${FIELDS} } }`;
export const RELEASE = `subscription ($namespace: String!, $name: String!) { release(namespace: $namespace, name: $name) { ${FIELDS} } }`;
export const SIGNAL_SECONDS = `subscription ($namespace: String!, $service: String!) { signals(namespace: $namespace, service: $service) { ${SIGNALS} } }`;
export const RECENT_SIGNALS = `query ($namespace: String!, $service: String!, $seconds: Int!) {
  signals(namespace: $namespace, service: $service, seconds: $seconds) { ${SIGNALS} } }`;
export const ACT = `mutation ($input: ActOnReleaseInput!) { actOnRelease(input: $input) { id } }`;
