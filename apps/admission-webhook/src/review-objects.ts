import { isDeepStrictEqual } from 'node:util';
import { kinds, type KubeClient } from '@tidegate/kube';
import { strategies, type Strategy } from '@tidegate/delivery-contract';
import { describeFinding, gatherVersions, reviewStrategy, withOwnSelector, type AdmissionInput } from '@tidegate/delivery-plan';
import { gateways } from '@tidegate/mesh-contract';
import type { Signals } from '@tidegate/signals';
import { gatewayApiRouter, httpRoutes } from '@tidegate/traffic-router';
import type { AdmissionAnswer } from './admission-review.js';

/** Seconds of traffic that a schedule is measured against. */
const TRAFFIC_SECONDS = 60;
/** Longest wait for telemetry: a review must not fail because signals are late. */
const TRAFFIC_PATIENCE_MS = 500;

export interface ReviewContext {
  client: KubeClient;
  signals?: Signals;
}

/** Refuses a Strategy with everything that is wrong with it. Changes that leave the spec alone always pass, so that nothing gets stuck. */
export async function reviewStrategyChange(
  context: ReviewContext,
  strategy: Strategy,
  old: Strategy | undefined,
): Promise<AdmissionAnswer> {
  const isLeaving = strategy.metadata?.deletionTimestamp !== undefined;
  if (isLeaving || (old && isDeepStrictEqual(strategy.spec, old.spec))) return { allowed: true };
  const findings = reviewStrategy(await gatherInput(context, strategy));
  const warnings = findings.filter((f) => f.severity === 'warn').map(describeFinding);
  const refused = findings.filter((f) => f.severity === 'refuse').map(describeFinding);
  if (refused.length === 0) return { allowed: true, warnings };
  const name = strategy.metadata?.name ?? '';
  const message =
    refused.length === 1
      ? `Strategy ${name}: ${refused[0]}`
      : `Strategy ${name} has ${refused.length} problems:\n${refused.map((r) => `  - ${r}`).join('\n')}`;
  return { allowed: false, message, warnings };
}

async function gatherInput({ client, signals }: ReviewContext, strategy: Strategy): Promise<Omit<AdmissionInput, 'spec'>> {
  const namespace = strategy.metadata?.namespace ?? '';
  const name = strategy.metadata?.name ?? '';
  const asked = strategy.spec.service;
  const [found, deployments, statefulSets, others] = await Promise.all([
    asked ? client.get(kinds.services, asked, namespace) : undefined,
    client.listAll(kinds.deployments, { namespace }),
    client.listAll(kinds.statefulSets, { namespace }),
    client.listAll(strategies, { namespace }),
  ]);
  const service = found && withOwnSelector(found);
  const workloads = { deployments: deployments.items, statefulSets: statefulSets.items, pods: [] };
  const traffic = signals && service ? await trafficOf(signals, namespace, asked) : undefined;
  return {
    strategy,
    ...(service ? { service } : {}),
    otherStrategies: others.items.filter((s) => s.spec.service === asked && s.metadata?.name !== name).map((s) => s.metadata?.name ?? ''),
    versions: gatherVersions(service?.spec?.selector ?? {}, name, workloads),
    hosts: strategy.spec.preview?.host ? await ownedHosts(client) : [],
    router: gatewayApiRouter,
    ...(traffic ? { traffic } : {}),
  };
}

async function ownedHosts(client: KubeClient): Promise<AdmissionInput['hosts']> {
  const [routes, gates] = await Promise.all([client.listAll(httpRoutes), client.listAll(gateways)]);
  const ofRoutes = routes.items.flatMap((r) =>
    (r.spec.hostnames ?? []).map((hostname) => ({ hostname, namespace: r.metadata?.namespace ?? '', by: `HTTPRoute ${r.metadata?.name}` })),
  );
  // A Gateway that lets routes of every namespace in has its host names for all of them.
  const ofGateways = gates.items.flatMap((g) =>
    g.spec.listeners
      .filter((l) => l.hostname !== undefined && (l.allowedRoutes?.namespaces?.from ?? 'Same') === 'Same')
      .map((l) => ({ hostname: l.hostname ?? '', namespace: g.metadata?.namespace ?? '', by: `Gateway ${g.metadata?.name}` })),
  );
  return [...ofRoutes, ...ofGateways];
}

async function trafficOf(signals: Signals, namespace: string, service: string): Promise<AdmissionInput['traffic']> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<readonly []>((resolve) => {
    timer = setTimeout(() => resolve([]), TRAFFIC_PATIENCE_MS);
  });
  try {
    const seconds = await Promise.race([signals.recent({ namespace, service }, TRAFFIC_SECONDS), late]);
    if (seconds.length === 0) return undefined;
    const all = seconds.flatMap((s) => s.versions).filter((v) => v.rule !== 'mirrored');
    const requests = all.reduce((sum, v) => sum + v.requests, 0);
    const failed = all.reduce((sum, v) => sum + v.failed, 0);
    return { requestsPerSecond: requests / seconds.length, failedShare: (failed + 0.5) / (requests + 1) };
  } catch {
    // Without signals the schedule is simply not judged.
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}
