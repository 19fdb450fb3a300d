import type { ServiceKind } from '../../api/generated/documents';

/** A service as addresses of the console name it: `/projects/shop/services/knative/web`. */
export interface ServiceAddress {
  project: string;
  kind: KindWord;
  name: string;
}

export type KindWord = 'deployment' | 'statefulset' | 'knative';

/** What Kubernetes calls each kind, and what the API's ids call it. */
export const SERVICE_KINDS = {
  deployment: { of: 'DEPLOYMENT', apiVersion: 'apps/v1', kind: 'Deployment', id: 'Deployment' },
  statefulset: { of: 'STATEFUL_SET', apiVersion: 'apps/v1', kind: 'StatefulSet', id: 'StatefulSet' },
  knative: { of: 'KNATIVE', apiVersion: 'serving.knative.dev/v1', kind: 'Service', id: 'KnativeService' },
} as const satisfies Record<KindWord, { of: ServiceKind; apiVersion: string; kind: string; id: string }>;

const WORDS: Record<ServiceKind, KindWord> = { DEPLOYMENT: 'deployment', STATEFUL_SET: 'statefulset', KNATIVE: 'knative' };

export const isKindWord = (word: string): word is KindWord => Object.hasOwn(SERVICE_KINDS, word);

export const addressOf = (service: { kind: ServiceKind; namespace: string; name: string }): ServiceAddress => ({
  project: service.namespace,
  kind: WORDS[service.kind],
  name: service.name,
});

/** An id of the API is base64url of `kind:project/name` (docs/api.md), so that an address can be read and still finds its object. */
export function idOfAddress({ project, kind, name }: ServiceAddress): string {
  const text = `${SERVICE_KINDS[kind].id}:${project}/${name}`;
  // Names are of ASCII; whatever else was typed names nothing.
  const bytes = btoa(text.replace(/[^\x20-\x7e]/g, '?'));
  return bytes.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** Undefined for the id of anything that is no service. */
export function addressOfId(id: string): ServiceAddress | undefined {
  const [, kindId, project, name] = /^(\w+):([^/]+)\/(.+)$/.exec(textOf(id)) ?? [];
  const kind = Object.keys(SERVICE_KINDS)
    .filter(isKindWord)
    .find((word) => SERVICE_KINDS[word].id === kindId);
  return kind && project !== undefined && name !== undefined ? { project, kind, name } : undefined;
}

function textOf(id: string): string {
  try {
    return atob(id.replaceAll('-', '+').replaceAll('_', '/'));
  } catch {
    return '';
  }
}
