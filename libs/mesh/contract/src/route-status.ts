import { z } from 'zod';
import { conditionSchema } from './condition.js';
import { parentReferenceSchema } from './references.js';

export const routeParentStatusSchema = z.object({
  parentRef: parentReferenceSchema,
  controllerName: z.string().min(1).max(253),
  conditions: z.array(conditionSchema).max(8).optional(),
});
export type RouteParentStatus = z.input<typeof routeParentStatusSchema>;

export const routeStatusSchema = z.object({
  parents: z.array(routeParentStatusSchema).max(32).describe('One entry for each parent and controller.'),
});
export type RouteStatus = z.input<typeof routeStatusSchema>;
