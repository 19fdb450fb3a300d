import type { KubeObject } from '@tidegate/kube';
import { z } from 'zod';
import { atomic, keyedBy } from './list-types.js';
import { backendReferenceSchema, hostnameSchema, parentRefsSchema, sectionNameSchema, weightSchema } from './references.js';
import { headerNameSchema, httpRouteFilterSchema } from './route-filters.js';
import type { RouteStatus } from './route-status.js';

export const durationSchema = z
  .string()
  .regex(/^([0-9]{1,5}(h|m|s|ms)){1,4}$/)
  .describe('A duration such as 10s, 1m30s or 250ms; 0s switches the limit off.');

const matchTypeSchema = z.enum(['Exact', 'RegularExpression']).default('Exact');

export const httpRouteMatchSchema = z
  .object({
    path: z
      .object({
        type: z.enum(['Exact', 'PathPrefix', 'RegularExpression']).default('PathPrefix'),
        value: z.string().max(1024).default('/'),
      })
      .default({ type: 'PathPrefix', value: '/' }),
    headers: keyedBy(
      'name',
      z.array(z.object({ type: matchTypeSchema, name: headerNameSchema, value: z.string().min(1).max(4096) })).max(16),
    ).optional(),
    queryParams: keyedBy(
      'name',
      z.array(z.object({ type: matchTypeSchema, name: headerNameSchema, value: z.string().min(1).max(1024) })).max(16),
    ).optional(),
    method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH']).optional(),
  })
  .describe('All conditions of one match must hold; one match of the list is enough.');
export type HttpRouteMatch = z.input<typeof httpRouteMatchSchema>;

const filtersSchema = atomic(z.array(httpRouteFilterSchema).max(16));

export const httpBackendRefSchema = backendReferenceSchema.extend({
  weight: weightSchema,
  filters: filtersSchema.optional().describe('Only for requests to this backend.'),
});
export type HttpBackendRef = z.input<typeof httpBackendRefSchema>;

export const httpRouteRuleSchema = z.object({
  name: sectionNameSchema.optional(),
  matches: atomic(z.array(httpRouteMatchSchema).max(64))
    .default([{ path: { type: 'PathPrefix', value: '/' } }])
    .describe('Every request when absent.'),
  filters: filtersSchema.optional(),
  backendRefs: atomic(z.array(httpBackendRefSchema).max(16)).optional(),
  timeouts: z
    .object({
      request: durationSchema.optional().describe('The whole request, retries included.'),
      backendRequest: durationSchema.optional().describe('One try at a backend.'),
    })
    .optional(),
  retry: z
    .object({
      codes: z.array(z.number().int().min(400).max(599)).optional().describe('Status codes of a backend that are tried again.'),
      attempts: z.number().int().min(1).max(100).optional().describe('Tries after the first.'),
      backoff: durationSchema.optional(),
    })
    .optional()
    .describe("Of the Gateway API's experimental channel."),
});
export type HttpRouteRule = z.input<typeof httpRouteRuleSchema>;

export const httpRouteSpecSchema = z
  .object({
    parentRefs: parentRefsSchema.optional(),
    hostnames: atomic(z.array(hostnameSchema).max(16)).optional(),
    rules: atomic(z.array(httpRouteRuleSchema).min(1).max(16))
      .default([{ matches: [{ path: { type: 'PathPrefix', value: '/' } }] }])
      .describe('One rule that matches everything when absent.'),
  })
  .describe('Desired state of HTTPRoute.');

export interface HttpRoute extends KubeObject {
  spec: z.input<typeof httpRouteSpecSchema>;
  status?: RouteStatus;
}
