import { randomUUID } from 'node:crypto';
import type { Clock } from '@tidegate/kernel';
import type { KubeObject } from '@tidegate/kube';
import { bootstrapBindings, bootstrapRoles, systemRoles } from '../auth/bootstrap-roles.js';
import type { ObjectStore } from '../store/object-store.js';
import { timestamp } from '../api/object-metadata.js';

const RBAC = 'rbac.authorization.k8s.io';
const BOOTSTRAP_LABEL = { 'kubernetes.io/bootstrapping': 'rbac-defaults' };
export const NAMESPACES: readonly string[] = ['default', 'kube-system', 'kube-public', 'kube-node-lease', 'tidegate-system'];

const PRIORITY_CLASSES = [
  {
    name: 'system-cluster-critical',
    value: 2_000_000_000,
    description: 'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
  },
  {
    name: 'system-node-critical',
    value: 2_000_001_000,
    description: 'Used for system critical pods that must not be moved from their current node.',
  },
];

const ownedByServer = (time: string) => ({
  manager: 'kube-apiserver',
  operation: 'Update',
  apiVersion: 'scheduling.k8s.io/v1',
  time,
  fieldsType: 'FieldsV1',
  fieldsV1: { 'f:description': {}, 'f:preemptionPolicy': {}, 'f:value': {} },
});

/** What every cluster has from its first moment: namespaces and the roles that people bind to. Nothing that exists is touched. */
export async function bootstrap(store: ObjectStore, clock: Clock, names: readonly string[] = NAMESPACES): Promise<void> {
  const creationTimestamp = timestamp(clock.now());
  const make = (resource: string, name: string, object: KubeObject): Promise<KubeObject> =>
    store.write(resource, name, (current) =>
      current ? { keep: current } : { put: { ...object, metadata: { name, uid: randomUUID(), creationTimestamp, ...object.metadata } } },
    );
  const namespaces = names.map((name) =>
    make('/namespaces', name, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { labels: { 'kubernetes.io/metadata.name': name } },
      ...{ spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } },
    }),
  );
  const roles = bootstrapRoles.map(({ name, rules, labels, aggregates }) =>
    make(`${RBAC}/clusterroles`, name, {
      apiVersion: `${RBAC}/v1`,
      kind: 'ClusterRole',
      metadata: { labels: { ...BOOTSTRAP_LABEL, ...labels } },
      ...{ rules, ...(aggregates ? { aggregationRule: { clusterRoleSelectors: [{ matchLabels: aggregates }] } } : {}) },
    }),
  );
  const bindings = bootstrapBindings.map(({ name, role, group }) =>
    make(`${RBAC}/clusterrolebindings`, name, {
      apiVersion: `${RBAC}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { labels: BOOTSTRAP_LABEL },
      ...{ roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: role }, subjects: [{ apiGroup: RBAC, kind: 'Group', name: group }] },
    }),
  );
  const system = systemRoles().map(({ resource, key, object }) =>
    make(resource, key, { ...object, metadata: { ...object.metadata, labels: BOOTSTRAP_LABEL } }),
  );
  const priorities = PRIORITY_CLASSES.map(({ name, value, description }) =>
    make('scheduling.k8s.io/priorityclasses', name, {
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { generation: 1, managedFields: [ownedByServer(creationTimestamp)] },
      ...{ value, description, preemptionPolicy: 'PreemptLowerPriority' },
    }),
  );
  await Promise.all([...namespaces, ...roles, ...bindings, ...system, ...priorities]);
}
