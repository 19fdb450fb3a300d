import type { KubeObject } from '@tidegate/kube';
import { z } from 'zod';
import { atomic, keyedBy } from './list-types.js';
import { backendReferenceSchema, hostnameSchema, parentRefsSchema, sectionNameSchema, weightSchema } from './references.js';
import { grpcRouteFilterSchema, headerNameSchema } from './route-filters.js';
import type { RouteStatus } from './route-status.js';

const matchTypeSchema = z.enum(['Exact', 'RegularExpression']).default('Exact');

export const grpcRouteMatchSchema = z.object({
  method: z
    .object({
      type: matchTypeSchema,
      service: z.string().max(1024).optional(),
      method: z.string().max(1024).optional(),
    })
    .optional(),
  headers: keyedBy(
    'name',
    z.array(z.object({ type: matchTypeSchema, name: headerNameSchema, value: z.string().min(1).max(4096) })).max(16),
  ).optional(),
});
export type GrpcRouteMatch = z.input<typeof grpcRouteMatchSchema>;

const filtersSchema = atomic(z.array(grpcRouteFilterSchema).max(16));

export const grpcRouteRuleSchema = z.object({
  name: sectionNameSchema.optional(),
  matches: atomic(z.array(grpcRouteMatchSchema).max(64)).optional(),
  filters: filtersSchema.optional(),
  backendRefs: atomic(
    z.array(backendReferenceSchema.extend({ weight: weightSchema, filters: filtersSchema.optional() })).max(16),
  ).optional(),
});
export type GrpcRouteRule = z.input<typeof grpcRouteRuleSchema>;

export const grpcRouteSpecSchema = z
  .object({
    parentRefs: parentRefsSchema.optional(),
    hostnames: atomic(z.array(hostnameSchema).max(16)).optional(),
    rules: atomic(z.array(grpcRouteRuleSchema).max(16)).optional(),
  })
  .describe('Desired state of GRPCRoute.');

export interface GrpcRoute extends KubeObject {
  spec: z.input<typeof grpcRouteSpecSchema>;
  status?: RouteStatus;
}
