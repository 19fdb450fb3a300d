import { TidegateError } from '@tidegate/kernel';
import type { KubeClient } from '@tidegate/kube';
import { releases, strategies, type Release, type Strategy } from '@tidegate/delivery-contract';
import { newestFirst } from '@tidegate/delivery-plan';
import { codes } from './release-errors.js';

/** A Release by its own name, or the newest one of a Strategy. Without a name the newest of all. */
export async function findRelease(client: KubeClient, name: string | undefined, namespace: string | undefined): Promise<Release> {
  const { items } = await client.listAll(releases, namespace === undefined ? {} : { namespace });
  const exact = items.filter((r) => r.metadata?.name === name);
  const ofStrategy = items.filter((r) => name === undefined || r.spec.strategy === name);
  const found = exact.length > 0 ? exact : ofStrategy;
  const [newest] = name === undefined ? byTime(found) : newestFirst(found);
  if (!newest) {
    const what = name === undefined ? 'There is no release' : `There is no release and no Strategy with releases called ${name}`;
    throw new TidegateError(codes.CLI_RELEASE_NOT_FOUND, `${what}${namespace === undefined ? '' : ` in namespace ${namespace}`}.`, {
      remedy: 'See "tidegate release list".',
    });
  }
  refuseSeveral(found, name);
  return newest;
}

export async function findStrategy(client: KubeClient, name: string, namespace: string | undefined): Promise<Strategy> {
  const { items } = await client.listAll(strategies, namespace === undefined ? {} : { namespace });
  const found = items.filter((s) => s.metadata?.name === name);
  const [strategy] = found;
  if (!strategy) {
    const known = items.map((s) => s.metadata?.name).join(', ');
    throw new TidegateError(codes.CLI_RELEASE_NOT_FOUND, `There is no Strategy called ${name}.`, {
      remedy: known === '' ? 'Apply one first: kubectl explain strategy.spec says how.' : `These exist: ${known}.`,
    });
  }
  refuseSeveral(found, name);
  return strategy;
}

function refuseSeveral(found: readonly (Release | Strategy)[], name: string | undefined): void {
  const namespaces = [...new Set(found.map((o) => o.metadata?.namespace ?? ''))];
  if (name === undefined || namespaces.length < 2) return;
  throw new TidegateError(codes.CLI_RELEASE_NOT_FOUND, `${name} exists in several namespaces: ${namespaces.join(', ')}.`, {
    remedy: 'Add --namespace.',
  });
}

export function byTime(found: readonly Release[]): Release[] {
  const at = (r: Release): string => r.metadata?.creationTimestamp ?? '';
  return [...found].sort((a, b) => (at(a) < at(b) ? 1 : at(a) > at(b) ? -1 : 0));
}
