import { availableParallelism, totalmem } from 'node:os';
import { TidegateError } from '@tidegate/kernel';
import type { Container, Pod } from '@tidegate/kube';
import { codes } from './errors.js';
import { quantityValue } from './quantity.js';

/** The downward API's fields. Throws POD_CONFIG_INVALID for one that does not exist. */
export function podField(pod: Pod, path: string, addresses: { podIP: string; hostIP: string }): string {
  const meta = pod.metadata ?? {};
  const entry = /^metadata\.(labels|annotations)\['([^']+)'\]$/.exec(path);
  if (entry) return meta[entry[1] as 'labels' | 'annotations']?.[entry[2] ?? ''] ?? '';
  const fields: Record<string, string | undefined> = {
    'metadata.name': meta.name,
    'metadata.namespace': meta.namespace,
    'metadata.uid': meta.uid,
    'metadata.labels': formatMap(meta.labels),
    'metadata.annotations': formatMap(meta.annotations),
    'spec.nodeName': pod.spec?.nodeName,
    'spec.serviceAccountName': pod.spec?.serviceAccountName ?? 'default',
    'status.podIP': addresses.podIP,
    'status.podIPs': addresses.podIP,
    'status.hostIP': addresses.hostIP,
    'status.hostIPs': addresses.hostIP,
  };
  if (path in fields) return fields[path] ?? '';
  throw new TidegateError(codes.POD_CONFIG_INVALID, `unsupported fieldPath: ${path}`);
}

export interface ResourceFieldRef {
  containerName?: string;
  resource: string;
  divisor?: string;
}

/** requests.cpu and its like, divided and rounded up; a missing limit is what the machine has. */
export function resourceField(pod: Pod, container: Container, ref: ResourceFieldRef): string {
  const all = [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])];
  const of = ref.containerName === undefined ? container : all.find((c) => c.name === ref.containerName);
  const [kind, resource = ''] = ref.resource.split('.');
  if (!of || (kind !== 'limits' && kind !== 'requests'))
    throw new TidegateError(codes.POD_CONFIG_INVALID, `unsupported container resource : ${ref.resource}`);
  const fallback: Record<string, number> = { cpu: availableParallelism(), memory: totalmem() };
  const value = quantityValue(of.resources?.[kind]?.[resource]) ?? (kind === 'limits' ? (fallback[resource] ?? 0) : 0);
  const divisor = quantityValue(ref.divisor === undefined || ref.divisor === '0' ? '1' : ref.divisor) ?? 1;
  return String(Math.ceil(value / divisor));
}

function formatMap(map: Record<string, string> | undefined): string {
  return Object.entries(map ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join('\n');
}
