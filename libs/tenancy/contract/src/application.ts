import { type CustomResourceDefinition, type KubeObject, crdFor, defineKind } from '@tidegate/kube';
import { z } from 'zod';

/**
 * SIG Apps' kind (sigs.k8s.io/application v0.8): what belongs together, told by labels. As lenient as there, so that what is stored elsewhere can be moved
 * here: what of it means something is judged when it is read (`readSelection` of tenancy-plan), and the API bounds the size of an object.
 */
export const APPLICATION_GROUP = 'app.k8s.io';

const text = z.string();
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

const selectorSchema = z.object({
  matchLabels: z.record(text, text).optional(),
  matchExpressions: z.array(z.object({ key: text, operator: text, values: z.array(text).optional() })).optional(),
});

export const applicationSpecSchema = z
  .object({
    componentKinds: z
      .array(z.object({ group: text, kind: text }))
      .optional()
      .describe('Kinds of its components, 50 at most; the core group is empty, or "core".'),
    selector: selectorSchema.optional().describe('Labels of its components, in its own namespace.'),
    addOwnerRef: z.boolean().optional().describe('Components become owned by the application, and go with it.'),
    assemblyPhase: text.optional().describe('Set by who puts the application together; empty means Succeeded.'),
    descriptor: z
      .object({
        type: text.optional(),
        version: text.optional(),
        description: text.optional(),
        icons: z.array(z.object({ src: text.describe('An address, or a data URL.'), size: text.optional(), type: text.optional() })).optional(),
        maintainers: z.array(person).optional(),
        owners: z.array(person).optional(),
        keywords: z.array(text).optional(),
        links: z.array(z.object({ description: text.optional(), url: text.optional() })).optional(),
        notes: text.optional(),
      })
      .optional()
      .describe('For people to read.'),
    info: z
      .array(
        z.object({
          name: text.optional(),
          type: text.optional(),
          value: text.optional(),
          valueFrom: z
            .object({
              type: text.optional(),
              secretKeyRef: reference.extend({ key: text.optional() }).optional(),
              configMapKeyRef: reference.extend({ key: text.optional() }).optional(),
              serviceRef: reference.extend({ port: z.int().optional(), path: text.optional(), protocol: text.optional() }).optional(),
              ingressRef: reference.extend({ host: text.optional(), path: text.optional(), protocol: text.optional() }).optional(),
            })
            .optional(),
        }),
      )
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
  spec?: ApplicationSpec;
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
