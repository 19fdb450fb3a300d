import type { Container } from '@tidegate/kube';
import { DEFAULT_USER_PORT, type Revision, type RevisionSpec } from '@tidegate/serving-contract';

/** The container that serves: the only one, or the one with a port. */
export function servingContainer({ containers }: Pick<RevisionSpec, 'containers'>): Container | undefined {
  return containers.length === 1 ? containers[0] : containers.find((c) => (c.ports ?? []).length > 0);
}

export function userPortOf(revision: Revision): number {
  return servingContainer(revision.spec)?.ports?.[0]?.containerPort || DEFAULT_USER_PORT;
}

export function protocolOf(revision: Revision): 'http1' | 'h2c' {
  return servingContainer(revision.spec)?.ports?.[0]?.name === 'h2c' ? 'h2c' : 'http1';
}

export function concurrencyOf(revision: Revision): number {
  return revision.spec.containerConcurrency ?? 0;
}
