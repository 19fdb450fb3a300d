import type { KubeObject } from '@tidegate/kube';
import { z } from 'zod';
import { spokenConditionsSchema } from './condition.js';
import { atomic } from './list-types.js';
import {
  controllerNameSchema,
  groupSchema,
  hostnameSchema,
  kindNameSchema,
  localReferenceSchema,
  objectNameSchema,
  parentReferenceSchema,
  preciseHostnameSchema,
  sectionNameSchema,
  tlsOptionsSchema,
} from './references.js';

const subjectAltNameSchema = z.object({
  type: z.enum(['Hostname', 'URI']),
  hostname: hostnameSchema.optional(),
  uri: z
    .string()
    .min(1)
    .max(253)
    .regex(/^(([^:/?#]+):)(\/\/([^/?#]*))([^?#]*)(\?([^#]*))?(#(.*))?/)
    .optional(),
});
export type SubjectAltName = z.input<typeof subjectAltNameSchema>;

export const backendTlsPolicySpecSchema = z
  .object({
    targetRefs: atomic(
      z
        .array(
          z.object({
            group: groupSchema,
            kind: kindNameSchema,
            name: objectNameSchema,
            sectionName: sectionNameSchema.optional().describe('Name of the one port of the Service; all ports when absent.'),
          }),
        )
        .min(1)
        .max(16),
    ).describe('Services of the same namespace that gateways reach by TLS.'),
    validation: z.object({
      hostname: preciseHostnameSchema.describe('Sent as SNI, and the name that the certificate must bear when subjectAltNames are absent.'),
      caCertificateRefs: atomic(z.array(localReferenceSchema).max(8))
        .optional()
        .describe('ConfigMaps with the certificates, under ca.crt, that the certificate must come from.'),
      wellKnownCACertificates: z
        .string()
        .min(1)
        .max(253)
        .regex(
          /^(System|([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9]))$/,
        )
        .optional()
        .describe("System: those of the proxy's machine."),
      subjectAltNames: atomic(z.array(subjectAltNameSchema).max(5)).optional().describe('One of these must be in the certificate.'),
    }),
    options: tlsOptionsSchema.optional(),
  })
  .describe('Desired state of BackendTLSPolicy.');

export const policyStatusSchema = z.object({
  ancestors: atomic(
    z
      .array(
        z.object({
          ancestorRef: parentReferenceSchema,
          controllerName: controllerNameSchema,
          conditions: spokenConditionsSchema,
        }),
      )
      .max(16),
  ).describe('One entry for each Gateway that reaches a target.'),
});
export type PolicyAncestorStatus = z.input<typeof policyStatusSchema>['ancestors'][number];

export interface BackendTlsPolicy extends KubeObject {
  spec: z.input<typeof backendTlsPolicySpecSchema>;
  status?: z.input<typeof policyStatusSchema>;
}
