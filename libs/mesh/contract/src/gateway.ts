import type { KubeObject } from '@tidegate/kube';
import { z } from 'zod';
import { conditionsSchema, waitingFor } from './condition.js';
import { atomic, keyedBy } from './list-types.js';
import { listenerSchema, listenerStatusSchema } from './listener.js';
import { labelSelectorSchema, localReferenceSchema, objectReferenceSchema, portNumberSchema, secretReferenceSchema } from './references.js';

const addressTypeSchema = z
  .string()
  .min(1)
  .max(253)
  .regex(
    /^Hostname|IPAddress|NamedAddress|[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/[A-Za-z0-9\/\-._~%!$&'()*+,;=:]+$/,
  )
  .default('IPAddress');

export const gatewayAddressSchema = z.object({ type: addressTypeSchema, value: z.string().max(253).optional() });

const infrastructureSchema = z.object({
  labels: z
    .record(
      z.string(),
      z
        .string()
        .min(0)
        .max(63)
        .regex(/^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/),
    )
    .meta({ maxProperties: 8 })
    .optional()
    .describe('Labels for what is made for this Gateway.'),
  annotations: z.record(z.string(), z.string().min(0).max(4096)).meta({ maxProperties: 16 }).optional(),
  parametersRef: localReferenceSchema.optional(),
});

const frontendTlsSchema = z.object({
  validation: z
    .object({
      caCertificateRefs: atomic(z.array(objectReferenceSchema).min(1).max(16)).describe(
        'ConfigMaps with the certificates, under ca.crt, that a client certificate must come from.',
      ),
      mode: z
        .enum(['AllowValidOnly', 'AllowInsecureFallback'])
        .default('AllowValidOnly')
        .describe('AllowInsecureFallback lets in whoever has none, or a wrong one.'),
    })
    .optional(),
});

const gatewayTlsSchema = z.object({
  backend: z
    .object({
      clientCertificateRef: secretReferenceSchema.optional().describe('What the Gateway shows to backends that it reaches by TLS.'),
    })
    .optional(),
  frontend: z
    .object({
      default: frontendTlsSchema.describe('For every HTTPS listener.'),
      perPort: keyedBy('port', z.array(z.object({ port: portNumberSchema, tls: frontendTlsSchema })).max(64))
        .optional()
        .describe('In place of the default for listeners on this port.'),
    })
    .optional(),
});

export const gatewaySpecSchema = z
  .object({
    gatewayClassName: z.string().min(1).max(253),
    listeners: keyedBy('name', z.array(listenerSchema).min(1).max(64)),
    addresses: atomic(z.array(gatewayAddressSchema).max(16)).optional().describe('Addresses asked for; allocated when absent.'),
    allowedListeners: z
      .object({
        namespaces: z
          .object({
            from: z.enum(['All', 'Selector', 'Same', 'None']).default('None').describe('Namespaces whose ListenerSets may add listeners.'),
            selector: labelSelectorSchema.optional(),
          })
          .default({ from: 'None' }),
      })
      .optional(),
    infrastructure: infrastructureSchema.optional(),
    tls: gatewayTlsSchema.optional(),
  })
  .describe('Desired state of Gateway.');
export type GatewaySpec = z.input<typeof gatewaySpecSchema>;

export const gatewayStatusSchema = z
  .object({
    addresses: atomic(z.array(z.object({ type: addressTypeSchema, value: z.string().min(1).max(253) })).max(16)).optional(),
    attachedListenerSets: z.number().int().meta({ format: 'int32' }).optional().describe('ListenerSets that are attached with success.'),
    conditions: conditionsSchema.default(waitingFor('Accepted', 'Programmed')),
    listeners: keyedBy('name', z.array(listenerStatusSchema).max(64)).optional(),
  })
  .default({ conditions: waitingFor('Accepted', 'Programmed') });

export interface Gateway extends KubeObject {
  spec: GatewaySpec;
  status?: z.input<typeof gatewayStatusSchema>;
}
