import { type CustomResourceDefinition, type KubeObject, type LabelSelector, crdFor, defineKind } from '@tidegate/kube';
import { z } from 'zod';

/** SIG Apps' kind (sigs.k8s.io/application v0.8): what belongs together, told by labels. Field by field as there; what nobody reads is kept as it is. */
export const APPLICATION_GROUP = 'app.k8s.io';

const text = z.string().max(4_096);
const reference = z.object({
  apiVersion: text.optional(),
  fieldPath: text.optional(),
  kind: text.optional(),
  name: text.optional(),
  namespace: text.optional(),
  resourceVersion: text.optional(),
  uid: text.optional(),
});
const person = z.object({ name: text.optional(), url: text.optional(), email: text.optional() });
const port = z.int().min(0).max(65_535).optional();

const selectorSchema = z.object({
  matchLabels: z.record(z.string().max(317), z.string().max(63)).optional(),
  matchExpressions: z.array(z.object({ key: z.string().max(317), operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']), values: z.array(z.string().max(63)).max(100).optional() })).max(50).optional(),
});

export const applicationSpecSchema = z
  .object({
    componentKinds: z
      .array(z.object({ group: z.string().max(253), kind: z.string().min(1).max(63) }))
      .max(50)
      .default([])
      .describe('Kinds of its components; the core group is empty, or "core".'),
    selector: selectorSchema.optional().describe('Labels of its components, in its own namespace.'),
    addOwnerRef: z.boolean().optional().describe('Components become owned by the application, and go with it.'),
    assemblyPhase: z.enum(['Pending', 'Succeeded', 'Failed']).optional().describe('Set by who puts the application together.'),
    descriptor: z
      .object({
        type: text.optional(),
        version: text.optional(),
        description: text.optional(),
        icons: z.array(z.object({ src: text, size: text.optional(), type: text.optional() })).max(20).optional(),
        maintainers: z.array(person).max(50).optional(),
        owners: z.array(person).max(50).optional(),
        keywords: z.array(text).max(50).optional(),
        links: z.array(z.object({ description: text.optional(), url: text.optional() })).max(50).optional(),
        notes: z.string().max(32_768).optional(),
      })
      .optional()
      .describe('For people to read.'),
    info: z
      .array(
        z.object({
          name: text.optional(),
          type: z.enum(['Value', 'Reference']).optional(),
          value: text.optional(),
          valueFrom: z
            .object({
              type: z.enum(['SecretKeyRef', 'ConfigMapKeyRef', 'ServiceRef', 'IngressRef']).optional(),
              secretKeyRef: reference.extend({ key: text.optional() }).optional(),
              configMapKeyRef: reference.extend({ key: text.optional() }).optional(),
              serviceRef: reference.extend({ port, path: text.optional(), protocol: text.optional() }).optional(),
              ingressRef: reference.extend({ host: text.optional(), path: text.optional(), protocol: text.optional() }).optional(),
            })
            .optional(),
        }),
      )
      .max(50)
      .optional()
      .describe('How to reach and use it, for people to read.'),
  })
  .describe('What belongs together: components of some kinds, told by their labels.');
export type ApplicationSpec = z.output<typeof applicationSpecSchema>;

export const COMPONENT_STATES = ['Ready', 'InProgress', 'Failed', 'Unknown'] as const;
export type ComponentState = (typeof COMPONENT_STATES)[number];

export const applicationStatusSchema = z.object({
  observedGeneration: z.number().int().min(0).optional(),
  componentsReady: z.string().optional().describe('Ready components of all, such as 2/3.'),
  components: z.array(z.object({ group: z.string().optional(), kind: z.string().optional(), name: z.string().optional(), link: z.string().optional(), status: z.string().optional() })).optional(),
  conditions: z
    .array(
      z.object({
        type: z.string(),
        status: z.string(),
        reason: z.string().optional(),
        message: z.string().optional(),
        lastUpdateTime: z.string().optional(),
        lastTransitionTime: z.string().optional(),
      }),
    )
    .optional(),
});
export type ApplicationStatus = z.output<typeof applicationStatusSchema>;

export interface Application extends KubeObject {
  spec?: Omit<z.input<typeof applicationSpecSchema>, 'selector'> & { selector?: LabelSelector };
  status?: ApplicationStatus;
}

export const applications = defineKind<Application>({ group: APPLICATION_GROUP, version: 'v1beta1', kind: 'Application', plural: 'applications', namespaced: true });

export const applicationCrds = (): CustomResourceDefinition[] => [
  crdFor({
    kind: applications,
    description: 'What belongs together in a namespace, with one status for all of it.',
    shortNames: ['app'],
    categories: ['all'],
    schema: applicationSpecSchema,
    statusSchema: applicationStatusSchema,
    annotations: { 'api-approved.kubernetes.io': 'https://github.com/kubernetes-sigs/application' },
    columns: [
      { name: 'Type', type: 'string', jsonPath: '.spec.descriptor.type' },
      { name: 'Version', type: 'string', jsonPath: '.spec.descriptor.version' },
      { name: 'Owner', type: 'boolean', jsonPath: '.spec.addOwnerRef', description: 'Components go with the application.' },
      { name: 'Ready', type: 'string', jsonPath: '.status.componentsReady' },
      { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
    ],
  }),
];
