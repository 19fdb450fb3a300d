import path from 'node:path';
import { golden } from '@tidegate/testing';
import { CREATOR_ANNOTATION, DELETION_ANNOTATION } from '@tidegate/tenancy-contract';
import { PERMISSIONS, planDeletion, planWorkspace, platformRoles, resolvePermissions } from './index.js';

const project = (name: string, creator: string) => ({ metadata: { name, annotations: { [CREATOR_ANNOTATION]: creator } } });
const workspace = {
  metadata: { name: 'blue', uid: 'u-1' },
  spec: {
    members: [
      { user: 'ada', role: 'admin' },
      { user: 'bob', role: 'self-provisioner' },
      { group: 'readers', role: 'viewer' },
      { user: 'dev', role: 'release-manager' },
      { serviceAccount: { namespace: 'shop', name: 'ci' }, role: 'viewer' },
      { serviceAccount: { namespace: 'elsewhere', name: 'ci' }, role: 'viewer' },
      { user: 'lost', role: 'gone' },
    ],
    roles: [{ name: 'release-manager', permissions: ['releases-manage', 'logs-view', 'nonsense'] }],
    isolation: 'Workspace' as const,
    projectQuota: { pods: '20' },
    containerLimits: { default: { memory: '256Mi' } },
  },
};

it('plans a workspace as it is known', () => {
  const plan = planWorkspace({ workspace, projects: [project('shop', 'tidegate:bob'), project('bank', 'system:admin')], platformNamespace: 'tidegate-system' });
  const text = `${JSON.stringify(plan, null, 1)}\n`;
  expect(text).toBe(golden(path.join(import.meta.dirname, 'testdata', 'workspace.json'), text));
});

it('plans the roles of the platform as they are known', () => {
  const text = `${JSON.stringify(platformRoles(), null, 1)}\n`;
  expect(text).toBe(golden(path.join(import.meta.dirname, 'testdata', 'platform-roles.json'), text));
});

it('takes the rights of a creator who left', () => {
  const left = { ...workspace, spec: { members: [{ user: 'ada', role: 'admin' }] } };
  const { made } = planWorkspace({ workspace: left, projects: [project('shop', 'tidegate:bob')], platformNamespace: 'x' });
  expect(made.some((m) => m.object.metadata?.name === 'tidegate:creator')).toBe(false);
});

it('leaves projects of a deleted workspace unless it says otherwise', () => {
  const projects = [project('shop', 'x'), project('bank', 'x')];
  expect(planDeletion({ workspace, projects })).toEqual({ release: ['bank', 'shop'] });
  const cascade = { ...workspace, metadata: { ...workspace.metadata, annotations: { [DELETION_ANNOTATION]: 'Cascade' } } };
  expect(planDeletion({ workspace: cascade, projects })).toEqual({ remove: ['bank', 'shop'] });
});

it('brings along what a permission depends on, and knows each that it names', () => {
  expect(resolvePermissions(['terminal-use']).permissions.map((p) => p.name)).toEqual(['project-view', 'workloads-view', 'terminal-use']);
  const names = PERMISSIONS.map((p) => p.name);
  expect(PERMISSIONS.flatMap((p) => p.dependsOn).filter((d) => !names.includes(d))).toEqual([]);
  expect(PERMISSIONS.every((p) => p.rules.every((r) => !r.verbs.includes('*') && !(r.resources ?? []).includes('*')))).toBe(true);
});
