import { Inject, Injectable } from '@nestjs/common';
import type { Attributes, Caller } from '@tidegate/access';
import { badLabelValue, badQualifiedName } from '@tidegate/kube';
import { APPLICATION_GROUP, type Application, applications } from '@tidegate/tenancy-contract';
import { type Component, previewRemoval } from '@tidegate/tenancy-plan';
import { audited } from '../audit/audited.js';
import { inNamespace, workspaceOf } from '../cluster/caches.js';
import { API_PORTS, type ApiPorts } from '../cluster/cluster.module.js';
import { asCaller } from '../edge/as-caller.js';
import { InvalidInput, notFound, requireName, requireShort } from '../edge/input.js';
import { type Permission, toPermission } from '../edge/permission.js';
import { requireRight, visible } from '../edge/visible.js';
import { FindObjects } from '../object/find-objects.js';
import type { ApplicationObject, ApplicationRemoval, CreateApplicationInput } from './application.types.js';
import { toApplication } from './to-application.js';

const KIND = { group: APPLICATION_GROUP, resource: 'applications' };
const [LONGEST_WORD, LONGEST_DESCRIPTION, MOST_LABELS, MOST_KINDS, MOST_SHOWN] = [253, 4_000, 20, 50, 200];
const USUAL_KINDS = [
  { group: 'apps', kind: 'Deployment' },
  { group: 'apps', kind: 'StatefulSet' },
  { group: '', kind: 'Service' },
  { group: 'serving.knative.dev', kind: 'Service' },
];
const on = (verb: string, namespace: string, name?: string): Attributes => ({ ...KIND, verb, namespace, name });

/** Applications: read from the cache by rights, written as the caller. */
@Injectable()
export class ApplicationService {
  constructor(
    @Inject(API_PORTS) private readonly ports: ApiPorts,
    @Inject(FindObjects) private readonly objects: FindObjects,
  ) {}

  async all(caller: Caller, namespace: string | undefined): Promise<Application[]> {
    if (namespace !== undefined) {
      requireName('namespace', namespace);
      await requireRight(this.ports.rights, caller, on('list', namespace));
    }
    return visible(this.ports.rights, caller, KIND, inNamespace(this.ports.caches.applications, namespace));
  }

  async one(caller: Caller, namespace: string, name: string): Promise<Application | undefined> {
    await requireRight(this.ports.rights, caller, on('get', requireName('namespace', namespace), requireName('name', name)));
    return this.ports.caches.applications.get(namespace, name);
  }

  can(caller: Caller, { namespace, name }: ApplicationObject): Promise<Permission[]> {
    return Promise.all(['update', 'delete'].map((action) => toPermission(this.ports.rights, caller, { action, needs: on(action, namespace, name) })));
  }

  /** What would go, and what would stay. */
  async removal(caller: Caller, namespace: string, name: string): Promise<ApplicationRemoval> {
    const application = await this.one(caller, namespace, name);
    if (!application) throw notFound('application', name, namespace);
    const all = (await this.objects.everythingIn(caller, namespace)).map((o): Component => ({ group: '', ...o }));
    const named = new Set((application.status?.components ?? []).map((c) => `${c.kind}/${c.name}`));
    const { goes, stays } = previewRemoval(application, all.filter((c) => named.has(`${c.kind}/${c.object.metadata?.name}`)), all);
    const shown = (components: readonly Component[]) => components.slice(0, MOST_SHOWN).map(({ kind, object }) => ({ kind, namespace, name: object.metadata?.name ?? '' }));
    return { goes: shown(goes), stays: shown(stays) };
  }

  async create(caller: Caller, input: CreateApplicationInput): Promise<ApplicationObject> {
    const namespace = requireName('input.namespace', input.namespace);
    const name = requireName('input.name', input.name);
    const matchLabels = requireLabels(input.labels);
    if ((input.kinds ?? []).length > MOST_KINDS) throw new InvalidInput('input.kinds', `input.kinds has more than ${MOST_KINDS} kinds.`);
    const descriptor = {
      type: requireShort('input.type', input.type ?? '', LONGEST_WORD) || undefined,
      version: requireShort('input.version', input.version ?? '', LONGEST_WORD) || undefined,
      description: requireShort('input.description', input.description ?? '', LONGEST_DESCRIPTION) || undefined,
    };
    const componentKinds = (input.kinds ?? USUAL_KINDS).map(({ group, kind }) => ({ group: requireShort('input.kinds.group', group, LONGEST_WORD), kind: requireShort('input.kinds.kind', kind, LONGEST_WORD) }));
    const spec = { selector: { matchLabels }, componentKinds, descriptor, ...(input.owns ? { addOwnerRef: true } : {}) };
    return this.audited(caller, 'application.create', namespace, name, async () => {
      await requireRight(this.ports.rights, caller, on('create', namespace));
      return toApplication(await asCaller(this.ports.own, caller).create(applications, { metadata: { name, namespace }, spec }));
    });
  }

  delete(caller: Caller, namespace: string, name: string): Promise<boolean> {
    requireName('namespace', namespace);
    requireName('name', name);
    return this.audited(caller, 'application.delete', namespace, name, async () => {
      await requireRight(this.ports.rights, caller, on('delete', namespace, name));
      const person = asCaller(this.ports.own, caller);
      const found = await person.get(applications, name, namespace);
      if (!found) throw notFound('application', name, namespace);
      // Only the one that was looked at.
      await person.delete(applications, name, namespace, { uid: found.metadata?.uid, propagationPolicy: 'Background' });
      return true;
    });
  }

  private audited<T>(caller: Caller, action: string, namespace: string, name: string, work: () => Promise<T>): Promise<T> {
    return audited(this.ports.people.audit, { caller, action, object: { ...KIND, namespace, name }, workspace: workspaceOf(this.ports.caches, namespace) }, work);
  }
}

function requireLabels(labels: CreateApplicationInput['labels']): Record<string, string> {
  if (labels.length === 0 || labels.length > MOST_LABELS) throw new InvalidInput('input.labels', `input.labels has ${labels.length} labels; it has to have 1 to ${MOST_LABELS}.`, 'Without a label everything of the project would belong to it.');
  for (const { name, value } of labels) {
    const [wrong] = [...badQualifiedName(name), ...badLabelValue(value)];
    if (wrong !== undefined) throw new InvalidInput('input.labels', `${JSON.stringify(`${name}=${value}`.slice(0, LONGEST_WORD))} is no label: ${wrong}`);
  }
  return Object.fromEntries(labels.map(({ name, value }) => [name, value]));
}
