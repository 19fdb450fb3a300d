import type { KubeObject } from '@tidegate/kube';
import { z } from 'zod';
import { backendReferenceSchema, hostnameSchema, parentReferenceSchema, sectionNameSchema } from './references.js';
import { grpcRouteFilterSchema, headerNameSchema } from './route-filters.js';
import type { RouteStatus } from './route-status.js';

export const grpcRouteMatchSchema = z.object({
  method: z
    .object({
      type: z.enum(['Exact', 'RegularExpression']).default('Exact'),
      service: z.string().max(1024).optional(),
      method: z.string().max(1024).optional(),
    })
    .optional(),
  headers: z
    .array(
      z.object({
        type: z.enum(['Exact', 'RegularExpression']).default('Exact'),
        name: headerNameSchema,
        value: z.string().min(1).max(4096),
      }),
    )
    .max(16)
    .optional(),
});
export type GrpcRouteMatch = z.input<typeof grpcRouteMatchSchema>;

export const grpcRouteRuleSchema = z.object({
  name: sectionNameSchema.optional(),
  matches: z.array(grpcRouteMatchSchema).max(64).optional(),
  filters: z.array(grpcRouteFilterSchema).max(16).optional(),
  backendRefs: z
    .array(
      backendReferenceSchema.extend({
        weight: z.number().int().min(0).max(1_000_000).default(1),
        filters: z.array(grpcRouteFilterSchema).max(16).optional(),
      }),
    )
    .max(16)
    .optional(),
});
export type GrpcRouteRule = z.input<typeof grpcRouteRuleSchema>;

export const grpcRouteSpecSchema = z
  .object({
    parentRefs: z.array(parentReferenceSchema).max(32).optional(),
    hostnames: z.array(hostnameSchema).max(16).optional(),
    rules: z.array(grpcRouteRuleSchema).max(16).optional(),
  })
  .describe('Desired state of GRPCRoute.');

export interface GrpcRoute extends KubeObject {
  spec: z.input<typeof grpcRouteSpecSchema>;
  status?: RouteStatus;
}
