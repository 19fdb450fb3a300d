import { Inject, Injectable } from '@nestjs/common';
import type { Attributes, Caller } from '@tidegate/access';
import { TidegateError, defineErrors } from '@tidegate/kernel';
import { type Deployment, type KubeClient, type KubeObject, kinds } from '@tidegate/kube';
import { type KnativeService, SERVICE_LABEL, knativeServices } from '@tidegate/serving-contract';
import { auditedChange } from '@tidegate/audit';
import { audited } from '../audit/audited.js';
import { API_PORTS, type ApiPorts } from '../cluster/cluster.module.js';
import { workspaceOf } from '../cluster/caches.js';
import { asCaller } from '../edge/as-caller.js';
import { InvalidInput, notFound, requireBetween } from '../edge/input.js';
import { type Permission, toPermission } from '../edge/permission.js';
import { requireRight } from '../edge/visible.js';
import { RESOURCES, ServiceCatalog, attributesOf, serviceNamed } from './service-catalog.js';
import { type RollBackServiceInput, type ScaleServiceInput, ServiceKind, type ServiceObject, type SetTrafficInput } from './service.types.js';
import { replicaSetsOf } from './to-service.js';
import { plannedTraffic } from './planned-traffic.js';

const codes = defineErrors({ API_ACTION_IMPOSSIBLE: 'What was asked cannot be done with this object.' });
const MOST_REPLICAS = 1_000;
const RESTARTED_ANNOTATION = 'kubectl.kubernetes.io/restartedAt';
const SCALED_BY_LOAD = 'A Knative Service is scaled by its load; set "autoscaling.knative.dev/min-scale" on its template to keep pods.';
const NO_REVISIONS = 'A StatefulSet keeps no revisions to go back to by name; apply its former manifest.';
const NO_SHARES = 'Only Knative Services share traffic among revisions; for the versions of other services make a release.';

interface Named {
  kind: ServiceKind;
  namespace: string;
  name: string;
}

/** Changes of services, made as the caller and recorded. */
@Injectable()
export class ServiceChanges {
  constructor(
    @Inject(API_PORTS) private readonly ports: ApiPorts,
    @Inject(ServiceCatalog) private readonly catalog: ServiceCatalog,
  ) {}

  can(caller: Caller, { kind, namespace, name }: Named): Promise<Permission[]> {
    const needs = (verb: string, subresource?: string): Attributes => ({ ...attributesOf(kind), verb, subresource, namespace, name });
    const isKnative = kind === ServiceKind.KNATIVE;
    return Promise.all(
      [
        { action: 'scale', needs: needs('patch', isKnative ? undefined : 'scale'), impossible: isKnative ? SCALED_BY_LOAD : undefined },
        { action: 'restart', needs: needs('patch') },
        { action: 'rollBack', needs: needs('patch'), impossible: kind === ServiceKind.STATEFUL_SET ? NO_REVISIONS : undefined },
        { action: 'setTraffic', needs: needs('patch'), impossible: isKnative ? undefined : NO_SHARES },
        { action: 'edit', needs: needs('update') },
        { action: 'delete', needs: needs('delete') },
      ].map((action) => toPermission(this.ports.rights, caller, action)),
    );
  }

  scale(caller: Caller, { id, replicas }: ScaleServiceInput): Promise<ServiceObject> {
    requireBetween('input.replicas', replicas, 0, MOST_REPLICAS);
    const named = serviceNamed(id, 'input.id');
    return this.change(caller, named, { action: 'service.scale', verb: 'patch', subresource: 'scale' }, async (person) => {
      if (named.kind === ServiceKind.KNATIVE) throw new TidegateError(codes.API_ACTION_IMPOSSIBLE, SCALED_BY_LOAD);
      const { kind } = RESOURCES[named.kind];
      const body = { spec: { replicas } };
      await person.patch<KubeObject>(kind, named.name, named.namespace, { type: 'merge', body }, { subresource: 'scale' });
    });
  }

  restart(caller: Caller, id: string): Promise<ServiceObject> {
    const named = serviceNamed(id);
    return this.change(caller, named, { action: 'service.restart', verb: 'patch' }, async (person) => {
      const at = new Date(this.ports.clock.now()).toISOString();
      const body = { spec: { template: { metadata: { annotations: { [RESTARTED_ANNOTATION]: at } } } } };
      await person.patch<KubeObject>(RESOURCES[named.kind].kind, named.name, named.namespace, { type: 'merge', body });
    });
  }

  rollBack(caller: Caller, { id, revision }: RollBackServiceInput): Promise<ServiceObject> {
    const named = serviceNamed(id, 'input.id');
    return this.change(caller, named, { action: 'service.rollBack', verb: 'patch' }, async (person) => {
      switch (named.kind) {
        case ServiceKind.DEPLOYMENT:
          return this.rollBackDeployment(person, named, revision);
        case ServiceKind.KNATIVE:
          return this.shareOut(person, named, [{ revision, percent: 100 }]);
        case ServiceKind.STATEFUL_SET:
          throw new TidegateError(codes.API_ACTION_IMPOSSIBLE, NO_REVISIONS);
      }
    });
  }

  setTraffic(caller: Caller, { id, targets }: SetTrafficInput): Promise<ServiceObject> {
    const named = serviceNamed(id, 'input.id');
    return this.change(caller, named, { action: 'service.setTraffic', verb: 'patch' }, async (person) => {
      if (named.kind !== ServiceKind.KNATIVE) throw new TidegateError(codes.API_ACTION_IMPOSSIBLE, NO_SHARES);
      await this.shareOut(person, named, targets);
    });
  }

  /** As `kubectl rollout undo`: the template of the older ReplicaSet, without the label that tells the sets apart. */
  private async rollBackDeployment(person: KubeClient, { namespace, name }: Named, revision: string): Promise<void> {
    const deployment = await person.get<Deployment>(kinds.deployments, name, namespace);
    const set = deployment && replicaSetsOf(this.ports.caches, deployment).find((s) => s.metadata?.name === revision);
    if (!set?.spec?.template) throw new InvalidInput('input.revision', `${name} has no revision ${JSON.stringify(revision.slice(0, 253))}.`, 'Take it from "revisions" of the service.');
    const { 'pod-template-hash': _, ...labels } = set.spec.template.metadata?.labels ?? {};
    const template = { ...set.spec.template, metadata: { ...set.spec.template.metadata, labels } };
    await person.patch<Deployment>(kinds.deployments, name, namespace, { type: 'json', body: [{ op: 'replace', path: '/spec/template', value: template }] });
  }

  private async shareOut(person: KubeClient, { namespace, name }: Named, targets: SetTrafficInput['targets']): Promise<void> {
    const known = this.ports.caches.revisions.list(namespace).filter((r) => r.metadata?.labels?.[SERVICE_LABEL] === name);
    const traffic = plannedTraffic(targets, new Set(known.map((r) => r.metadata?.name ?? '')));
    await person.patch<KnativeService>(knativeServices, name, namespace, { type: 'merge', body: { spec: { traffic } } });
  }

  /** The change is recorded with what it did to the object, and the answer is the service as it is afterwards. */
  private async change(caller: Caller, { kind, namespace, name }: Named, { action, verb, subresource }: { action: string; verb: string; subresource?: string }, work: (person: KubeClient) => Promise<void>): Promise<ServiceObject> {
    const object = { ...attributesOf(kind), namespace, name };
    const { people, own, rights, caches } = this.ports;
    const workspace = workspaceOf(caches, namespace);
    const outcome = await audited(
      people.audit,
      { caller, action, object, workspace },
      async () => {
        await requireRight(rights, caller, { ...object, verb, ...(kind === ServiceKind.KNATIVE || subresource === undefined ? {} : { subresource }) });
        const person = asCaller(own, caller);
        const before = await person.get<KubeObject>(RESOURCES[kind].kind, name, namespace);
        if (!before) throw notFound('service', name, namespace);
        await work(person);
        return { before, after: (await person.get<KubeObject>(RESOURCES[kind].kind, name, namespace)) ?? before };
      },
      ({ before, after }) => auditedChange(before, after),
    );
    const source = this.catalog.source(kind, namespace, name);
    if (!source) throw notFound('service', name, namespace);
    return this.catalog.toService(withNewest(source, outcome.after));
  }
}

/** The cache may be a moment behind: the answer shows what was just written. */
function withNewest<T extends { kind: ServiceKind; object: KubeObject }>(source: T, newest: KubeObject): T {
  return { ...source, object: { ...source.object, ...newest } };
}
