import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { type PartContext, type RunningPart, TidegateError, causeChain, pause } from '@tidegate/kernel';
import { type KubeClient, applyManifests, kinds } from '@tidegate/kube';
import { buildImage } from '@tidegate/kube-embedded';
import { imageFolder, manifestsFolder } from '@tidegate/sample-bookinfo';
import { helloImageFolder, helloManifestsFolder } from '@tidegate/sample-hello';
import { codes } from '../errors.js';

interface Sample {
  /** Of the ConfigMap that says that it was loaded once. */
  mark: string;
  image: string;
  manifests: string;
}

const BOOKINFO: Sample = { mark: 'sample-bookinfo', image: imageFolder, manifests: manifestsFolder };
const HELLO: Sample = { mark: 'sample-hello', image: helloImageFolder, manifests: helloManifestsFolder };
const NAMESPACE = 'tidegate-system';
/** Knative's defaults come from this webhook: without them a Service of its API is not whole. */
const KNATIVE_DEFAULTS = 'webhook.serving.knative.dev';
const WEBHOOK_LIMIT_MS = 120_000;
const WEBHOOK_LOOK_MS = 200;

/**
 * Builds the samples' images and applies their manifests, each once in an instance's life: a sample that was changed or deleted stays as
 * it is. Bookinfo is there on return; hello follows once its kind is admitted, which needs parts that start later.
 */
export async function loadSamples(context: PartContext, options: LoadOptions): Promise<RunningPart> {
  const { client, imageStore, progress } = options;
  for (const { image } of [BOOKINFO, HELLO]) await buildImage({ dir: image, storeDir: imageStore });
  if (!(await isLoaded(client, BOOKINFO))) {
    progress('Loading the sample (bookinfo) ...');
    await load(client, BOOKINFO);
  }
  const stopping = new AbortController();
  const following = loadHello(client, stopping.signal).catch((error: unknown) => {
    if (!stopping.signal.aborted)
      context.log.error({ error: causeChain(error) }, 'the sample hello was not loaded; the next start tries again');
  });
  return {
    name: 'samples',
    notReady: () => [],
    stop: () => {
      stopping.abort();
      return following;
    },
  };
}

export interface LoadOptions {
  client: KubeClient;
  imageStore: string;
  progress(text: string): void;
}

async function loadHello(client: KubeClient, signal: AbortSignal): Promise<void> {
  if (await isLoaded(client, HELLO)) return;
  const deadline = Date.now() + WEBHOOK_LIMIT_MS;
  while (!(await client.get(kinds.mutatingWebhookConfigurations, KNATIVE_DEFAULTS))) {
    if (Date.now() > deadline)
      throw new TidegateError(
        codes.CLI_START_FAILED,
        `The webhook ${KNATIVE_DEFAULTS} is not registered after ${WEBHOOK_LIMIT_MS / 1000} s.`,
        {
          remedy: 'See "tidegate logs control".',
        },
      );
    await pause(WEBHOOK_LOOK_MS, signal);
  }
  await load(client, HELLO);
}

async function isLoaded(client: KubeClient, { mark }: Sample): Promise<boolean> {
  return (await client.get(kinds.configMaps, mark, NAMESPACE)) !== undefined;
}

async function load(client: KubeClient, { mark, manifests }: Sample): Promise<void> {
  const files = readdirSync(manifests).filter((f) => f.endsWith('.yaml'));
  for (const file of files.sort())
    await applyManifests(client, readFileSync(path.join(manifests, file), 'utf8'), { source: file, fieldManager: 'tidegate-sample' });
  const done = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: mark, namespace: NAMESPACE }, data: { loaded: 'true' } };
  await client.create(kinds.configMaps, done);
}
