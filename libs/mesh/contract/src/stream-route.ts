import type { KubeObject } from '@tidegate/kube';
import { z } from 'zod';
import { atomic } from './list-types.js';
import { backendReferenceSchema, hostnameSchema, parentRefsSchema, sectionNameSchema, weightSchema } from './references.js';
import type { RouteStatus } from './route-status.js';

/** TLSRoute and TCPRoute: connections, whose bytes are passed on as they are. */
const rulesSchema = atomic(
  z
    .array(
      z.object({
        name: sectionNameSchema.optional(),
        backendRefs: atomic(
          z
            .array(backendReferenceSchema.extend({ weight: weightSchema }))
            .min(1)
            .max(16),
        ),
      }),
    )
    .min(1)
    .max(1),
);

export const tlsRouteSpecSchema = z
  .object({
    parentRefs: parentRefsSchema.optional(),
    hostnames: atomic(z.array(hostnameSchema).min(1).max(1024)).describe('Server names (SNI) that clients ask for.'),
    rules: rulesSchema,
  })
  .describe('Desired state of TLSRoute.');

export const tcpRouteSpecSchema = z
  .object({ parentRefs: parentRefsSchema.optional(), rules: rulesSchema })
  .describe('Desired state of TCPRoute.');

export interface TlsRoute extends KubeObject {
  spec: z.input<typeof tlsRouteSpecSchema>;
  status?: RouteStatus;
}

export interface TcpRoute extends KubeObject {
  spec: z.input<typeof tcpRouteSpecSchema>;
  status?: RouteStatus;
}
