import { z } from 'zod';
import { spokenConditionsSchema } from './condition.js';
import { atomic } from './list-types.js';
import { controllerNameSchema, parentReferenceSchema } from './references.js';

export const routeParentStatusSchema = z.object({
  parentRef: parentReferenceSchema,
  controllerName: controllerNameSchema,
  conditions: spokenConditionsSchema,
});
export type RouteParentStatus = z.input<typeof routeParentStatusSchema>;

export const routeStatusSchema = z.object({
  parents: atomic(z.array(routeParentStatusSchema).max(32)).describe('One entry for each parent and controller.'),
});
export type RouteStatus = z.input<typeof routeStatusSchema>;
