import type { KubeObject } from '@tidegate/kube';
import { z } from 'zod';
import { backendReferenceSchema, hostnameSchema, parentReferenceSchema, sectionNameSchema } from './references.js';
import { headerNameSchema, httpRouteFilterSchema } from './route-filters.js';
import type { RouteStatus } from './route-status.js';

export const durationSchema = z
  .string()
  .regex(/^([0-9]{1,5}(h|m|s|ms)){1,4}$/)
  .describe('A duration such as 10s, 1m30s or 250ms; 0s switches the limit off.');

export const httpRouteMatchSchema = z
  .object({
    path: z
      .object({
        type: z.enum(['Exact', 'PathPrefix', 'RegularExpression']).default('PathPrefix'),
        value: z.string().max(1024).default('/'),
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
    queryParams: z
      .array(
        z.object({
          type: z.enum(['Exact', 'RegularExpression']).default('Exact'),
          name: headerNameSchema,
          value: z.string().min(1).max(1024),
        }),
      )
      .max(16)
      .optional(),
    method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH']).optional(),
  })
  .describe('All conditions of one match must hold; one match of the list is enough.');
export type HttpRouteMatch = z.input<typeof httpRouteMatchSchema>;

export const httpBackendRefSchema = backendReferenceSchema.extend({
  weight: z.number().int().min(0).max(1_000_000).default(1).describe("Share of the rule's requests: weight divided by the sum of weights."),
  filters: z.array(httpRouteFilterSchema).max(16).optional().describe('Only for requests to this backend.'),
});
export type HttpBackendRef = z.input<typeof httpBackendRefSchema>;

export const httpRouteRuleSchema = z.object({
  name: sectionNameSchema.optional(),
  matches: z.array(httpRouteMatchSchema).max(64).optional().describe('Every request when absent.'),
  filters: z.array(httpRouteFilterSchema).max(16).optional(),
  backendRefs: z.array(httpBackendRefSchema).max(16).optional(),
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
    .optional(),
});
export type HttpRouteRule = z.input<typeof httpRouteRuleSchema>;

export const httpRouteSpecSchema = z
  .object({
    parentRefs: z.array(parentReferenceSchema).max(32).optional(),
    hostnames: z.array(hostnameSchema).max(16).optional(),
    rules: z.array(httpRouteRuleSchema).max(16).optional().describe('One rule that matches everything when absent.'),
  })
  .describe('Desired state of HTTPRoute.');

export interface HttpRoute extends KubeObject {
  spec: z.input<typeof httpRouteSpecSchema>;
  status?: RouteStatus;
}
