import { TidegateError, pause } from '@tidegate/kernel';
import { parseAllDocuments } from 'yaml';
import { conditionIsTrue, type Condition } from './conditions.js';
import { Discovery } from './discovery.js';
import { codes } from './kube-api-error.js';
import type { KubeClient } from './kube-client.js';
import type { Kind, KubeObject } from './kind.js';
import { kinds } from './kinds.js';

export interface ApplyManifestsOptions {
  /** For objects that name none; default 'default'. */
  namespace?: string;
  fieldManager?: string;
  /** For definitions to be served; default 30 s. */
  timeoutMs?: number;
  /** Where the text is from, for messages. */
  source?: string;
  onApplied?: (applied: AppliedObject) => void;
}

export interface AppliedObject {
  apiVersion: string;
  kind: string;
  namespace?: string;
  name: string;
  result: 'created' | 'configured' | 'unchanged';
}

interface Manifest extends KubeObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string };
}

const MAX_DOCUMENTS = 2000;
const POLL_MS = 100;

/**
 * Applies multi-document YAML (or JSON; `List` objects are unfolded) server-side: namespaces and definitions first, then the rest in the
 * order written. Waits until the definitions are served. All documents are checked before the first is sent.
 * Throws KUBE_MANIFEST_INVALID, KUBE_KIND_UNKNOWN, KUBE_NOT_ESTABLISHED, or KubeApiError of the object refused; those before it stay applied.
 */
export async function applyManifests(client: KubeClient, yamlText: string, options: ApplyManifestsOptions = {}): Promise<AppliedObject[]> {
  const manifests = parseManifests(yamlText, options.source ?? 'the manifests');
  const discovery = new Discovery(client);
  const first = manifests.filter(comesFirst);
  const rest = manifests.filter((m) => !comesFirst(m));
  const applied: AppliedObject[] = [];
  for (const manifest of first) applied.push(await applyOne(client, discovery, manifest, options));
  for (const crd of first.filter((m) => m.kind === 'CustomResourceDefinition')) {
    await waitUntilServed(client, discovery, crd, options.timeoutMs ?? 30_000);
  }
  for (const manifest of rest) applied.push(await applyOne(client, discovery, manifest, options));
  return applied;
}

/** Documents as objects. Throws KUBE_MANIFEST_INVALID with the document's number and the line. */
export function parseManifests(yamlText: string, source: string): Manifest[] {
  const documents = parseAllDocuments(yamlText);
  if (documents.length > MAX_DOCUMENTS) throw invalid(`${source} has more than ${MAX_DOCUMENTS} documents.`);
  const manifests: Manifest[] = [];
  documents.forEach((document, i) => {
    const where = `Document ${i + 1} of ${source}`;
    const [error] = document.errors;
    if (error) throw invalid(`${where} is not valid YAML: ${error.message.trim()}`);
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    if (value !== null && value !== undefined) collect(value, where, manifests);
  });
  return manifests;
}

function collect(value: unknown, where: string, into: Manifest[]): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(`${where} is not a Kubernetes object.`);
  if ('items' in value && Array.isArray(value.items) && 'kind' in value && String(value.kind).endsWith('List')) {
    value.items.forEach((item: unknown, i) => collect(item, `Item ${i + 1} of ${where}`, into));
    return;
  }
  if (!isManifest(value)) throw invalid(`${where} needs apiVersion, kind and metadata.name.`);
  into.push(value);
}

function isManifest(value: object): value is Manifest {
  if (!('apiVersion' in value && 'kind' in value && 'metadata' in value)) return false;
  const { apiVersion, kind, metadata } = value;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || typeof metadata !== 'object' || metadata === null) return false;
  return 'name' in metadata && typeof metadata.name === 'string' && metadata.name !== '';
}

function comesFirst(manifest: Manifest): boolean {
  return (
    (manifest.kind === 'Namespace' && manifest.apiVersion === 'v1') ||
    (manifest.kind === 'CustomResourceDefinition' && manifest.apiVersion.startsWith('apiextensions.k8s.io/'))
  );
}

async function applyOne(
  client: KubeClient,
  discovery: Discovery,
  manifest: Manifest,
  options: ApplyManifestsOptions,
): Promise<AppliedObject> {
  const { apiVersion, kind: kindName } = manifest;
  const kind: Kind | undefined = await discovery.find(apiVersion, kindName);
  if (!kind) {
    throw new TidegateError(
      codes.KUBE_KIND_UNKNOWN,
      `The cluster does not serve ${kindName} (${apiVersion}), named by "${manifest.metadata.name}".`,
      {
        remedy: 'Install its CustomResourceDefinition first, or correct apiVersion and kind.',
      },
    );
  }
  const { name } = manifest.metadata;
  const namespace = kind.namespaced ? (manifest.metadata.namespace ?? options.namespace ?? 'default') : undefined;
  const object: KubeObject = { ...manifest, metadata: { ...manifest.metadata, namespace } };
  const before = await client.get(kind, name, namespace);
  const after = await client.apply(kind, object, options.fieldManager === undefined ? {} : { fieldManager: options.fieldManager });
  const same = before?.metadata?.resourceVersion === after.metadata?.resourceVersion;
  const applied: AppliedObject = { apiVersion, kind: kindName, name, result: !before ? 'created' : same ? 'unchanged' : 'configured' };
  if (namespace !== undefined) applied.namespace = namespace;
  options.onApplied?.(applied);
  return applied;
}

/** Established says that the name is accepted; only discovery says that requests are answered, a moment later. */
async function waitUntilServed(client: KubeClient, discovery: Discovery, crd: Manifest, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const now = await client.get(kinds.customResourceDefinitions, crd.metadata.name);
    if (now && conditionIsTrue(now.status?.conditions?.map(toCondition), 'Established')) {
      discovery.forget();
      const { group, names, versions } = now.spec;
      const found = versions.filter((v) => v.served).map((v) => discovery.find(`${group}/${v.name}`, names.kind));
      if ((await Promise.all(found)).every((kind) => kind !== undefined)) return;
    }
    if (performance.now() > deadline) {
      const why = now?.status?.conditions?.find((c) => c.status === 'False')?.message;
      throw new TidegateError(
        codes.KUBE_NOT_ESTABLISHED,
        `${crd.metadata.name} was not served after ${timeoutMs / 1000} s${why ? `: ${why}` : ''}.`,
      );
    }
    await pause(POLL_MS);
  }
}

function toCondition(c: { type: string; status: string; reason?: string; message?: string; lastTransitionTime?: string }): Condition {
  const status = c.status === 'True' || c.status === 'False' ? c.status : 'Unknown';
  return { type: c.type, status, reason: c.reason ?? '', message: c.message ?? '', lastTransitionTime: c.lastTransitionTime ?? '' };
}

function invalid(message: string): TidegateError {
  return new TidegateError(codes.KUBE_MANIFEST_INVALID, message, {
    remedy: 'Each document is one object with apiVersion, kind and metadata.name.',
  });
}
