import { Inject, Injectable } from '@nestjs/common';
import type { Attributes, Caller } from '@tidegate/access';
import { auditedChange } from '@tidegate/audit';
import { APPLICATION_GROUP, type Application, applications } from '@tidegate/tenancy-contract';
import { componentsOf, kindText } from '@tidegate/tenancy-plan';
import { audited } from '../audit/audited.js';
import { inNamespace, workspaceOf } from '../cluster/caches.js';
import { API_PORTS, type ApiPorts } from '../cluster/cluster.module.js';
import { asCaller } from '../edge/as-caller.js';
import { notFound, requireName } from '../edge/input.js';
import { type Permission, toPermission } from '../edge/permission.js';
import { requireRight, visible } from '../edge/visible.js';
import { goingWith } from '../object/going-with.js';
import { namespaceContents } from '../object/namespace-contents.js';
import { toNames } from '../object/to-preview.js';
import { changesOf, specOf } from './application-input.js';
import type { ApplicationObject, ApplicationRemoval, CreateApplicationInput, UpdateApplicationInput } from './application.types.js';
import { toApplication } from './to-application.js';

const KIND = { group: APPLICATION_GROUP, resource: 'applications' };
const on = (verb: string, namespace: string, name?: string): Attributes => ({ ...KIND, verb, namespace, name });

/** Applications: read from the cache by rights, written as the caller. */
@Injectable()
export class ApplicationService {
  constructor(@Inject(API_PORTS) private readonly ports: ApiPorts) {}

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
    const verbs = { update: 'patch', delete: 'delete' };
    return Promise.all(Object.entries(verbs).map(([action, verb]) => toPermission(this.ports.rights, caller, { action, needs: on(verb, namespace, name) })));
  }

  /** What would go, and what would stay. */
  async removal(caller: Caller, namespace: string, name: string): Promise<ApplicationRemoval> {
    const application = await this.one(caller, namespace, name);
    if (!application) throw notFound('application', name, namespace);
    const { objects, unseen } = await namespaceContents(asCaller(this.ports.own, caller), namespace);
    const goes = goingWith(application.metadata?.uid ?? '', objects);
    const keyOf = (group: string, kind: string, of: string): string => `${kindText({ group, kind })}/${of}`;
    const named = new Set(componentsOf(application).map((c) => keyOf(c.group, c.kind, c.name)));
    const stays = objects.filter((o) => named.has(keyOf(o.group, o.kind, o.object.metadata?.name ?? '')) && !goes.includes(o));
    return { goes: toNames(goes), goesCount: goes.length, stays: toNames(stays), staysCount: stays.length, unseen };
  }

  async create(caller: Caller, input: CreateApplicationInput): Promise<ApplicationObject> {
    const namespace = requireName('input.namespace', input.namespace);
    const name = requireName('input.name', input.name);
    const spec = specOf(input);
    return this.audited(caller, 'application.create', namespace, name, async () => {
      await requireRight(this.ports.rights, caller, on('create', namespace));
      return toApplication(await asCaller(this.ports.own, caller).create(applications, { metadata: { name, namespace }, spec }));
    });
  }

  /** Only what is asked for; who takes components into the application's hands must be allowed to delete them (asked at admission). */
  update(caller: Caller, input: UpdateApplicationInput): Promise<ApplicationObject> {
    const namespace = requireName('input.namespace', input.namespace);
    const name = requireName('input.name', input.name);
    const work = async (): Promise<{ before: Application; after: Application }> => {
      await requireRight(this.ports.rights, caller, on('patch', namespace, name));
      const person = asCaller(this.ports.own, caller);
      const before = await person.get(applications, name, namespace);
      if (!before) throw notFound('application', name, namespace);
      const body = changesOf(before, input);
      return { before, after: body.length === 0 ? before : await person.patch(applications, name, namespace, { type: 'json', body }) };
    };
    return this.audited(caller, 'application.update', namespace, name, work, ({ before, after }) => auditedChange(before, after)).then(({ after }) => toApplication(after));
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

  private audited<T>(caller: Caller, action: string, namespace: string, name: string, work: () => Promise<T>, changeOf?: (done: T) => readonly unknown[]): Promise<T> {
    return audited(this.ports.people.audit, { caller, action, object: { ...KIND, namespace, name }, workspace: workspaceOf(this.ports.caches, namespace) }, work, changeOf);
  }
}
