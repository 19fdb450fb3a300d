import { existsSync } from 'node:fs';
import path from 'node:path';
import { waitFor } from '@tidegate/testing';
import { request } from 'undici';
import { get, helm, kubectl, settings } from './cluster.js';
import { type LoadReport, startLoad } from './load.js';

export const SYSTEM = 'tidegate-system';
export const SHOP = 'tidegate-journey-shop';
export const profile = process.env['TIDEGATE_PROFILE'] ?? 'compact';

/** A chart, and the tag of the images that belong to it; without one the chart's own. */
export interface Charted {
  chart: string;
  tag?: string;
}

const root = path.resolve(import.meta.dirname, '../../..');
export const current: Charted = { chart: path.join(root, 'charts/tidegate') };

/** What landed before, when the nodes have its images. */
export const previous: Charted | undefined = ((): Charted | undefined => {
  const chart = process.env['TIDEGATE_PREVIOUS_CHART'];
  if (chart === undefined) return undefined;
  if (!existsSync(path.join(chart, 'Chart.yaml'))) throw new Error(`TIDEGATE_PREVIOUS_CHART is ${chart}, where no chart is.`);
  return { chart, tag: process.env['TIDEGATE_PREVIOUS_TAG'] ?? 'previous' };
})();

const values = [
  `profile=${profile}`,
  `image.registry=${settings.registry}`,
  `gateway.service=${settings.gatewayService}`,
  `knative.digestsFrom=${settings.digestsFrom}`,
  'knative.domain=knative.example',
  // Nothing here takes longer than a second.
  'gateway.drainSeconds=5',
  // This journey made all that there is of these kinds, so nothing of anybody's is lost.
  'crds.keep=false',
];

export async function put(command: 'install' | 'upgrade', { chart, tag }: Charted, ...more: string[]): Promise<number> {
  const set = [...values, ...(tag === undefined ? [] : [`image.tag=${tag}`]), ...more].flatMap((value) => ['--set', value]);
  const began = performance.now();
  await helm(command, 'tidegate', chart, '--namespace', SYSTEM, ...set, '--wait', '--timeout', '5m');
  return (performance.now() - began) / 1000;
}

export interface PodList {
  items: {
    metadata: { name: string; labels?: Record<string, string> };
    spec: { nodeName?: string };
    status: { phase: string; podIP?: string; containerStatuses?: { ready: boolean; restartCount: number }[] };
  }[];
}
export const podsOf = async (...selector: string[]): Promise<PodList['items']> =>
  (await get<PodList>('pods', '--namespace', SYSTEM, ...selector)).items;

/** The pod of a Job that is done has nothing left to be ready for. */
export const isReady = ({ status }: PodList['items'][number]): boolean =>
  status.phase === 'Succeeded' || (status.containerStatuses?.every((c) => c.ready) ?? false);

export async function untilAvailable(): Promise<void> {
  await kubectl('wait', 'deployments', '--all', '--namespace', SYSTEM, '--for=condition=Available', '--timeout=120s');
  await waitFor('all pods of the platform ready', async () => (await podsOf()).every(isReady), 180_000);
}

interface GatewayView {
  status?: { addresses?: { value: string }[]; conditions?: { type: string; status: string }[] };
}

export function addressOf(name: string, inNamespace: string): Promise<string> {
  return waitFor(
    `the address of Gateway ${inNamespace}/${name}`,
    async () => {
      const { status } = await get<GatewayView>('gateway', name, '--namespace', inNamespace);
      const programmed = status?.conditions?.some((c) => c.type === 'Programmed' && c.status === 'True');
      return programmed ? status?.addresses?.[0]?.value : undefined;
    },
    120_000,
  );
}

export async function ask(address: string, host: string, at = '/'): Promise<{ status: number; text: string; ms: number }> {
  const began = performance.now();
  const { statusCode, body } = await request(`http://${address}${at}`, { headers: { host }, headersTimeout: 60_000 });
  return { status: statusCode, text: await body.text(), ms: Math.round(performance.now() - began) };
}

export const answers = (address: string, host: string): Promise<string> =>
  waitFor(
    `an answer of ${host} at ${address}`,
    async () => {
      const { status, text } = await ask(address, host).catch(() => ({ status: 0, text: '' }));
      return status === 200 ? text : undefined;
    },
    120_000,
  );

/** The shop's answers while something happens; at its Gateway's address unless another one is given. */
export async function underLoad(work: () => Promise<void>, address?: string): Promise<LoadReport> {
  const load = startLoad(`http://${address ?? (await addressOf('shop', SHOP))}/`, 'shop.example', 50);
  let failure: unknown;
  try {
    await waitFor('the load to flow', () => load.soFar().requests > 50);
    await work();
    const then = load.soFar().requests;
    await waitFor('some requests after it', () => load.soFar().requests > then + 150);
  } catch (error) {
    failure = error;
  }
  const report = await load.stop();
  if (failure !== undefined) throw failure;
  return report;
}

export function report(what: string, { requests, failed }: LoadReport): void {
  console.log(`${what}: ${requests} requests, ${failed.length} failed`);
}
