import type { EndpointSlice, Pod, Service } from '@tidegate/kube';
import { ApiError, badRequest } from '../api/api-error.js';
import { SERVICE_NAME_LABEL } from '../controllers/plan-endpoints.js';

/** Where a program listens, as the API's own process reaches it. */
export interface Place {
  host: string;
  port: number;
}

const unavailable = (message: string): ApiError => new ApiError(503, 'ServiceUnavailable', message);

/**
 * A ready endpoint of a Service for the port that a proxied request names by number, by name or not at all. `id` is the name with its port as it was
 * asked for. Throws 503 in an API server's words.
 */
export function servicePlace(service: Service, slices: readonly EndpointSlice[], port: string, id: string): Place {
  const name = service.metadata?.name ?? '';
  const byNumber = /^\d+$/.test(port) ? service.spec?.ports?.find((candidate) => candidate.port === Number(port)) : undefined;
  if (/^\d+$/.test(port) && !byNumber) throw unavailable(`no service port ${Number(port)} found for service "${name}"`);
  const portName = byNumber ? (byNumber.name ?? '') : port;
  const own = slices.filter(({ metadata }) => metadata?.labels?.[SERVICE_NAME_LABEL] === name);
  if (own.length === 0) throw unavailable(`no endpoints available for service "${name}"`);
  for (const slice of own) {
    const real = slice.ports?.find((candidate) => (candidate.name ?? '') === portName)?.port;
    const host = slice.endpoints?.find((endpoint) => endpoint.conditions?.ready !== false)?.addresses[0];
    if (real !== undefined && host !== undefined) return { host, port: real };
  }
  throw unavailable(`no endpoints available for service "${id}"`);
}

/** The port of a pod that a proxied request names; without one the first of its containers', else 80. Throws 400. */
export function podPortNumber(pod: Pod, port: string): number {
  const first = pod.spec?.containers.flatMap((container) => container.ports ?? [])[0]?.containerPort;
  const asked = port === '' ? (first ?? 80) : Number(port);
  if (!Number.isInteger(asked) || asked < 1 || asked > 65_535) throw badRequest(`"${port}" is no port of pod "${pod.metadata?.name ?? ''}": name its number`);
  return asked;
}
