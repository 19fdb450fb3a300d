import { mkdtempSync, rmSync } from 'node:fs';
import { type RunningPart, createRegistry, silentLogger, systemClock } from '@tidegate/kernel';
import { KubeClient, conditionIsTrue, kinds } from '@tidegate/kube';
import { type EmbeddedApi, startEmbeddedApi } from '@tidegate/kube-embedded';
import { QUOTA_LABEL, applicationCrds, applications, WORKSPACE_LABEL, tenancyCrds, workspaces } from '@tidegate/tenancy-contract';
import { startTenancy } from '@tidegate/tenancy-controller';
import { waitFor } from '@tidegate/testing';
import { identities, systemRights } from '../src/install/rights.js';

const folder = mkdtempSync('/tmp/tg-rights-');
const USER = 'system:tidegate:tenancy';
let api: EmbeddedApi;
let admin: KubeClient;
let tenancy: RunningPart;

beforeAll(async () => {
  api = await startEmbeddedApi({ dir: folder, port: 0, clock: systemClock, log: silentLogger });
  admin = new KubeClient(api.transport('admin', ['system:masters']));
  for (const crd of [...tenancyCrds(), ...applicationCrds()]) await admin.create(kinds.customResourceDefinitions, crd);
  for (const name of ['tidegate-system', 'knative-serving']) await admin.apply(kinds.namespaces, { metadata: { name } });
  await waitFor('workspaces are served', () => admin.list(workspaces).then(() => true, () => false));
  const subjects = [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: USER }];
  const metadata = { name: USER };
  await admin.create(kinds.clusterRoles, { metadata, rules: identities['tenancy'] ?? [] });
  await admin.create(kinds.clusterRoles, { metadata: { name: 'leading' }, rules: systemRights['tenancy'] ?? [] });
  await admin.create(kinds.clusterRoleBindings, { metadata, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: USER }, subjects });
  await admin.create(kinds.roleBindings, { metadata: { name: 'leading', namespace: 'tidegate-system' }, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'leading' }, subjects });
  const context = { log: silentLogger, clock: systemClock, registry: createRegistry('tenancy'), fatal: (error: unknown) => expect(error).toBeUndefined() };
  tenancy = await startTenancy(context, { client: new KubeClient(api.transport(USER, [])), networkPoliciesHold: true });
}, 60_000);

afterAll(async () => {
  await tenancy.stop();
  await api.stop();
  rmSync(folder, { recursive: true, force: true });
});

it('the rights that tenancy declares are enough for everything that it does, from making to taking away', async () => {
  const spec = {
    members: [{ user: 'ada', role: 'admin' }, { group: 'shop', role: 'viewer' }, { user: 'bob', role: 'on-call' }],
    roles: [{ name: 'on-call', permissions: ['logs-view', 'secrets-manage'] }],
    isolation: 'Workspace' as const,
    quota: { pods: '20', 'requests.cpu': '4' },
    projectQuota: { pods: '10' },
    containerLimits: { default: { memory: '64Mi' } },
  };
  await admin.create(workspaces, { metadata: { name: 'shop' }, spec });
  await admin.create(kinds.namespaces, { metadata: { name: 'web', labels: { [WORKSPACE_LABEL]: 'shop' } } });
  const status = await waitFor('everything is made', async () => {
    const found = (await admin.get(workspaces, 'shop'))?.status;
    return found?.projects?.includes('web') && conditionIsTrue(found.conditions, 'Ready', found.observedGeneration) ? found : undefined;
  });
  expect(status.conditions?.find((c) => c.type === 'Ready')).toMatchObject({ reason: 'Applied' });
  await waitFor('the quota is counted', async () => (await admin.get(workspaces, 'shop'))?.status?.quota?.used['pods'] === '0');
  expect((await admin.get(kinds.namespaces, 'web'))?.metadata?.labels?.[QUOTA_LABEL]).toBe('true');
  expect((await admin.list(kinds.roleBindings, { namespace: 'web' })).items.length).toBeGreaterThan(2);
  await admin.patch(workspaces, 'shop', undefined, { type: 'merge', body: { metadata: { annotations: { 'tenancy.tidegate.dev/deletion': 'Orphan' } }, spec: { members: [{ user: 'ada', role: 'admin' }], roles: [] } } });
  await waitFor('what is not wanted any more goes', async () => !(await admin.get(kinds.roleBindings, 'tidegate:workspace:role:on-call', 'web')));
  await admin.delete(workspaces, 'shop');
  await waitFor('the workspace goes', async () => (await admin.get(workspaces, 'shop')) === undefined);
  expect((await admin.get(kinds.namespaces, 'web'))?.metadata?.labels?.[WORKSPACE_LABEL]).toBeUndefined();
});

it('and for applications', async () => {
  const labels = { app: 'shop' };
  await admin.create(kinds.configMaps, { metadata: { name: 'settings', namespace: 'tidegate-system', labels } });
  await admin.create(applications, { metadata: { name: 'shop', namespace: 'tidegate-system' }, spec: { addOwnerRef: true, selector: { matchLabels: labels }, componentKinds: [{ group: '', kind: 'ConfigMap' }, { group: 'apps', kind: 'Deployment' }, { group: 'batch', kind: 'Job' }] } });
  await waitFor('it is ready', async () => (await admin.get(applications, 'shop', 'tidegate-system'))?.status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True'));
  expect((await admin.get(kinds.configMaps, 'settings', 'tidegate-system'))?.metadata?.ownerReferences).toMatchObject([{ kind: 'Application', name: 'shop' }]);
});
