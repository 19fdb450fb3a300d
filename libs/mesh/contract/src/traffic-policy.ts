import type { KubeObject } from '@tidegate/kube';
import { z } from 'zod';
import { conditionSchema } from './condition.js';

export const MESH_GROUP = 'mesh.tidegate.dev';

/** Longest that a request may wait, and longest limit of any other time, in seconds: a day of streaming is a use, a typing error is not. */
const LONGEST_HOLD = 3600;
const LONGEST = 86_400;

const seconds = z.number().int().min(1).max(LONGEST);

export const trafficPolicySpecSchema = z
  .object({
    targetRef: z
      .object({ kind: z.enum(['Service']).default('Service'), name: z.string().min(1).max(253) })
      .describe('The Service of the same namespace whose requests this is about. Of several policies for one Service the oldest counts.'),
    hold: z
      .object({
        when: z
          .enum(['NoReadyEndpoints', 'Always'])
          .describe(
            'NoReadyEndpoints: requests wait in the proxy while no endpoint is ready. Always: every request asks first, so that a limit of requests in flight can hold.',
          ),
        timeoutSeconds: z.number().int().min(1).max(LONGEST_HOLD).describe('After this time a waiting request is answered 504.'),
      })
      .optional()
      .describe('Requests wait for an endpoint instead of being refused.'),
    timeouts: z
      .object({
        requestSeconds: seconds.optional().describe('The whole request, without the time that it was held.'),
        responseStartSeconds: seconds
          .optional()
          .describe("From the request's last byte to the answer's first. Does not end upgraded connections such as WebSockets."),
        idleSeconds: seconds.optional().describe('Time in which nothing is sent.'),
      })
      .optional()
      .describe('What takes longer is answered 504. Without a limit nothing is ended.'),
    forwardedHeader: z
      .boolean()
      .optional()
      .describe(
        'Tells the Service in the header Forwarded (RFC 7239) who asks, for which host and by which protocol, after what the client says itself.',
      ),
  })
  .describe('What the mesh does with requests to a Service besides routing them.');

export const trafficPolicyStatusSchema = z.object({
  observedGeneration: z.number().int().min(0).optional().describe('The generation that this status was found for.'),
  conditions: z
    .array(conditionSchema)
    .max(8)
    .optional()
    .describe(
      'Accepted. Live: every proxy has the routes. Holding: True when every proxy holds requests, False when every proxy passes them on, Unknown in between.',
    ),
});

export interface TrafficPolicy extends KubeObject {
  spec: z.input<typeof trafficPolicySpecSchema>;
  status?: z.input<typeof trafficPolicyStatusSchema>;
}
