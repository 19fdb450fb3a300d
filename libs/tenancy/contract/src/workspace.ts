import type { KubeObject } from '@tidegate/kube';
import { z } from 'zod';

const name = z
  .string()
  .min(1)
  .max(63)
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);
const account = z
  .string()
  .min(1)
  .max(63)
  .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/);
const timestamp = z.iso.datetime({ offset: true });

export const WORKSPACE_ROLES = ['admin', 'self-provisioner', 'regular', 'viewer'] as const;
export type WorkspaceRole = (typeof WORKSPACE_ROLES)[number];

export const memberSchema = z
  .strictObject({
    user: account.optional().describe('Name of an account.'),
    group: account.optional().describe('Name of a group.'),
    serviceAccount: z.strictObject({ namespace: name, name: z.string().min(1).max(253) }).optional().describe("One of the workspace's projects."),
    role: name.describe('admin, self-provisioner, regular, viewer, or a role of this workspace (roles), which holds in all of its projects.'),
  })
  .describe('Exactly one of user, group and serviceAccount.')
  .meta({
    'x-kubernetes-validations': [
      { rule: '[has(self.user), has(self.group), has(self.serviceAccount)].filter(x, x).size() == 1', message: 'name exactly one of user, group and serviceAccount' },
    ],
  });
export type Member = z.output<typeof memberSchema>;

export const customRoleSchema = z.strictObject({
  name: name.describe('Not one of the platform’s own: admin, self-provisioner, regular, viewer.'),
  displayName: z.string().max(80).optional(),
  permissions: z.array(z.string().min(1).max(63)).min(1).max(50).describe('Names of permissions; those that they depend on come along.'),
});
export type CustomRole = z.output<typeof customRoleSchema>;

const quantity = z.string().min(1).max(32).regex(/^[0-9.]+([eE][0-9]+|[numkMGTPE]i?|[KMGTPE]i)?$/);

/** What a quota of a workspace may limit: names of ResourceQuota whose kinds admission is asked about. */
export const WORKSPACE_QUOTA_NAMES = [
  'pods',
  'requests.cpu',
  'requests.memory',
  'requests.ephemeral-storage',
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
  'requests.storage',
  'persistentvolumeclaims',
  'services',
  'services.loadbalancers',
  'services.nodeports',
  'configmaps',
  'secrets',
  'count/deployments.apps',
  'count/statefulsets.apps',
  'count/jobs.batch',
  'count/cronjobs.batch',
  'count/services.serving.knative.dev',
  'count/gateways.gateway.networking.k8s.io',
  'count/httproutes.gateway.networking.k8s.io',
] as const;

const amounts = z.record(z.string().max(253), quantity);

export const workspaceQuotaStatusSchema = z.object({
  used: amounts.describe('What all projects take, and what was let through and may be on its way.'),
  recent: z.array(z.object({ second: z.number().int().min(0), amounts })).max(20).describe('What was let through in the last seconds: it may not be counted where it is yet.'),
});
export type WorkspaceQuotaStatus = z.output<typeof workspaceQuotaStatusSchema>;

export const workspaceSpecSchema = z
  .strictObject({
    displayName: z.string().max(80).optional(),
    description: z.string().max(500).optional(),
    members: z.array(memberSchema).max(500).default([]),
    roles: z.array(customRoleSchema).max(50).default([]).describe('Roles of this workspace, made of permissions.'),
    isolation: z
      .enum(['None', 'Workspace', 'Project'])
      .default('None')
      .describe('From where pods may be reached: everywhere, the workspace, or their own project; gateways and the platform always.'),
    quota: z
      .record(z.string().max(253), quantity)
      .optional()
      .describe('Hard limits of all projects together, by the names of ResourceQuota.'),
    projectQuota: z.record(z.string().max(253), quantity).optional().describe('Hard limits of each project, as in a ResourceQuota.'),
    containerLimits: z
      .strictObject({ default: z.record(z.string().max(253), quantity).optional(), defaultRequest: z.record(z.string().max(253), quantity).optional() })
      .optional()
      .describe('For containers that say nothing, as in a LimitRange.'),
    gateways: z
      .array(z.strictObject({ namespace: name, name: z.string().min(1).max(253) }))
      .max(50)
      .optional()
      .describe('Gateways outside of the workspace that its routes may use; any when absent.'),
    hosts: z
      .array(z.string().min(1).max(253).regex(/^(\*\.)?[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/))
      .max(100)
      .optional()
      .describe('Host names that its routes may claim, with a leading "*." for all below; any when absent.'),
  })
  .describe('A team: who belongs to it, and what its projects may do and use.');
export type WorkspaceSpec = z.output<typeof workspaceSpecSchema>;

export const workspaceStatusSchema = z.object({
  observedGeneration: z.number().int().min(0).optional(),
  projects: z.array(z.string()).optional().describe('Its namespaces.'),
  members: z.number().int().min(0).optional(),
  quota: workspaceQuotaStatusSchema.optional(),
  conditions: z
    .array(
      z.object({
        type: z.string().min(1).max(316),
        status: z.enum(['True', 'False', 'Unknown']),
        observedGeneration: z.number().int().min(0).optional(),
        lastTransitionTime: timestamp,
        reason: z.string().min(1).max(1024),
        message: z.string().max(32_768),
      }),
    )
    .optional(),
});
export type WorkspaceStatus = z.output<typeof workspaceStatusSchema>;

export interface Workspace extends KubeObject {
  spec: z.input<typeof workspaceSpecSchema>;
  status?: WorkspaceStatus;
}
