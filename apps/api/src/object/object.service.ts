import { Inject, Injectable } from '@nestjs/common';
import type { Attributes, Caller } from '@tidegate/access';
import { auditedChange } from '@tidegate/audit';
import { TidegateError, defineErrors } from '@tidegate/kernel';
import { Discovery, type Kind, KubeApiError, type KubeClient, type KubeObject, badDnsSubdomain, kinds, parseManifests } from '@tidegate/kube';
import { createPatch } from 'rfc6902';
import { stringify } from 'yaml';
import { audited } from '../audit/audited.js';
import { workspaceOf } from '../cluster/caches.js';
import { API_PORTS, type ApiPorts } from '../cluster/cluster.module.js';
import { asCaller } from '../edge/as-caller.js';
import { toGlobalId } from '../edge/global-id.js';
import { InvalidInput, notFound, requireName, requireShort } from '../edge/input.js';
import { requireRight } from '../edge/visible.js';
import { goingWith } from './going-with.js';
import { namespaceContents } from './namespace-contents.js';
import { type AppliedObject, AppliedResult, type ApplyInput, type DeleteInput, type DeletionPreview, type KubernetesObject, type ObjectInput, type SettingsObject } from './object.types.js';
import { toPreview } from './to-preview.js';

const codes = defineErrors({ API_KIND_UNKNOWN: 'A call names a kind that the cluster does not serve.' });
const LONGEST_YAML = 200_000;
const MOST_OBJECTS = 50;
const MOST_SETTINGS = 500;
const LONGEST_WORD = 100;
/** Fields that people apply through the api are theirs, and not the controllers'. */
const FIELD_MANAGER = 'tidegate-api';

interface Settings extends KubeObject {
  type?: string;
  data?: Record<string, unknown>;
  binaryData?: Record<string, unknown>;
}

/** Objects of any kind, read and written as the caller. */
@Injectable()
export class ObjectService {
  constructor(@Inject(API_PORTS) private readonly ports: ApiPorts) {}

  async get(caller: Caller, input: ObjectInput): Promise<KubernetesObject | null> {
    const { person, kind, namespace } = await this.named(caller, input);
    await this.require(caller, 'get', kind, input.name, namespace);
    const object = await person.get(kind, input.name, namespace);
    return object ? { ...nameOf(object, kind), resourceVersion: object.metadata?.resourceVersion ?? '', yaml: toYaml(object) } : null;
  }

  /** What is left without an owner, and what that owned in turn; for a namespace, all that is in it. */
  async deletionPreview(caller: Caller, input: ObjectInput): Promise<DeletionPreview> {
    const { person, kind, namespace } = await this.named(caller, input);
    await this.require(caller, 'get', kind, input.name, namespace);
    const object = await person.get(kind, input.name, namespace);
    if (!object) throw notFound(input.kind, input.name, namespace);
    if (kind.group === '' && kind.kind === 'Namespace') return toPreview(await namespaceContents(person, input.name));
    if (namespace === undefined) return { totalCount: 0, objects: [], unseen: [`A ${kind.kind} belongs to no namespace: what it owns anywhere was not looked for.`] };
    const { objects, unseen } = await namespaceContents(person, namespace);
    return toPreview({ objects: goingWith(object.metadata?.uid ?? '', objects), unseen });
  }

  /** One after the other, in the order written; what is refused does not stop the rest. */
  async apply(caller: Caller, input: ApplyInput): Promise<AppliedObject[]> {
    requireShort('input.yaml', input.yaml, LONGEST_YAML);
    if (input.namespace) requireName('input.namespace', input.namespace);
    const manifests = parseManifests(input.yaml, 'input.yaml');
    if (manifests.length === 0 || manifests.length > MOST_OBJECTS) throw new InvalidInput('input.yaml', `input.yaml has ${manifests.length} objects; it has to have 1 to ${MOST_OBJECTS}.`);
    const person = asCaller(this.ports.own, caller);
    const discovery = new Discovery(person);
    const applied: AppliedObject[] = [];
    for (const manifest of manifests) applied.push(await this.applyOne(caller, { person, discovery }, manifest, input));
    return applied;
  }

  private async applyOne(caller: Caller, { person, discovery }: { person: KubeClient; discovery: Discovery }, manifest: KubeObject, input: ApplyInput): Promise<AppliedObject> {
    const { apiVersion = '', kind: kindName = '', metadata } = manifest;
    const name = metadata?.name ?? '';
    const unknown = { apiVersion, kind: kindName, namespace: metadata?.namespace ?? null, name, before: null, after: null, changes: [], fields: [] };
    try {
      const kind = await this.requireKind(discovery, apiVersion, kindName);
      if (badDnsSubdomain(name).length > 0) throw new InvalidInput('input.yaml', `${JSON.stringify(name.slice(0, LONGEST_WORD))} is no name for a ${kindName}: lower case letters, digits, "-" and ".", at most 253 characters.`);
      const namespace = kind.namespaced ? (metadata?.namespace ?? input.namespace) : undefined;
      if (kind.namespaced && !namespace) throw new InvalidInput('input.namespace', `${kindName} ${name} needs a namespace.`, 'Write metadata.namespace, or give the input "namespace".');
      const object: KubeObject = { ...manifest, metadata: { ...metadata, namespace } };
      const write = async (): Promise<{ before: KubeObject | undefined; after: KubeObject }> => {
        await this.require(caller, 'patch', kind, name, namespace);
        const before = await person.get(kind, name, namespace);
        return { before, after: await person.apply(kind, object, { force: input.force, fieldManager: FIELD_MANAGER, dryRun: input.dryRun }) };
      };
      const entry = { caller, action: 'object.apply', object: { group: kind.group, resource: kind.plural, namespace, name }, workspace: namespace === undefined ? undefined : workspaceOf(this.ports.caches, namespace) };
      const { before, after } = input.dryRun ? await write() : await audited(this.ports.people.audit, entry, write, (done) => auditedChange(done.before, done.after));
      return toApplied(kind, before, after);
    } catch (error) {
      if (!(error instanceof TidegateError) || error.code === 'KUBE_UNREACHABLE' || error.code === 'API_NO_DATABASE') throw error;
      const causes = error instanceof KubeApiError ? (error.details?.causes ?? []) : [];
      const fields = causes.flatMap(({ field, message }) => (field ? [{ field, message: message ?? '' }] : []));
      return { ...unknown, result: AppliedResult.REFUSED, because: error.message, fields };
    }
  }

  async delete(caller: Caller, input: DeleteInput): Promise<boolean> {
    const { person, kind, namespace } = await this.named(caller, input);
    const { name, orphan } = input;
    const entry = { caller, action: 'object.delete', object: { group: kind.group, resource: kind.plural, namespace, name }, workspace: namespace === undefined ? undefined : workspaceOf(this.ports.caches, namespace) };
    return audited(this.ports.people.audit, entry, async () => {
      await this.require(caller, 'delete', kind, name, namespace);
      const object = await person.get(kind, name, namespace);
      if (!object) throw notFound(input.kind, name, namespace);
      // Only the object that was looked at: one that was made again meanwhile stays.
      await person.delete(kind, name, namespace, { uid: object.metadata?.uid, propagationPolicy: orphan ? 'Orphan' : 'Background' });
      return true;
    });
  }

  /** Names and keys. Who may list Secrets may read their values in Kubernetes too; they are still given one object at a time only, by `object`. */
  async settings(caller: Caller, of: 'configMaps' | 'secrets', namespace: string): Promise<SettingsObject[]> {
    requireName('namespace', namespace);
    const kind = of === 'secrets' ? kinds.secrets : kinds.configMaps;
    await this.require(caller, 'list', kind, undefined, namespace);
    const { items } = await asCaller(this.ports.own, caller).list<Settings>(kind as Kind<Settings>, { namespace, limit: MOST_SETTINGS });
    return items.map(({ metadata, type, data, binaryData }) => ({
      id: toGlobalId(kind.kind, namespace, metadata?.name ?? ''),
      namespace,
      name: metadata?.name ?? '',
      type: of === 'secrets' ? (type ?? null) : null,
      keys: [...Object.keys(data ?? {}), ...Object.keys(binaryData ?? {})].sort(),
      createdAt: metadata?.creationTimestamp ?? null,
    }));
  }

  /** The OpenAPI v3 document of a group and version, with the schemas of its kinds. Discovery is open to everybody who is signed in to Kubernetes. */
  async schema(caller: Caller, apiVersion: string): Promise<string> {
    if (!/^([a-z0-9.-]{1,100}\/)?v[a-z0-9]{1,20}$/.test(apiVersion)) throw new InvalidInput('apiVersion', 'apiVersion is not of the form v1 or group/v1.');
    const path = `/openapi/v3/${apiVersion.includes('/') ? 'apis' : 'api'}/${apiVersion}`;
    return JSON.stringify(await asCaller(this.ports.own, caller).request<object>({ method: 'GET', path }));
  }

  private async named(caller: Caller, { apiVersion, kind: kindName, namespace, name }: ObjectInput): Promise<{ person: KubeClient; kind: Kind; namespace: string | undefined }> {
    requireName('input.name', name);
    if (namespace) requireName('input.namespace', namespace);
    const person = asCaller(this.ports.own, caller);
    const kind = await this.requireKind(new Discovery(person), apiVersion, kindName);
    if (kind.namespaced && !namespace) throw new InvalidInput('input.namespace', `${kindName} ${name} needs a namespace.`);
    return { person, kind, namespace: kind.namespaced ? namespace : undefined };
  }

  private async requireKind(discovery: Discovery, apiVersion: string, kindName: string): Promise<Kind> {
    requireShort('apiVersion', apiVersion, LONGEST_WORD);
    requireShort('kind', kindName, LONGEST_WORD);
    const isWord = /^([a-z0-9.-]+\/)?v[a-z0-9]+$/.test(apiVersion);
    const kind = isWord ? await discovery.find(apiVersion, kindName) : undefined;
    if (!kind) throw new TidegateError(codes.API_KIND_UNKNOWN, `The cluster does not serve the kind ${JSON.stringify(kindName)} of ${JSON.stringify(apiVersion)}.`, { remedy: 'Correct apiVersion and kind, or install the definition first.' });
    return kind;
  }

  private require(caller: Caller, verb: string, kind: Kind, name: string | undefined, namespace: string | undefined): Promise<void> {
    // A namespace is inside itself for RBAC.
    const within = kind.group === '' && kind.plural === 'namespaces' ? name : namespace;
    const attributes: Attributes = { verb, group: kind.group, resource: kind.plural, name, namespace: within };
    return requireRight(this.ports.rights, caller, attributes);
  }
}

const nameOf = ({ metadata, apiVersion }: KubeObject, kind: Kind) => ({
  apiVersion: apiVersion ?? (kind.group === '' ? kind.version : `${kind.group}/${kind.version}`),
  kind: kind.kind,
  namespace: metadata?.namespace ?? null,
  name: metadata?.name ?? '',
});

const BOOKKEEPING = ['resourceVersion', 'generation', 'uid', 'creationTimestamp', 'managedFields'];

function toApplied(kind: Kind, before: KubeObject | undefined, after: KubeObject): AppliedObject {
  const changes = createPatch(compared(before), compared(after)).map(({ op, path }) => ({ op, path }));
  const result = before === undefined ? AppliedResult.CREATED : changes.length === 0 ? AppliedResult.UNCHANGED : AppliedResult.CONFIGURED;
  return { ...nameOf(after, kind), result, before: before === undefined ? null : toYaml(before), after: toYaml(after), changes: before === undefined ? [] : changes, because: null, fields: [] };
}

function compared(object: KubeObject | undefined): object {
  if (!object) return {};
  const metadata = Object.fromEntries(Object.entries(object.metadata ?? {}).filter(([key]) => !BOOKKEEPING.includes(key)));
  return { ...object, metadata };
}

export function toYaml(object: KubeObject): string {
  const { managedFields: _, ...metadata } = object.metadata ?? {};
  const { apiVersion, kind, metadata: __, ...rest } = object;
  return stringify({ apiVersion, kind, metadata, ...rest }, { lineWidth: 0, aliasDuplicateObjects: false });
}
