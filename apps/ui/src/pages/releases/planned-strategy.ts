/** What the form of a new release holds. */
export interface NewRelease {
  project: string;
  service: string;
  type: ReleaseType;
  candidate: string;
  /** Makes the candidate from the principal; '' when its workload is there already. */
  image: string;
  /** Percentages of a canary, as typed: `5, 25, 50`. */
  weights: string;
  /** How long each step stays at least, such as 30s. */
  hold: string;
  /** Points of failed requests that the candidate may be worse. */
  errorRate: number;
  /** Percent that its latency may be worse. */
  latency: number;
}

export const RELEASE_TYPES = ['Canary', 'BlueGreen', 'Mirror'] as const;
export type ReleaseType = (typeof RELEASE_TYPES)[number];
export const HOLDS = ['10s', '30s', '1m', '2m', '5m', '15m', '1h'] as const;

/** Rising percentages above 0 and below 100, at most 20 of them; undefined for anything else. */
export function readWeights(text: string): number[] | undefined {
  const weights = text
    .split(/[\s,;%]+/)
    .filter((word) => word !== '')
    .map(Number);
  const good = weights.every((w, i) => Number.isFinite(w) && w > (weights[i - 1] ?? 0) && w < 100);
  return weights.length > 0 && weights.length <= 20 && good ? weights : undefined;
}

interface Standing {
  /** Name of the Strategy; one Service has one. */
  strategy: string;
  /** What the Strategy says serves: it stays, since a change of it moves traffic by hand. */
  principal: string;
}

/** JSON text is YAML too, and nothing that is typed can leave it. */
const quoted = (text: string): string => JSON.stringify(text);

export function plannedStrategy(input: NewRelease, { strategy, principal }: Standing): string {
  const { project, service, type, candidate, image, hold, errorRate, latency } = input;
  const patch = image.trim() === '' ? '' : `\n  candidatePatch: { image: ${quoted(image.trim())} }`;
  const weights = type === 'Canary' ? (readWeights(input.weights) ?? []) : [];
  const steps = weights.map((weight) => `\n    - { weight: ${weight}, hold: ${hold} }`).join('');
  return `apiVersion: delivery.tidegate.dev/v1alpha1
kind: Strategy
metadata:
  name: ${quoted(strategy)}
  namespace: ${quoted(project)}
spec:
  service: ${quoted(service)}
  type: ${type}
  principal: ${quoted(principal)}
  candidate: ${quoted(candidate)}${patch}${steps === '' ? '' : `\n  steps:${steps}`}
  analysis:
    tolerance: { errorRate: ${errorRate}, latency: ${latency} }
`;
}

export interface Releasable {
  service: string;
  /** Versions that have a workload. */
  versions: string[];
  /** The version that serves now. */
  serving: string;
  image: string;
  strategy: string;
  /** Whether that Strategy is there: then its own word on the principal stays. */
  hasStrategy: boolean;
  isReleasing: boolean;
}

interface Workload {
  images: readonly string[];
  version?: string | null;
  addresses?: readonly string[];
}

interface Run {
  service: string;
  strategy: string;
  phase: string;
  principal: string;
  candidate: string;
  finished: boolean;
}

/** Services with versions, and what the newest run of each says about what serves. Runs come newest first. */
export function releasables(workloads: readonly Workload[], runs: readonly Run[]): Releasable[] {
  const services = [...new Set(workloads.flatMap((w) => (w.version ? (w.addresses ?? []) : [])))].toSorted();
  return services.map((service) => {
    const mine = workloads.filter((w) => w.version && w.addresses?.includes(service));
    const versions = mine.flatMap((w) => w.version ?? []).toSorted();
    const run = runs.find((r) => r.service === service);
    const serving = (run?.phase === 'Promoted' ? run.candidate : run?.principal) ?? versions[0] ?? '';
    const image = mine.find((w) => w.version === serving)?.images[0] ?? '';
    const strategy = run?.strategy ?? service;
    return { service, versions, serving, image, strategy, hasStrategy: run !== undefined, isReleasing: run?.finished === false };
  });
}

/** What a Strategy's YAML, as the API writes it, says serves. */
export const principalOf = (yaml: string): string | undefined => /^ {2}principal: ["']?([^\s"']+)/m.exec(yaml)?.[1];
